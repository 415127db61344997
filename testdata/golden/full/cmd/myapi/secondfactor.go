package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"example.com/myapi/internal/auth"
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

// examineSecrets counts what ENCRYPTION_KEY and those before it open.
func examineSecrets(ctx context.Context, config settings.Settings, accounts *auth.Service, _ string, f *findings) error {
	if config.EncryptionKey == "" {
		f.todo("secrets", "ENCRYPTION_KEY is missing, so authenticator apps are lost when the process ends: openssl rand -base64 32")
		return nil
	}
	n, err := accounts.SealedSecrets(ctx)
	if err != nil {
		return err
	}
	switch {
	case n.Lost > 0:
		f.fail("secrets", "%d of authenticator apps are sealed by a key that is neither ENCRYPTION_KEY nor in ENCRYPTION_KEY_PREVIOUS: those users can't log in", n.Lost)
	case n.Previous > 0:
		f.todo("secrets", "%d of authenticator apps are sealed by ENCRYPTION_KEY, %d yet by one before it, until they are used", n.Current, n.Previous)
	default:
		f.ok("secrets", "%d of authenticator apps are sealed by ENCRYPTION_KEY", n.Current)
	}
	return nil
}
