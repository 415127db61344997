// Package api serves notes.
package api

import (
	"database/sql"
	"fmt"
	"net/http"

	"github.com/gorilla/mux"
)

// Server answers requests.
type Server struct {
	address string
	notes   *notes
	places  *places
}

type notes struct{ db *sql.DB }

type places struct{ db *sql.DB }

// New returns a Server on an address.
func New(address string, db *sql.DB) *Server {
	return &Server{address: address, notes: &notes{db}, places: &places{db}}
}

// Run serves until it fails.
func (s *Server) Run() error {
	router := mux.NewRouter()
	router.Use(named)
	v1 := router.PathPrefix("/api/v1").Subrouter()
	s.notes.register(v1)
	s.places.register(v1)
	router.HandleFunc("/hello", hello).Methods(http.MethodGet)
	router.PathPrefix("/").Handler(http.FileServer(http.Dir("static")))
	return http.ListenAndServe(s.address, router)
}

func named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Service", "notes")
		next.ServeHTTP(w, r)
	})
}

func (n *notes) register(router *mux.Router) {
	router.HandleFunc("/notes/{id:[0-9]+}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, mux.Vars(r)["id"], n.db.Stats().OpenConnections)
	}).Methods(http.MethodGet)
}

func (p *places) register(router *mux.Router) {
	router.HandleFunc("/places", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, p.db.Stats().OpenConnections)
	})
}

func hello(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprint(w, "hello")
}
