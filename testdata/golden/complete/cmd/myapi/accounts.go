package main

import (
	"log/slog"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authsql"
	"example.com/myapi/internal/database"
	"example.com/myapi/internal/settings"
)

// newAccounts returns the accounts in db.
func newAccounts(config settings.Settings, db *database.DB, log *slog.Logger) (*auth.Service, error) {
	return auth.New(config.Accounts(), authsql.New(db.Write, db.Read), log, time.Now)
}
