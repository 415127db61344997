// Command myapi is the service and its tools: run it without arguments for
// the list.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"example.com/myapi/internal/database"
	"example.com/myapi/internal/settings"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

const usage = `Usage: myapi COMMAND

  serve                     answer requests until SIGINT or SIGTERM
  migrate up|down|status    bring the database up to date, take the newest
                            migration back, or list the migrations
  superuser -email … -username …
                            create a user who may manage the others; the
                            password is asked for, or read from stdin
  doctor [-user NAME]       check settings and database, and say what to do
`

// errUsage is returned when the command line is not understood.
var errUsage = errors.New("see the usage above")

// run is the program: 0 is success, 1 failure, 2 wrong usage.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // A second signal ends the program at once.
	err := dispatch(ctx, args, stdin, stdout, stderr)
	switch {
	case errors.Is(err, errUsage):
		fmt.Fprint(stderr, usage)
		return 2
	case err != nil:
		fmt.Fprintf(stderr, "myapi: %v\n", err)
		return 1
	}
	return 0
}

func dispatch(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		return errUsage
	}
	config, err := settings.Load(os.Environ(), ".")
	if err != nil {
		return fmt.Errorf("reading the settings:\n%w", err)
	}
	switch command, rest := args[0], args[1:]; command {
	case "serve":
		return serve(ctx, config, stderr)
	case "migrate":
		return migrate(ctx, config, rest, stdout)
	case "superuser":
		return superuser(ctx, config, rest, stdin, stdout, stderr)
	case "doctor":
		return doctor(ctx, config, rest, stdout)
	}
	return errUsage
}

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
