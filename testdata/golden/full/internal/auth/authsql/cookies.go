package authsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"example.com/myapi/internal/auth"
)

// cookieColumns lists the columns of a cookie's token that tell about its session.
func cookieColumns(c *auth.CookieSession) []column {
	return append(identityColumns(&c.Identity), column{"auth_time", &c.AuthTime}, column{"last_used_at", &c.LastUsedAt})
}

// CookieSession finds whom a live cookie belongs to. It is the one query of a
// request with a cookie.
func (s *Store) CookieSession(ctx context.Context, hash string, now time.Time) (auth.CookieSession, error) {
	var c auth.CookieSession
	statement, err := s.cookie.on(ctx, s.lookup, cookieQuery)
	if err != nil {
		return auth.CookieSession{}, fmt.Errorf("preparing to read cookies: %w", err)
	}
	row := statement.QueryRowContext(context.WithoutCancel(ctx), hash, now)
	err = row.Scan(userFields(&c.User, values(cookieColumns(&c))...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.CookieSession{}, auth.ErrInvalidToken
	}
	if err != nil {
		return auth.CookieSession{}, fmt.Errorf("reading the session of a cookie: %w", err)
	}
	c.AuthTime, c.LastUsedAt, c.User.CreatedAt = c.AuthTime.UTC(), c.LastUsedAt.UTC(), c.User.CreatedAt.UTC()
	return c, nil
}

func cookieQuery() string {
	columns := userNames() + ", " + names("tokens.", cookieColumns(&auth.CookieSession{}))
	return `SELECT ` + columns + ` FROM tokens JOIN users ON users.id = tokens.user_id
		WHERE tokens.token = ? AND tokens.token_type = 'cookie' AND tokens.expires_at > ?`
}

// ExtendCookie is a compare-and-swap.
func (s *Store) ExtendCookie(ctx context.Context, hash string, used, since, expires time.Time) (bool, error) {
	result, err := s.write.ExecContext(ctx, `UPDATE tokens SET last_used_at = ?, expires_at = ?
		WHERE token = ? AND token_type = 'cookie' AND last_used_at <= ? AND expires_at > ?`, used, expires, hash, since, used)
	if err != nil {
		return false, fmt.Errorf("storing the use of a cookie: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}
