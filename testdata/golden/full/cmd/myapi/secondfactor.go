package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"example.com/myapi/internal/database"
	"example.com/myapi/internal/logging"
	"example.com/myapi/internal/settings"
)

func parseSecondFactor(args []string) (action, error) {
	flags := flag.NewFlagSet("second-factor reset", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	user := flags.String("user", "", "name or e-mail of the user")
	if len(args) == 0 || args[0] != "reset" || flags.Parse(args[1:]) != nil || flags.NArg() > 0 || *user == "" {
		return nil, usageError("name the user: second-factor reset -user NAME")
	}
	return func(ctx context.Context, config settings.Settings, std streams) error {
		return resetSecondFactor(ctx, config, *user, std)
	}, nil
}

// resetSecondFactor removes the second factor of a user who has lost it: the way for
// the last superuser, whom nobody else can help.
func resetSecondFactor(ctx context.Context, config settings.Settings, login string, std streams) (err error) {
	db, err := database.Open(ctx, config.DatabaseURL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	accounts, err := newAccounts(config, db, logging.New(std.err, config.LogLevel, config.LogFormat))
	if err != nil {
		return err
	}
	if err := accounts.ResetSecondFactor(ctx, login); err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "removed the second factor and the recovery codes of %s, and ended the sessions\n", login)
	return err
}
