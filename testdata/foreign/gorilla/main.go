package main

import (
	"database/sql"
	"log"
	"os"

	_ "modernc.org/sqlite"

	"example.com/service/api"
)

func main() {
	db, err := sql.Open("sqlite", "file:"+os.Getenv("DB_FILE")+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)")
	if err != nil {
		log.Fatal(err)
	}
	if err := db.Ping(); err != nil {
		log.Fatal(err)
	}
	log.Fatal(api.New(os.Getenv("ADDR"), db).Run())
}
