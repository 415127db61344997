package stmtcache

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"example.com/myapi/internal/database"
)

func open(t *testing.T) *sql.DB {
	t.Helper()
	db, err := database.Open(t.Context(), "file:"+filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db.Read
}

// What many read at once is prepared, once.
func TestReadersPrepareTheirStatements(t *testing.T) {
	r := NewReader(open(t))
	var readers sync.WaitGroup
	for range 20 {
		readers.Go(func() {
			var n int
			if err := r.QueryRowContext(t.Context(), "SELECT ?", 7).Scan(&n); err != nil || n != 7 {
				t.Errorf("read %d, %v", n, err)
			}
		})
	}
	readers.Wait()
	if prepared := r.statements.prepared; prepared["SELECT ?"] == nil || len(prepared) != 1 {
		t.Errorf("prepared are %v", prepared)
	}
}

// What is beyond the bound runs too, as does what is wrong, which is not kept.
func TestStatementsAreBounded(t *testing.T) {
	r := NewReader(open(t))
	if rows, err := r.QueryContext(t.Context(), "SELECT nothing"); err == nil {
		rows.Close()
		t.Error("a wrong statement runs")
	}
	for i := range 2 * most {
		var n int
		if err := r.QueryRowContext(t.Context(), fmt.Sprintf("SELECT %d", i)).Scan(&n); err != nil || n != i {
			t.Fatalf("statement %d reads %d, %v", i, n, err)
		}
	}
	if n := len(r.statements.prepared) + len(r.statements.missing); n != most {
		t.Errorf("%d statements are kept, want %d", n, most)
	}
}
