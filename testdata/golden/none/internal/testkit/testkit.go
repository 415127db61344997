// Package testkit runs the service for tests: its real handler and settings on
// a database of the test's own, with a clock that the test moves and a log that
// it reads. Start with New; send requests with Service.Do, which also checks
// each response against the OpenAPI document.
package testkit

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"example.com/myapi/internal/database"
	"example.com/myapi/internal/logging"
	"example.com/myapi/internal/server"
	"example.com/myapi/internal/settings"
)

// Options change the service that New runs.
type Options struct {
	// Configure changes the settings, which are those of production with the
	// API's documentation.
	Configure func(*settings.Settings)
	// SharedWith is a service to share the database and the clock with, as another
	// replica does.
	SharedWith *Service
}

// Service is a running service. The server in it has the service's parts: its
// settings, database and log.
type Service struct {
	*server.Server
	Clock *Clock
	Log   *Log

	clients clients
}

// New runs a service until the test ends.
func New(t testing.TB, options Options) *Service {
	t.Helper()
	config, err := settings.Load(append(environ(), "ENVIRONMENT=production", "DOCS_ENABLED=true", "SHUTDOWN_DELAY_SECONDS=0"), t.TempDir())
	if err != nil {
		t.Fatalf("reading the settings of the tests: %v", err)
	}
	if options.Configure != nil {
		options.Configure(&config)
	}
	svc := &Service{Clock: newClock(), Log: &Log{}}
	log := logging.New(svc.Log, config.LogLevel, config.LogFormat)
	var db *database.DB
	if options.SharedWith != nil {
		svc.Clock, db = options.SharedWith.Clock, options.SharedWith.DB
	} else {
		db = openDatabase(t)
	}
	svc.Server = newServer(t, config, db, log, svc.Clock.Now)
	return svc
}

// Listen answers on a port of this machine, for tests that need a connection.
// It returns the address, and a function that stops the service as SIGTERM does
// and returns what Serve returned. A test may stop it; otherwise its end does.
func (svc *Service) Listen(t testing.TB) (address string, stop func() error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listening: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	go func() {
		defer close(result)
		result <- svc.Serve(ctx, listener)
	}()
	stop = func() error { cancel(); return <-result }
	t.Cleanup(func() { _ = stop() })
	return listener.Addr().String(), stop
}

// environ is what the service cannot do without.
func environ() []string { return []string{"LOG_LEVEL=DEBUG"} }

func newServer(_ testing.TB, config settings.Settings, db *database.DB, log *slog.Logger, now func() time.Time) *server.Server {
	return server.New(server.Dependencies{Settings: config, DB: db, Log: log, Now: now})
}

// Clock is stopped until a test moves it.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *Clock {
	return &Clock{now: time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)}
}

// Now is the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}
