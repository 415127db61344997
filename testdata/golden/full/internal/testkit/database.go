package testkit

import (
	"database/sql"
	"path/filepath"
	"testing"

	"example.com/myapi/internal/database"
)

// DatabaseURL names a new database for one test.
func DatabaseURL(t testing.TB) string {
	return "file:" + filepath.Join(t.TempDir(), "test.db")
}

// openDatabase makes a database for one test, with all tables.
func openDatabase(t testing.TB) *database.DB {
	t.Helper()
	db, err := database.Open(t.Context(), DatabaseURL(t))
	if err != nil {
		t.Fatalf("opening the database of the test: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("closing the database of the test: %v", err)
		}
	})
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatalf("making the tables of the test: %v", err)
	}
	return db
}

// SQL is the service's database, for tests that look at what is stored.
func (svc *Service) SQL() *sql.DB { return svc.DB.Write }
