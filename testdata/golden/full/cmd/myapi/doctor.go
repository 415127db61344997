package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/database"
	"example.com/myapi/internal/ratelimit"
	"example.com/myapi/internal/settings"
)

func parseDoctor(args []string) (action, error) {
	flags := flag.NewFlagSet("doctor", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	user := flags.String("user", "", "name or e-mail of a user to look at")
	if flags.Parse(args) != nil || flags.NArg() > 0 {
		return nil, usageError("doctor takes nothing but -user and a name or e-mail")
	}
	return func(ctx context.Context, config settings.Settings, std streams) error {
		return doctor(ctx, config, *user, std.out)
	}, nil
}

// doctor checks what the service needs, prints a line for each and suggests
// what to do about what is wrong. The settings have been read, so they are
// right.
func doctor(ctx context.Context, config settings.Settings, login string, stdout io.Writer) (err error) {
	f := &findings{out: stdout}
	f.ok("settings", "ENVIRONMENT=%s, listening on %s", config.Environment, config.Address())
	for _, unknown := range config.Unknown {
		f.todo("settings", "%s", unknown)
	}
	examineProxies(config, f)
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
	if err := examineRedis(ctx, config, f); err != nil {
		return err
	}
	examineBreaches(ctx, config, f)
	if pending > 0 && login != "" {
		return errors.New("users can be looked at once the migrations have run")
	}
	accounts, err := newAccounts(config, db, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	examineMail(ctx, config, f)
	if err := examineOutbox(ctx, accounts, pending, f); err != nil {
		return err
	}
	if pending == 0 {
		err = examineAddresses(ctx, accounts, f)
	}
	if err == nil && login != "" {
		err = examineUser(ctx, accounts, login, f)
	}
	if err == nil && pending == 0 {
		err = examineAPIKeys(ctx, config, accounts, login, f)
	}
	if err == nil && pending == 0 {
		err = examineCookies(ctx, config, accounts, login, f)
	}
	if err == nil && pending == 0 {
		err = examineProviders(ctx, config, accounts, login, f)
	}
	if err == nil && pending == 0 {
		err = examinePasskeys(ctx, config, accounts, login, f)
	}
	if err == nil && pending == 0 {
		err = examineSecrets(ctx, config, accounts, login, f)
	}
	if err == nil && f.failed {
		err = errors.New("something is wrong: see FAIL above")
	}
	return err
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

// examineProxies judges by the settings alone: which peer forwards requests is
// known to the service that receives them, which warns of it.
func examineProxies(config settings.Settings, f *findings) {
	if len(config.TrustedProxies) > 0 {
		f.ok("proxies", "%v may tell the addresses of clients", config.Proxies())
	} else if config.Environment != settings.Development {
		f.todo("proxies", "TRUSTED_PROXIES is empty: behind a proxy all users share its address and its rate limits, so name it, such as 127.0.0.1")
	}
}

// examineAddresses looks for e-mail addresses that were stored before domains
// had one form.
func examineAddresses(ctx context.Context, accounts *auth.Service, f *findings) error {
	clear, shared, err := accounts.OldAddresses(ctx)
	if err != nil {
		return err
	}
	if len(clear) > 0 {
		f.todo("addresses", "%d users have an e-mail address in an older form: myapi user normalize", len(clear))
	}
	for _, user := range shared {
		f.todo("addresses", "<%s> of %s, id %d, is another user's address too, in another form: ask whose it is, and have a superuser set another", user.Email, user.Username, user.ID)
	}
	return nil
}

// examineRedis looks for the server in which replicas count together. The
// service runs without it, so a silent one is not a failure.
func examineRedis(ctx context.Context, config settings.Settings, f *findings) (err error) {
	if config.RedisURL == "" {
		return nil
	}
	redis, err := ratelimit.Connect(config.RedisURL, config.AppName, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, redis.Close()) }()
	if err := redis.Ping(ctx); err != nil {
		f.todo("redis", "does not answer, so each replica limits by itself: check REDIS_URL")
		return nil
	}
	f.ok("redis", "answers")
	return nil
}

// examineBreaches asks the list of breached passwords for one that every list
// has. New passwords are accepted without it, so a silent one is not a failure.
func examineBreaches(ctx context.Context, config settings.Settings, f *findings) {
	list := config.Breached()
	if list == nil {
		return
	}
	switch found, err := list.Has(ctx, "password"); {
	case err != nil:
		f.todo("breaches", "are not looked up, so new passwords are not compared with them: check BREACHED_PASSWORDS_URL: %v", err)
	case !found:
		f.todo("breaches", "lack the password \"password\", which every list has: check BREACHED_PASSWORDS_URL")
	default:
		f.ok("breaches", "are looked up for new passwords")
	}
}

// examineMail checks that mails can be written and sent.
func examineMail(ctx context.Context, config settings.Settings, f *findings) {
	if err := composer(config).Check(); err != nil {
		for fault := range strings.Lines(err.Error()) {
			f.fail("templates", "%s", strings.TrimSpace(fault))
		}
	} else {
		f.ok("templates", "of all mails can be rendered")
	}
	if config.EmailBackend == "file" {
		f.ok("mail", "goes to files in %s; /dev/mailbox shows them", config.EmailOutboxDir)
	} else if err := smtp(config).Check(ctx); err != nil {
		f.fail("mail", "%v", err)
	} else {
		f.ok("mail", "%s:%d takes the log-in", config.SMTPHost, config.SMTPPort)
	}
}

// examineOutbox looks for mails that were not sent.
func examineOutbox(ctx context.Context, accounts *auth.Service, pending int, f *findings) error {
	if pending > 0 {
		return nil
	}
	stuck, err := accounts.StuckMails(ctx, 10*time.Minute)
	if err != nil {
		return err
	}
	if stuck > 0 {
		f.todo("outbox", "%d mails have waited for more than 10 minutes: look for \"mails wait\", \"mail was refused\" and \"mail could not be composed\" in the log", stuck)
		return nil
	}
	f.ok("outbox", "no mail is stuck")
	return nil
}

// examineUser prints why a user may or may not be able to log in. It needs no
// password and shows no hash.
func examineUser(ctx context.Context, accounts *auth.Service, login string, f *findings) error {
	state, err := accounts.State(ctx, login)
	if errors.Is(err, auth.ErrUserNotFound) {
		f.fail("user", "nobody has this name or e-mail: check the spelling, or register")
	}
	if err != nil {
		return err
	}
	u := state.User
	f.ok("user", "%s <%s>, id %d, superuser: %t", u.Username, u.Email, u.ID, u.IsSuperuser)
	if state.Allowed {
		f.ok("allowed", "may use the service")
	} else {
		f.fail("allowed", "is refused: is_active is false, or auth.Allowed says so")
	}
	if state.HashIsValid {
		f.ok("password", "is hashed with bcrypt")
	} else if !u.HasPassword() {
		f.ok("password", "there is none: log-ins are with a provider")
	} else {
		f.fail("password", "has no bcrypt hash: set a new one")
	}
	f.ok("failures", "%d failed log-ins in 24 hours", state.Failures)
	for _, lock := range state.Locks {
		from := "every network without a log-in in the last 30 days"
		if lock.Network.IsValid() {
			from = lock.Network.String()
		}
		f.fail("locked", "log-in is refused from %s for another %s", from, lock.Wait.Round(time.Second))
	}
	return nil
}
