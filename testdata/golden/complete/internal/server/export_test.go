package server

import "net/http"

// What the tests of package server_test may see and do.

// Patterns lists all routes as "METHOD /path/{variable}".
func (s *Server) Patterns() []string { return s.router.patterns }

// Handle adds a plain handler.
func (s *Server) Handle(method, path string, handler http.HandlerFunc) {
	s.router.Handle(method+" "+path, handler)
}
