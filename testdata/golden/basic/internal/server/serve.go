package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

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
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
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

// partFromClients closes each connection with its next answer once the service
// is stopping, so that no request is on its way when the listener closes.
func (s *Server) partFromClients(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.ready.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}
