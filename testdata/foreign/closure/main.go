package main

import (
	"database/sql"
	"fmt"
	"log"
	"net/http"
	"os"

	_ "modernc.org/sqlite"
)

type command struct {
	name string
	run  func() error
}

func main() {
	if err := serve().run(); err != nil {
		log.Fatal(err)
	}
}

func serve() command {
	return command{
		name: "serve",
		run: func() error {
			db, err := sql.Open("sqlite", dsn())
			if err != nil {
				return err
			}
			defer db.Close()
			return listen(routes(), db)
		},
	}
}

func routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello", hello)
	return mux
}

func listen(mux *http.ServeMux, db *sql.DB) error {
	if err := db.Ping(); err != nil {
		return err
	}
	server := http.Server{Addr: address(), Handler: mux}
	return server.ListenAndServe()
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
