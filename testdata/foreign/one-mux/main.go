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
	mux := http.NewServeMux()
	db, err := sql.Open("sqlite", dsn())
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	if err := db.Ping(); err != nil {
		log.Fatal(err)
	}

	mux.HandleFunc("GET /hello", hello)
	mux.HandleFunc("/", http.NotFound)

	log.Println("listening on", address())
	log.Fatal(http.ListenAndServe(address(), mux))
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
