package main

import (
	"database/sql"
	"embed"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite"
)

//go:embed db/migrations/*.sql
var migrations embed.FS

func main() {
	db, err := sql.Open("sqlite", dsn())
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	accounts := 0
	mux.HandleFunc("GET /hello", func(w http.ResponseWriter, r *http.Request) {
		accounts++
		hello(w, r)
	})
	if err := migrate(db); err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(address(), mux))
}

func migrate(db *sql.DB) error {
	goose.SetBaseFS(migrations)
	if err := goose.SetDialect("sqlite3"); err != nil {
		return err
	}
	return goose.Up(db, "db/migrations")
}

func hello(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprint(w, "hello")
}

func address() string {
	if addr := os.Getenv("ADDR"); addr != "" {
		return addr
	}
	return "127.0.0.1:8080"
}

func dsn() string {
	return "file:" + os.Getenv("DB_FILE") + "?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)"
}
