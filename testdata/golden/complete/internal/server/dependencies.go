package server

import (
	"log/slog"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/database"
	"example.com/myapi/internal/ratelimit"
	"example.com/myapi/internal/settings"
)

// Dependencies is what the server is made of.
type Dependencies struct {
	Settings settings.Settings
	DB       *database.DB
	Auth     *auth.Service
	Redis    *ratelimit.Redis // nil: limits hold for this process
	Log      *slog.Logger
	Now      func() time.Time
}
