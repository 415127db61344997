// Package server is the HTTP side of the service: routes.go has all routes, and
// middleware.go the middleware in front of them.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/database"
	"example.com/myapi/internal/ratelimit"
	"example.com/myapi/internal/settings"
)

// Dependencies are what a Server needs.
type Dependencies struct {
	Settings settings.Settings
	DB       *database.DB
	Log      *slog.Logger
	Now      func() time.Time
}

// Server answers the service's requests.
type Server struct {
	Dependencies
	limits     *ratelimit.Limits
	router     *router
	api        huma.API
	operations []string // of the API, in order
	handler    http.Handler
	ready      atomic.Bool
}

// New returns a server that is ready.
func New(d Dependencies) *Server {
	s := &Server{
		Dependencies: d,
		limits:       ratelimit.New(d.Settings.RateLimitEnabled, d.Now),
		router:       newRouter(),
	}
	s.api = newAPI(s.router, s.config())
	s.routes()
	if s.Settings.Environment == settings.Development {
		s.registerStart()
	}
	s.handler = s.middleware(s.router)
	s.ready.Store(true)
	return s
}

// API returns the API, to which tests add operations of their own.
func (s *Server) API() huma.API { return s.api }

// OpenAPI returns the description of the API. Tests compare the answers with it.
func (s *Server) OpenAPI() *huma.OpenAPI { return s.api.OpenAPI() }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.handler.ServeHTTP(w, r)
}

// stopTimeout is how long running requests have to finish after the service
// was told to stop.
const stopTimeout = 20 * time.Second

// Serve answers requests on listener until ctx ends. Then it stops being ready,
// goes on for SHUTDOWN_DELAY_SECONDS, in which a load balancer looks elsewhere,
// and lets the running requests finish.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      requestTimeout + 10*time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ConnContext:       withConn,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(framedListener{listener}) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	s.ready.Store(false)
	s.Log.Info("stopping")
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-time.After(time.Duration(s.Settings.ShutdownDelaySeconds) * time.Second):
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		return fmt.Errorf("stopping with requests still running: %w", errors.Join(err, server.Close()))
	}
	return nil
}
