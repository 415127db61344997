package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"

	"example.com/myapi/internal/database"
	"example.com/myapi/internal/ratelimit"
	"example.com/myapi/internal/settings"
)

// doctor checks what the service needs, prints a line for each and says what
// to do about what is wrong. The settings have been read, so they are right.
func doctor(ctx context.Context, config settings.Settings, args []string, stdout io.Writer) (err error) {
	flags := flag.NewFlagSet("doctor", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	login := flags.String("user", "", "name or e-mail of a user to look at")
	if flags.Parse(args) != nil || flags.NArg() > 0 {
		return errUsage
	}
	fmt.Fprintf(stdout, "ok    settings    ENVIRONMENT=%s, listening on %s\n", config.Environment, config.Address())
	db, err := database.Open(ctx, config.DatabaseURL)
	if err != nil {
		fmt.Fprintln(stdout, "FAIL  database    does not open: check DATABASE_URL")
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	fmt.Fprintln(stdout, "ok    database    answers")
	_, pending, err := db.MigrationStatus(ctx)
	if err != nil {
		fmt.Fprintln(stdout, "FAIL  migrations  cannot be read: is this another program's database?")
		return err
	}
	if pending > 0 {
		fmt.Fprintf(stdout, "todo  migrations  %d have not run: serve runs them, or myapi migrate up\n", pending)
	} else {
		fmt.Fprintln(stdout, "ok    migrations  all have run")
	}
	if err := examineRedis(ctx, config, stdout); err != nil {
		return err
	}
	if err := examineMail(ctx, config, db, pending, stdout); err != nil {
		return err
	}
	if *login != "" {
		return examine(ctx, config, db, *login, pending, stdout)
	}
	return nil
}

// examineRedis looks for the server in which replicas count together. The
// service runs without it, so a silent one is no failure.
func examineRedis(ctx context.Context, config settings.Settings, stdout io.Writer) (err error) {
	if config.RedisURL == "" {
		return nil
	}
	redis, err := ratelimit.Connect(config.RedisURL, config.AppName, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, redis.Close()) }()
	if err := redis.Ping(ctx); err != nil {
		fmt.Fprintln(stdout, "todo  redis       does not answer, so each replica limits by itself: check REDIS_URL")
		return nil
	}
	fmt.Fprintln(stdout, "ok    redis       answers")
	return nil
}
