package database

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate runs the migrations that the database has not seen yet. When another
// process does so at the same time, a step that the other one made fails here,
// and is seen as done at the next look.
func (db *DB) Migrate(ctx context.Context) error {
	provider, err := db.provider()
	if err != nil {
		return err
	}
	for range len(provider.ListSources()) + 1 {
		if _, err = provider.Up(ctx); err == nil {
			return nil
		}
	}
	return fmt.Errorf("migrating the database: %w", err)
}

// MigrateDown undoes the newest migration.
func (db *DB) MigrateDown(ctx context.Context) error {
	provider, err := db.provider()
	if err != nil {
		return err
	}
	if _, err := provider.Down(ctx); err != nil && !errors.Is(err, goose.ErrNoNextVersion) {
		return fmt.Errorf("taking a migration back: %w", err)
	}
	return nil
}

// MigrationStatus lists the migrations, oldest first, a line each, and counts
// those that have not run.
func (db *DB) MigrationStatus(ctx context.Context) (text string, pending int, err error) {
	provider, err := db.provider()
	if err != nil {
		return "", 0, err
	}
	all, err := provider.Status(ctx)
	if err != nil {
		return "", 0, fmt.Errorf("reading the migrations: %w", err)
	}
	var lines strings.Builder
	for _, m := range all {
		if m.State == goose.StatePending {
			pending++
		}
		fmt.Fprintf(&lines, "%-8s %s\n", m.State, m.Source.Path)
	}
	return lines.String(), pending, nil
}

func (db *DB) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	// A branch that is merged may bring a migration that is older than the last.
	provider, err := goose.NewProvider(goose.DialectSQLite3, db.Write, files, goose.WithAllowOutofOrder(true))
	if err != nil {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	return provider, nil
}
