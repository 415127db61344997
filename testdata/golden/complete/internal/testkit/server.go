package testkit

import (
	"log/slog"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authsql"
	"example.com/myapi/internal/database"
	"example.com/myapi/internal/server"
	"example.com/myapi/internal/settings"
)

// SecretKey signs the access tokens of tests.
const SecretKey = "a key for tests that is as long as the longest algorithm's output is"

func newServer(t testing.TB, config settings.Settings, db *database.DB, log *slog.Logger, now func() time.Time) *server.Server {
	t.Helper()
	accounts, err := auth.New(accountsConfig(config), newStore(db), log, now)
	if err != nil {
		t.Fatalf("making the accounts: %v", err)
	}
	return server.New(server.Dependencies{Settings: config, DB: db, Auth: accounts, Log: log, Now: now})
}

func newStore(db *database.DB) *authsql.Store { return authsql.New(db.Write, db.Read) }

// Accounts returns the service's accounts on a store that wrap makes from the
// real one, for tests that must act between two steps.
func (svc *Service) Accounts(t testing.TB, wrap func(auth.Store) auth.Store) *auth.Service {
	t.Helper()
	accounts, err := auth.New(accountsConfig(svc.Settings), wrap(newStore(svc.DB)), svc.Server.Log, svc.Clock.Now)
	if err != nil {
		t.Fatalf("making the accounts: %v", err)
	}
	return accounts
}

// accountsConfig saves the work of hashing, which the cost a service may have
// would make most of a test's time.
func accountsConfig(config settings.Settings) auth.Config {
	accounts := config.Accounts()
	accounts.BcryptCost = bcrypt.MinCost
	return accounts
}
