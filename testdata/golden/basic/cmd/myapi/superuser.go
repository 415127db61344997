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

// superuser creates a user who may manage the others.
func superuser(ctx context.Context, config settings.Settings, args []string, stdin io.Reader, stdout, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("superuser", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	email := flags.String("email", "", "the e-mail address")
	username := flags.String("username", "", "the user name")
	if flags.Parse(args) != nil || flags.NArg() > 0 || *email == "" || *username == "" {
		return errUsage
	}
	db, err := database.Open(ctx, config.DatabaseURL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	password, err := readPassword(stdin, stderr)
	if err != nil {
		return err
	}
	log := logging.New(stderr, config.LogLevel, config.LogFormat)
	accounts, err := newAccounts(config, db, log)
	if err != nil {
		return err
	}
	user, err := accounts.CreateSuperuser(ctx, auth.Registration{Email: *email, Username: *username, Password: password})
	if err != nil {
		return explain(err)
	}
	_, err = fmt.Fprintf(stdout, "created superuser %s <%s>, id %d\n", user.Username, user.Email, user.ID)
	return err
}

// readPassword asks twice without echo on a terminal, and otherwise reads the
// first line.
func readPassword(stdin io.Reader, stderr io.Writer) (string, error) {
	file, ok := stdin.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(stdin, 4096)).ReadString('\n')
		if err != nil && (!errors.Is(err, io.EOF) || line == "") {
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
