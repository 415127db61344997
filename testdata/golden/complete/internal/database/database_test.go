package database

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	t.Setenv("HOME", "/home/ann")
	for rawURL, want := range map[string]string{
		"file:var/app.db":            "var/app.db",
		"sqlite:///srv/data/app.db":  "/srv/data/app.db",
		"sqlite://var/app.db":        "var/app.db",
		"./app.db":                   "app.db",
		"sqlite:///./var/app.db":     "var/app.db",
		"sqlite:///../app.db":        "../app.db",
		"sqlite+aiosqlite:///./a.db": "a.db",
		"~/app.db":                   "/home/ann/app.db",
		"sqlite://~/app.db":          "/home/ann/app.db",
		"sqlite:///~/app.db":         "/home/ann/app.db",
	} {
		if got, err := parse(rawURL); err != nil || got != want {
			t.Errorf("parse(%q) = %q, %v; want %q", rawURL, got, err, want)
		}
	}
	if _, err := parse("file:app.db?mode=ro"); err == nil || !strings.Contains(err.Error(), "name the file only") {
		t.Errorf("options: %v", err)
	}
	for _, rawURL := range []string{"", ":memory:", "file::memory:?cache=shared", "postgres://u:p@host/db", "app.db?mode=ro"} {
		if got, err := parse(rawURL); err == nil {
			t.Errorf("parse(%q) = %q, want an error", rawURL, got)
		} else if strings.Contains(err.Error(), "u:p") {
			t.Errorf("parse(%q) repeats the password: %v", rawURL, err)
		}
	}
}

func TestOpenNamesAFolderOnce(t *testing.T) {
	folder := t.TempDir()
	_, err := Open(t.Context(), "file:"+folder)
	if err == nil || err.Error() != "DATABASE_URL names the folder "+folder+": name a file in it" {
		t.Errorf("Open(a folder) = %v", err)
	}
}

// The folder may be anybody's to look into; the files in it are not.
func TestFilesAreOfTheServiceAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no such modes there")
	}
	folder := filepath.Join(t.TempDir(), "var")
	db, err := Open(t.Context(), filepath.Join(folder, "app.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder that Open makes has the mode %v, %v; want 700", info.Mode().Perm(), err)
	}
	if _, err := db.Write.ExecContext(t.Context(), `CREATE TABLE t (id INTEGER)`); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) < 2 {
		t.Fatalf("%d files, %v; want the database and its log", len(files), err)
	}
	for _, file := range files {
		info, err := file.Info()
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has the mode %o, want 600", file.Name(), mode)
		}
	}
}

// Another process may write to the file, such as the command that makes a superuser: it
// waits for a transaction to end, and neither of the two fails.
func TestTwoProcesses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "app.db")
	var processes [2]*DB
	for i := range processes {
		db, err := Open(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		processes[i] = db
	}
	if _, err := processes[0].Write.ExecContext(t.Context(), `CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (0)`); err != nil {
		t.Fatal(err)
	}
	count := func(db *DB, meanwhile func()) error {
		tx, err := db.Write.BeginTx(t.Context(), nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		var n int
		if err := tx.QueryRowContext(t.Context(), `SELECT n FROM t`).Scan(&n); err != nil {
			return err
		}
		meanwhile()
		if _, err := tx.ExecContext(t.Context(), `UPDATE t SET n = ?`, n+1); err != nil {
			return err
		}
		return tx.Commit()
	}
	other := make(chan error, 1)
	err := count(processes[0], func() {
		go func() { other <- count(processes[1], func() {}) }()
		select {
		case err := <-other:
			t.Errorf("the other process did not wait: %v", err)
			other <- err
		case <-time.After(200 * time.Millisecond):
		}
	})
	if err != nil {
		t.Errorf("the first process: %v", err)
	}
	if err := <-other; err != nil {
		t.Errorf("the other process: %v", err)
	}
	var n int
	if err := processes[0].Read.QueryRowContext(t.Context(), `SELECT n FROM t`).Scan(&n); err != nil || n != len(processes) {
		t.Errorf("%d, %v; want %d", n, err, len(processes))
	}
}

func open(t *testing.T) *DB {
	t.Helper()
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "odd name #%", "app.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func TestMigrateUpAndDown(t *testing.T) {
	db := open(t)
	for range 2 { // The second run finds nothing to do.
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	text, pending, err := db.MigrationStatus(t.Context())
	if err != nil || pending != 0 {
		t.Fatalf("MigrationStatus = %d pending, %v\n%s", pending, err, text)
	}
	for range strings.Count(text, "\n") + 1 {
		if err := db.MigrateDown(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if text, pending, err := db.MigrationStatus(t.Context()); err != nil || pending != strings.Count(text, "\n") {
		t.Fatalf("after taking all back: %d pending, %v\n%s", pending, err, text)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestParallelWritersWaitForEachOther(t *testing.T) {
	db := open(t)
	if _, err := db.Write.Exec(`CREATE TABLE counts (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, at TIMESTAMP NOT NULL)`); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Write.Exec(`INSERT INTO counts (id, n, at) VALUES (1, 0, ?)`, time.Now()); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			tx, err := db.Write.BeginTx(t.Context(), nil)
			if err != nil {
				t.Error(err)
				return
			}
			defer tx.Rollback()
			if _, err := tx.Exec(`UPDATE counts SET n = n + 1 WHERE id = 1`); err != nil {
				t.Error(err)
			}
			if err := tx.Commit(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var n int
	if err := db.Read.QueryRow(`SELECT n FROM counts WHERE id = 1`).Scan(&n); err != nil || n != 64 {
		t.Errorf("n = %d, %v; want 64", n, err)
	}
}

func TestTimesKeepTheirInstantAndOrder(t *testing.T) {
	db := open(t)
	if _, err := db.Write.Exec(`CREATE TABLE times (at TIMESTAMP NOT NULL)`); err != nil {
		t.Fatal(err)
	}
	base := time.Date(2026, 3, 29, 0, 59, 59, 0, time.UTC)
	want := []time.Time{base, base.Add(time.Microsecond), base.Add(100 * time.Millisecond), base.Add(time.Second)}
	for i := range want {
		if _, err := db.Write.Exec(`INSERT INTO times (at) VALUES (?)`, want[len(want)-1-i]); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := db.Read.Query(`SELECT at FROM times ORDER BY at`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for i := 0; rows.Next(); i++ {
		var got time.Time
		if err := rows.Scan(&got); err != nil || !got.Equal(want[i]) {
			t.Errorf("time %d = %v, %v; want %v", i, got, err, want[i])
		}
	}
	if err := rows.Err(); err != nil {
		t.Error(err)
	}
}
