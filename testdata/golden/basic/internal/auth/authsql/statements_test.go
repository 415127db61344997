package authsql

import (
	"errors"
	"path/filepath"
	"testing"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/database"
)

// What one transaction runs, the next finds prepared.
func TestTransactionsPrepareTheirStatements(t *testing.T) {
	db, err := database.Open(t.Context(), "file:"+filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	store := New(db.Write, db.Read, db.Lookup)
	query, _ := userQuery(auth.ByID(1))
	for range 2 {
		err := store.Update(t.Context(), func(tx auth.Tx) error {
			if _, err := tx.LockUser(t.Context(), auth.ByID(1)); !errors.Is(err, auth.ErrUserNotFound) {
				t.Errorf("LockUser = %v", err)
			}
			return nil
		})
		if err != nil || store.inside.Find(query) == nil {
			t.Fatalf("Update = %v, or its statement is not prepared", err)
		}
	}
}
