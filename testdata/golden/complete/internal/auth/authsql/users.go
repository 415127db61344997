package authsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"example.com/myapi/internal/auth"
)

func scanUser(row interface{ Scan(...any) error }) (auth.User, error) {
	var u auth.User
	err := row.Scan(userFields(&u)...)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.User{}, auth.ErrUserNotFound
	}
	if err != nil {
		return auth.User{}, fmt.Errorf("reading a user: %w", err)
	}
	u.CreatedAt = u.CreatedAt.UTC()
	return u, nil
}

// UserByLogin finds a user by e-mail when login has an @, which no name has.
func (s *Store) UserByLogin(ctx context.Context, login string) (auth.User, error) {
	if !isText(login) {
		return auth.User{}, auth.ErrUserNotFound
	}
	login = auth.Fold(login)
	if strings.Contains(login, "@") {
		return scanUser(s.read.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users WHERE email = ?`, login))
	}
	return scanUser(s.read.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users WHERE username = ?`, login))
}

// isText reports whether a database takes s for text; some refuse the rest.
func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsRune(s, 0)
}

// UserByID finds a user.
func (s *Store) UserByID(ctx context.Context, id int64) (auth.User, error) {
	return scanUser(s.read.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users WHERE id = ?`, id))
}

// Users lists users in order of id.
func (s *Store) Users(ctx context.Context, after int64, limit int) ([]auth.User, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+userColumns+` FROM users WHERE id > ? ORDER BY id LIMIT ?`, after, limit)
	if err != nil {
		return nil, fmt.Errorf("listing users: %w", err)
	}
	defer rows.Close()
	users := []auth.User{}
	for rows.Next() {
		u, err := scanUser(rows)
		if err != nil {
			return nil, err
		}
		users = append(users, u)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("listing users: %w", err)
	}
	return users, nil
}

func (tx transaction) UserByID(ctx context.Context, id int64) (auth.User, error) {
	return scanUser(tx.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users WHERE id = ?`, id))
}

func (tx transaction) DeleteUser(ctx context.Context, id int64) error {
	account := auth.AccountOf(id)
	for _, statement := range []struct {
		query string
		arg   any
	}{
		{`DELETE FROM login_failures WHERE account = ?`, account},
		{`DELETE FROM login_networks WHERE account = ?`, account},
		{`DELETE FROM users WHERE id = ?`, id}, // and, by the foreign key, tokens
	} {
		if _, err := tx.ExecContext(ctx, statement.query, statement.arg); err != nil {
			return fmt.Errorf("deleting a user: %w", err)
		}
	}
	return nil
}
