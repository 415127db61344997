package sqlerror_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"example.com/myapi/internal/sqlerror"
)

// A file that another program has locked is not available; a fault in a
// statement is something else.
func TestUnavailable(t *testing.T) {
	var dbs [2]*sql.DB
	path := filepath.Join(t.TempDir(), "test.db")
	for i := range dbs {
		db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=busy_timeout(1)")
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		dbs[i] = db
	}
	holder, err := dbs[0].Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Rollback()
	if _, err := dbs[1].Begin(); err == nil || !sqlerror.Unavailable(err) {
		t.Errorf("Unavailable(%v) = false", err)
	}
	if _, err := holder.Exec(`SELECT * FROM missing`); err == nil || sqlerror.Unavailable(err) {
		t.Errorf("Unavailable(%v) = true", err)
	}
	for _, err := range []error{nil, sql.ErrNoRows, errors.New("something else")} {
		if sqlerror.Unavailable(err) {
			t.Errorf("Unavailable(%v) = true", err)
		}
	}
}
