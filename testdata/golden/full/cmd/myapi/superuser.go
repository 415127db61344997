package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/database"
	"example.com/myapi/internal/logging"
	"example.com/myapi/internal/settings"
)

func parseUser(args []string) (action, error) {
	switch {
	case len(args) > 0 && args[0] == "create":
		return parseCreate("user create", args[1:], false)
	case len(args) == 1 && args[0] == "normalize":
		return normalize, nil
	}
	return nil, usageError("name what to do: user create -email you@example.com -username you, or user normalize")
}

// normalize stores e-mail addresses that are in an older form in today's.
func normalize(ctx context.Context, config settings.Settings, std streams) (err error) {
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
	changed, err := accounts.NormalizeAddresses(ctx)
	for _, user := range changed {
		fmt.Fprintf(std.out, "%s, id %d, has <%s> now\n", user.Username, user.ID, user.Email)
	}
	if err != nil {
		return err
	}
	return examineAddresses(ctx, accounts, &findings{out: std.out})
}

func parseCreate(name string, args []string, superuser bool) (action, error) {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	email := flags.String("email", "", "the e-mail address")
	username := flags.String("username", "", "the user name")
	if flags.Parse(args) != nil || flags.NArg() > 0 || *email == "" || *username == "" {
		return nil, usageError("name both: " + name + " -email you@example.com -username you")
	}
	return func(ctx context.Context, config settings.Settings, std streams) error {
		return create(ctx, config, auth.Registration{Email: *email, Username: *username}, superuser, std)
	}, nil
}

// create makes a user, without asking for the address to be verified.
func create(ctx context.Context, config settings.Settings, r auth.Registration, superuser bool, std streams) (err error) {
	db, err := database.Open(ctx, config.DatabaseURL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	if r.Password, err = readPassword(std.in, std.err); err != nil {
		return err
	}
	log := logging.New(std.err, config.LogLevel, config.LogFormat)
	accounts, err := newAccounts(config, db, log)
	if err != nil {
		return err
	}
	user, err := accounts.CreateUser(ctx, r, superuser)
	if err != nil {
		return explain(err)
	}
	kind := "user"
	if user.IsSuperuser {
		kind = "superuser"
	}
	_, err = fmt.Fprintf(std.out, "created %s %s <%s>, id %d\n", kind, user.Username, user.Email, user.ID)
	if err == nil && accounts.MustHaveFactor(user) {
		_, err = fmt.Fprintln(std.out, "SECOND_FACTOR_REQUIRED: it can do nothing before it sets up a second factor")
	}
	return err
}

// readPassword asks twice without echo on a terminal, and otherwise reads the
// first line.
func readPassword(stdin io.Reader, stderr io.Writer) (string, error) {
	file, ok := stdin.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(stdin, 4096)).ReadString('\n')
		switch {
		case errors.Is(err, io.EOF) && line == "":
			return "", errors.New("no password came on standard input: type it at the prompt of a terminal, or pipe it in")
		case err != nil && !errors.Is(err, io.EOF):
			return "", fmt.Errorf("reading the password from stdin: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	var typed [2]string
	for i, prompt := range []string{"Password: ", "Once more: "} {
		fmt.Fprint(stderr, prompt)
		text, err := term.ReadPassword(int(file.Fd()))
		fmt.Fprintln(stderr)
		if err != nil {
			return "", fmt.Errorf("reading the password: %w", err)
		}
		typed[i] = string(text)
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two passwords differ")
	}
	return typed[0], nil
}

// explain lists the faults of the fields, a line each.
func explain(err error) error {
	var e *auth.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return err
	}
	var lines []error
	for _, field := range e.Fields {
		lines = append(lines, errors.New(field.Message))
	}
	return errors.Join(lines...)
}
