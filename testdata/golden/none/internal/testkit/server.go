package testkit

import (
	"log/slog"
	"testing"
	"time"

	"example.com/myapi/internal/database"
	"example.com/myapi/internal/server"
	"example.com/myapi/internal/settings"
)

// environ is what the service cannot do without.
func environ() []string { return []string{"LOG_LEVEL=DEBUG"} }

func newServer(_ testing.TB, config settings.Settings, db *database.DB, log *slog.Logger, now func() time.Time) *server.Server {
	return server.New(server.Dependencies{Settings: config, DB: db, Log: log, Now: now})
}
