// Package database opens the SQLite file and brings its tables up to date.
package database

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	// The driver: SQLite in pure Go.
	_ "modernc.org/sqlite"
)

// readers is how many queries run next to the one writer. In WAL mode neither
// waits for the other.
const readers = 4

// DB is one SQLite file. SQLite has one writer at a time, so all writes queue
// for one connection here instead of failing with "database is locked" there.
type DB struct {
	Write *sql.DB
	Read  *sql.DB
}

// Open opens the file that rawURL names, such as "file:var/app.db" (relative
// to the working directory) or "file:/var/lib/app.db", and makes it and its
// folder when they are missing. Tables are made by Migrate.
func Open(ctx context.Context, rawURL string) (*DB, error) {
	path, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of the database: %w", err)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, fmt.Errorf("DATABASE_URL names the folder %s: name a file in it", path)
	}
	if err := create(path); err != nil {
		return nil, err
	}
	write, err := connect(path, 1)
	if err != nil {
		return nil, err
	}
	read, err := connect(path, readers)
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	db := &DB{Write: write, Read: read}
	if err := cmp.Or(write.PingContext(ctx), db.Ping(ctx)); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), db.Close())
	}
	return db, nil
}

// create creates the file if it is missing. Only the service's own user can read it,
// even if others can open the folder. SQLite gives its other files the same mode.
func create(path string) error {
	file, err := os.OpenFile(path, os.O_RDONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	return file.Close()
}

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	// A ping alone would not touch the file.
	var tables int
	return db.Read.QueryRowContext(ctx, `SELECT COUNT(*) FROM sqlite_schema`).Scan(&tables)
}

// Close closes all connections.
func (db *DB) Close() error {
	return errors.Join(db.Read.Close(), db.Write.Close())
}

func connect(path string, connections int) (*sql.DB, error) {
	options := url.Values{
		"_pragma":      {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)"},
		"_txlock":      {"immediate"},
		"_time_format": {"sqlite"},
	}
	dsn := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: options.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// CheckURL reports what is wrong with a DATABASE_URL, without connecting.
func CheckURL(rawURL string) error {
	_, err := parse(rawURL)
	return err
}

func parse(rawURL string) (string, error) {
	path := rawURL
	scheme, rest, isURL := strings.Cut(rawURL, ":")
	scheme, _, _ = strings.Cut(scheme, "+") // As in sqlite+aiosqlite, of Python's projects.
	if isURL && (scheme == "sqlite3" || scheme == "sqlite" || scheme == "file") {
		path = strings.TrimPrefix(rest, "//")
	}
	if strings.HasPrefix(path, "/./") || strings.HasPrefix(path, "/../") || strings.HasPrefix(path, "/~/") {
		path = path[1:] // As in sqlite:///./app.db, of Python's projects.
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", errors.New("DATABASE_URL begins with ~, but HOME is not set: name the whole path")
		}
		path = filepath.Join(home, rest)
	}
	switch {
	case path == "" || strings.Contains(path, ":memory:"):
		return "", errors.New("DATABASE_URL names no file: use one such as file:var/app.db")
	case strings.Contains(path, "://") && !strings.ContainsAny(path[:strings.Index(path, "://")], ":@"):
		scheme, _, _ := strings.Cut(path, "://")
		return "", fmt.Errorf("DATABASE_URL begins with %s://, but this service runs on SQLite: use file:var/app.db", scheme)
	case strings.Contains(path, "?") && !strings.Contains(path, "@"):
		return "", errors.New("DATABASE_URL: name the file only; the options after ? are set in internal/database")
	case strings.ContainsAny(path, "@=") || strings.Contains(path, "://"): // It may contain a password, which would become a file's name.
		return "", errors.New("DATABASE_URL looks like the address of a server, but this service runs on SQLite: use file:var/app.db")
	}
	return filepath.Clean(path), nil
}
