// Package server wraps a router of its own.
package server

import (
	"database/sql"
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// Store keeps things.
type Store struct{ conn *sql.DB }

// NewStore keeps things in conn.
func NewStore(conn *sql.DB) *Store { return &Store{conn: conn} }

// Server answers requests.
type Server struct {
	store  *Store
	router *chi.Mux
}

// New returns a Server.
func New(store *Store) *Server {
	s := &Server{
		store:  store,
		router: chi.NewRouter(),
	}
	s.middleware()
	s.routes()
	return s
}

func (s *Server) middleware() {
	s.router.Use(middleware.RealIP, middleware.Recoverer)
}

func (s *Server) routes() {
	s.router.Get("/hello", func(w http.ResponseWriter, r *http.Request) {
		if err := s.store.conn.PingContext(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprint(w, "hello")
	})
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.router.ServeHTTP(w, r)
}
