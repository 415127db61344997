package main

import (
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/jmoiron/sqlx"
	_ "modernc.org/sqlite"

	"example.com/service/items"
)

func main() {
	db := sqlx.MustConnect("sqlite", dsn())
	defer db.Close()

	r := chi.NewRouter()
	r.Use(middleware.RequestID)
	r.Use(middleware.Logger)
	r.Get("/hello", hello)
	r.Route("/v2", func(r chi.Router) {
		r.Use(middleware.NoCache)
		r.Get("/hello", hello)
	})
	r.Mount("/items", items.Handler{DB: db}.Routes())
	r.Mount("/ops", ops())

	log.Fatal(http.ListenAndServe(address(), r))
}

// ops is for those who run the program.
func ops() http.Handler {
	r := chi.NewRouter()
	r.Get("/version", hello)
	return r
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
