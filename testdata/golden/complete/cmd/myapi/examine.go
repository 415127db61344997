package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/database"
	"example.com/myapi/internal/logging"
	"example.com/myapi/internal/settings"
)

// examine prints why a user may or may not be able to log in. It needs no
// password and shows no hash.
func examine(ctx context.Context, config settings.Settings, db *database.DB, login string, pending int, stdout io.Writer) error {
	if pending > 0 {
		return errors.New("users can be looked at once the migrations have run")
	}
	log := logging.New(io.Discard, config.LogLevel, config.LogFormat)
	accounts, err := newAccounts(config, db, log)
	if err != nil {
		return err
	}
	state, err := accounts.State(ctx, login)
	if errors.Is(err, auth.ErrUserNotFound) {
		fmt.Fprintln(stdout, "FAIL  user        nobody has this name or e-mail: check the spelling, or register")
		return err
	}
	if err != nil {
		return err
	}
	u := state.User
	fmt.Fprintf(stdout, "ok    user        %s <%s>, id %d, superuser: %t\n", u.Username, u.Email, u.ID, u.IsSuperuser)
	failed := false
	report := func(good bool, subject, goodText, badText string) {
		failed = failed || !good
		if good {
			fmt.Fprintf(stdout, "ok    %-10s  %s\n", subject, goodText)
			return
		}
		fmt.Fprintf(stdout, "FAIL  %-10s  %s\n", subject, badText)
	}
	report(state.Allowed, "allowed", "may use the service", "is refused: is_active is false, or auth.Allowed says so")
	report(state.HashIsValid, "password", "is hashed with bcrypt", "has no bcrypt hash: set a new one")
	report(state.AllFailures < config.LoginMaxFailures || config.LoginMaxFailures == 0, "failures",
		fmt.Sprintf("%d failed log-ins in 24 hours", state.AllFailures),
		fmt.Sprintf("%d failed log-ins in 24 hours: log-in may be locked for up to an hour", state.AllFailures))
	if failed {
		return errors.New("this user may not be able to log in")
	}
	return nil
}
