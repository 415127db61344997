package main

import (
	"net/netip"
	"os"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authsql"
	"example.com/myapi/internal/database"
	"example.com/myapi/internal/settings"
)

// migrated is the database of a service before it starts, and its settings.
func migrated(t *testing.T) (*database.DB, settings.Settings) {
	t.Helper()
	development(t)
	config, err := settings.Load(os.Environ(), ".")
	if err != nil {
		t.Fatal(err)
	}
	db, err := database.Open(t.Context(), config.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db, config
}

// eventually waits for what happens in the background.
func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for range 1000 {
		if happened() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("after ten seconds: %s", what)
}

// What no longer counts is deleted while the service runs.
func TestServePurges(t *testing.T) {
	db, config := migrated(t)
	store := authsql.New(db.Write, db.Read, db.Lookup)
	old := time.Now().UTC().Add(-2 * auth.HistoryLength)
	err := store.Update(t.Context(), func(tx auth.Tx) error {
		return tx.AddLoginFailure(t.Context(), "name:ann", netip.MustParsePrefix("203.0.113.7/32"), old)
	})
	if err != nil {
		t.Fatal(err)
	}
	start(t, config)
	eventually(t, "an old failure is kept", func() bool {
		networks, err := store.FailedNetworks(t.Context(), "name:ann", old.Add(-time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return len(networks) == 0
	})
}
