package main

import (
	"database/sql"
	"fmt"
	"log"
	"net/http"
	"os"

	_ "modernc.org/sqlite"
)

func main() {
	db, err := sql.Open("sqlite", dsn())
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello", hello)
	mux.HandleFunc("POST /login", login(db))
	log.Fatal(http.ListenAndServe(address(), mux))
}

func login(db *sql.DB) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var id int
		if err := db.QueryRow("SELECT id FROM people WHERE name = ?", r.FormValue("name")).Scan(&id); err != nil {
			http.Error(w, "no", http.StatusUnauthorized)
		}
	}
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
