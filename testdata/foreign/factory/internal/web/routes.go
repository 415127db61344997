package web

import (
	"database/sql"
	"fmt"
	"log"
	"net/http"
)

func addRoutes(mux *http.ServeMux, logger *log.Logger, store *sql.DB) {
	mux.Handle("GET /hello", handleHello(logger, store))
	mux.Handle("/", http.NotFoundHandler())
}

func handleHello(_ *log.Logger, store *sql.DB) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := store.PingContext(r.Context()); err != nil {
			http.Error(w, "no database", http.StatusInternalServerError)
			return
		}
		fmt.Fprint(w, "hello")
	})
}
