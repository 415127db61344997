package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"example.com/myapi/internal/database"
	"example.com/myapi/internal/settings"
)

func parseDoctor(args []string) (action, error) {
	return func(ctx context.Context, config settings.Settings, std streams) error {
		return doctor(ctx, config, std.out)
	}, none("doctor", args)
}

// doctor checks what the service needs, prints a line for each and suggests
// what to do about what is wrong. The settings have been read, so they are
// right.
func doctor(ctx context.Context, config settings.Settings, stdout io.Writer) (err error) {
	f := &findings{out: stdout}
	f.ok("settings", "ENVIRONMENT=%s, listening on %s", config.Environment, config.Address())
	for _, unknown := range config.Unknown {
		f.todo("settings", "%s", unknown)
	}
	db, err := database.Open(ctx, config.DatabaseURL)
	if err != nil {
		f.fail("database", "does not open: check DATABASE_URL")
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	f.ok("database", "answers")
	_, pending, err := db.MigrationStatus(ctx)
	if err != nil {
		f.fail("migrations", "cannot be read: is this another program's database?")
		return err
	}
	if pending > 0 {
		f.todo("migrations", "%d have not run: serve runs them, or myapi migrate up", pending)
	} else {
		f.ok("migrations", "all have run")
	}
	return nil
}

// findings prints what doctor finds, a line each.
type findings struct {
	out    io.Writer
	failed bool
}

func (f *findings) ok(subject, format string, args ...any) {
	fmt.Fprintf(f.out, "ok    %-10s  %s\n", subject, fmt.Sprintf(format, args...))
}

func (f *findings) todo(subject, format string, args ...any) {
	fmt.Fprintf(f.out, "todo  %-10s  %s\n", subject, fmt.Sprintf(format, args...))
}

func (f *findings) fail(subject, format string, args ...any) {
	f.failed = true
	fmt.Fprintf(f.out, "FAIL  %-10s  %s\n", subject, fmt.Sprintf(format, args...))
}
