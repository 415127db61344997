// Package web is the HTTP side.
package web

import (
	"database/sql"
	"log"
	"net/http"
)

// NewHandler answers all requests.
func NewHandler(
	logger *log.Logger,
	store *sql.DB,
) http.Handler {
	mux := http.NewServeMux()
	addRoutes(mux, logger, store)
	var handler http.Handler = mux
	handler = withLog(logger, handler)
	return handler
}

func withLog(logger *log.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		logger.Println(r.Method, r.URL.Path)
		next.ServeHTTP(w, r)
	})
}
