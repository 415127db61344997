package authsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/sqlerror"
)

// userColumns lists the columns of users but for id, each with the field of u
// that it keeps. All statements with whole users are made from it: a column of
// your own is one line here, and one in a migration.
func userColumns(u *auth.User) []column {
	return []column{
		{"email", &u.Email},
		{"username", &u.Username},
		{"hashed_password", &u.HashedPassword},
		{"password_serial", &u.PasswordSerial},
		{"is_verified", &u.IsVerified},
		{"pending_email", orNull[string]{&u.PendingEmail}},
		{"former_email", orNull[string]{&u.FormerEmail}},
		{"is_active", &u.IsActive},
		{"is_superuser", &u.IsSuperuser},
		{"created_at", &u.CreatedAt},
	}
}

// userNames lists what a SELECT reads into userFields, before more of its own.
func userNames() string { return "users.id, " + names("users.", userColumns(&auth.User{})) }

func userFields(u *auth.User, more ...any) []any {
	columns := userColumns(u)
	fields := append(make([]any, 0, 1+len(columns)+len(more)), &u.ID)
	for _, c := range columns {
		fields = append(fields, c.value)
	}
	return append(fields, more...)
}

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

// User finds a user.
func (s *Store) User(ctx context.Context, key auth.UserKey) (auth.User, error) {
	query, forms := userQuery(key)
	return findUser(ctx, s.read, query, forms)
}

func (tx transaction) LockUser(ctx context.Context, key auth.UserKey) (auth.User, error) {
	query, forms := userQuery(key)
	return findUser(ctx, tx, query, forms)
}

// userQuery returns the query for a user, and what to ask it for, in turn: an
// address may be stored in several forms. A login with an @ is an address, since
// no name has one.
func userQuery(key auth.UserKey) (query string, forms []any) {
	switch {
	case key.ID != 0:
		return `SELECT ` + userNames() + ` FROM users WHERE id = ?`, []any{key.ID}
	case !isText(key.Login):
		return "", nil
	case !strings.Contains(key.Login, "@"):
		return `SELECT ` + userNames() + ` FROM users WHERE username = ?`, []any{auth.Fold(key.Login)}
	}
	for _, email := range auth.Forms(key.Login) {
		forms = append(forms, email)
	}
	return `SELECT ` + userNames() + ` FROM users WHERE email = ?`, forms
}

// queryer is a pool of connections, or a transaction.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func findUser(ctx context.Context, q queryer, query string, forms []any) (auth.User, error) {
	for _, form := range forms {
		if user, err := scanUser(q.QueryRowContext(ctx, query, form)); !errors.Is(err, auth.ErrUserNotFound) {
			return user, err
		}
	}
	return auth.User{}, auth.ErrUserNotFound
}

// isText reports whether every database accepts s as text.
func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsRune(s, 0)
}

// Users lists users in order of id.
func (s *Store) Users(ctx context.Context, after int64, limit int) ([]auth.User, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+userNames()+` FROM users WHERE id > ? ORDER BY id LIMIT ?`, after, limit)
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

func (tx transaction) CreateUser(ctx context.Context, u auth.User) (int64, error) {
	id, err := tx.insert(ctx, "users", userColumns(&u))
	if err != nil {
		return 0, fmt.Errorf("creating a user: %w", taken(err))
	}
	return id, nil
}

func (tx transaction) UpdateUser(ctx context.Context, u auth.User) error {
	if err := tx.update(ctx, "users", u.ID, userColumns(&u)); err != nil {
		return fmt.Errorf("updating a user: %w", taken(err))
	}
	return nil
}

// taken turns the refusal of a unique index into the error for the user.
func taken(err error) error {
	switch sqlerror.Unique(err) {
	case "users.email":
		return auth.ErrEmailTaken
	case "users.username":
		return auth.ErrUsernameTaken
	}
	return err
}

func (tx transaction) DeleteUser(ctx context.Context, id int64) error {
	account := auth.AccountOf(id)
	for _, statement := range []struct {
		query string
		arg   any
	}{
		{`DELETE FROM login_failures WHERE account = ?`, account},
		{`DELETE FROM login_networks WHERE account = ?`, account},
		{`DELETE FROM login_failures WHERE account = ?`, auth.CodesOf(id)},
		{`DELETE FROM login_networks WHERE account = ?`, auth.CodesOf(id)},
		// Mails to the user still count for the address; see MailsSent.
		{`UPDATE outbox SET user_id = NULL, sent_user_id = NULL WHERE sent_user_id = ?`, id},
		// And, by the foreign key, tokens.
		{`DELETE FROM users WHERE id = ?`, id},
	} {
		if _, err := tx.ExecContext(ctx, statement.query, statement.arg); err != nil {
			return fmt.Errorf("deleting a user: %w", err)
		}
	}
	return nil
}

func (tx transaction) OtherSuperusers(ctx context.Context, id int64) (int, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM users WHERE is_superuser = TRUE AND is_active = TRUE AND id <> ?`, id).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting superusers: %w", err)
	}
	return n, nil
}
