package server

import (
	"io"
	"net/http"
)

// What the tests of package server_test may see and do.

// Router is where plain handlers are added.
func (s *Server) Router() *router { return s.router }

// Patterns lists all routes as "METHOD /path/{variable}".
func (s *Server) Patterns() []string { return s.router.patterns }

// Handle adds a plain handler.
func (s *Server) Handle(method, path string, handler func(io.Writer)) {
	s.router.HandleFunc(method+" "+path, func(w http.ResponseWriter, _ *http.Request) { handler(w) })
}
