package authsql

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/database"
)

// What one transaction runs, the next finds prepared, within bounds.
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
		if err != nil || store.inside.find(query) == nil || len(store.inside.missing) > 0 {
			t.Fatalf("Update = %v; prepared are %v, missing %v", err, store.inside.prepared, store.inside.missing)
		}
	}
	for i := range 2 * mostStatements {
		store.inside.find(fmt.Sprintf("SELECT %d", i))
	}
	if store.inside.prepare(t.Context(), db.Write); len(store.inside.prepared) != mostStatements {
		t.Errorf("%d statements are prepared, want %d", len(store.inside.prepared), mostStatements)
	}
	err = store.Update(t.Context(), func(tx auth.Tx) error {
		var n int
		one, ok := tx.(transaction)
		if !ok {
			t.Fatal("this is no transaction of this package")
		}
		return one.QueryRowContext(t.Context(), fmt.Sprintf("SELECT %d", 2*mostStatements)).Scan(&n)
	})
	if err != nil {
		t.Errorf("a statement that is not prepared: %v", err)
	}
}

// What many read at once is prepared, once.
func TestReadersPrepareTheirStatements(t *testing.T) {
	db, err := database.Open(t.Context(), "file:"+filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	store := New(db.Write, db.Read, db.Lookup)
	var readers sync.WaitGroup
	for range 20 {
		readers.Go(func() {
			if _, err := store.User(t.Context(), auth.ByID(1)); !errors.Is(err, auth.ErrUserNotFound) {
				t.Errorf("User = %v", err)
			}
		})
	}
	readers.Wait()
	query, _ := userQuery(auth.ByID(1))
	if prepared := store.read.statements.prepared; prepared[query] == nil || len(prepared) != 1 {
		t.Errorf("prepared are %v", prepared)
	}
}
