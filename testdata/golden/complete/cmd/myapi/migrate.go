package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"example.com/myapi/internal/database"
	"example.com/myapi/internal/settings"
)

// migrate brings the database up to date, takes the newest migration back, or
// lists the migrations.
func migrate(ctx context.Context, config settings.Settings, args []string, stdout io.Writer) (err error) {
	if len(args) != 1 || !slices.Contains([]string{"up", "down", "status"}, args[0]) {
		return errUsage
	}
	db, err := database.Open(ctx, config.DatabaseURL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	switch args[0] {
	case "up":
		err = db.Migrate(ctx)
	case "down":
		err = db.MigrateDown(ctx)
	}
	if err != nil {
		return err
	}
	text, _, err := db.MigrationStatus(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(stdout, text)
	return err
}
