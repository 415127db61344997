// Package server is the HTTP side of the service. routes.go shows every route;
// middleware.go is what each request passes on its way there.
package server

import (
	"net/http"
	"sync/atomic"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/ratelimit"
)

// Server answers the service's requests.
type Server struct {
	Dependencies
	limits  *ratelimit.Limits
	router  *router
	api     huma.API
	handler http.Handler
	ready   atomic.Bool
}

// New returns a server that is ready.
func New(d Dependencies) *Server {
	s := &Server{
		Dependencies: d,
		limits:       ratelimit.New(d.Settings.RateLimitEnabled, d.Now, d.Redis),
		router:       newRouter(),
	}
	s.api = newAPI(s.router, s.config())
	s.routes()
	s.handler = s.middleware(s.router)
	s.ready.Store(true)
	return s
}

// OpenAPI describes the API. Tests hold the answers to it.
func (s *Server) OpenAPI() *huma.OpenAPI { return s.api.OpenAPI() }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.handler.ServeHTTP(w, r)
}
