package main

import (
	"database/sql"
	"log"
	"net/http"
	"os"

	_ "modernc.org/sqlite"

	"example.com/service/internal/web"
)

func main() {
	db, err := openDatabase(os.Getenv("DB_FILE"))
	if err != nil {
		log.Fatal(err)
	}
	logger := log.New(os.Stderr, "", 0)
	handler := web.NewHandler(logger, db)
	log.Fatal(http.ListenAndServe(os.Getenv("ADDR"), handler))
}

func openDatabase(file string) (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)")
}
