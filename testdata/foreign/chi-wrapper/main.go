package main

import (
	"database/sql"
	"log"
	"net/http"
	"os"

	_ "modernc.org/sqlite"

	"example.com/service/server"
)

func main() {
	conn, err := sql.Open("sqlite", "file:"+os.Getenv("DB_FILE")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		log.Fatal(err)
	}
	s := server.New(server.NewStore(conn))
	log.Fatal(http.ListenAndServe(os.Getenv("ADDR"), s))
}
