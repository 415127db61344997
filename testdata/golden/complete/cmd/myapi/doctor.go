package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/database"
	"example.com/myapi/internal/logging"
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

// examineMail checks that mail can be sent, and looks for mails that were not.
func examineMail(ctx context.Context, config settings.Settings, db *database.DB, pending int, stdout io.Writer) error {
	if config.EmailBackend == "file" {
		fmt.Fprintf(stdout, "ok    mail        goes to files in %s; /dev/mailbox shows them\n", config.EmailOutboxDir)
	} else if err := smtp(config).Check(ctx); err != nil {
		fmt.Fprintln(stdout, "FAIL  mail        check SMTP_HOST, SMTP_PORT, SMTP_TLS, SMTP_USER and SMTP_PASSWORD (Gmail: an app password)")
		return err
	} else {
		fmt.Fprintf(stdout, "ok    mail        %s:%d takes the log-in\n", config.SMTPHost, config.SMTPPort)
	}
	if pending > 0 {
		return nil
	}
	accounts, err := newAccounts(config, db, logging.New(io.Discard, config.LogLevel, config.LogFormat))
	if err != nil {
		return err
	}
	stuck, err := accounts.StuckMails(ctx, 10*time.Minute)
	if err != nil {
		return err
	}
	if stuck > 0 {
		fmt.Fprintf(stdout, "todo  outbox      %d mails have waited for more than 10 minutes: look for \"mails wait\" and \"mail was refused\" in the log\n", stuck)
		return nil
	}
	fmt.Fprintln(stdout, "ok    outbox      no mail is stuck")
	return nil
}

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
