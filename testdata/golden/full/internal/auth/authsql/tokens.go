package authsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"example.com/myapi/internal/auth"
)

// tokenColumns lists the columns of tokens but for id, each with the field of
// t that it keeps.
func tokenColumns(t *auth.Token) []column {
	return []column{
		{"user_id", &t.UserID},
		{"token", &t.Hash},
		{"token_type", &t.Type},
		{"session_id", &t.SessionID},
		{"auth_time", &t.AuthTime},
		{"expires_at", &t.ExpiresAt},
		{"created_at", &t.CreatedAt},
		{"last_used_at", &t.LastUsedAt},
		{"used_at", orNull[time.Time]{&t.UsedAt}},
		{"sent_to", &t.SentTo},
		{"amr", words{&t.AMR}},
		{"attempts", &t.Attempts},
		{"ip_address", &t.IPAddress},
		{"user_agent", &t.UserAgent},
	}
}

// identityColumns lists the columns of an access token that tell about its session.
// When the user logged in never changes, so the token itself tells that.
func identityColumns(i *auth.Identity) []column {
	return []column{
		{"session_id", &i.SessionID},
		{"amr", words{&i.AMR}},
	}
}

func identityNames() string {
	return names("tokens.", identityColumns(&auth.Identity{}))
}

// Session finds who a live access token belongs to. It is the one query of an
// authenticated request.
func (s *Store) Session(ctx context.Context, tokenHash string, now time.Time) (auth.Identity, error) {
	var i auth.Identity
	statement, err := s.session.on(ctx, s.lookup, sessionQuery)
	if err != nil {
		return auth.Identity{}, fmt.Errorf("preparing to read sessions: %w", err)
	}
	row := statement.QueryRowContext(context.WithoutCancel(ctx), tokenHash, now)
	err = row.Scan(userFields(&i.User, values(identityColumns(&i))...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.Identity{}, auth.ErrInvalidToken
	}
	if err != nil {
		return auth.Identity{}, fmt.Errorf("reading a session: %w", err)
	}
	i.User.CreatedAt = i.User.CreatedAt.UTC()
	return i, nil
}

func sessionQuery() string {
	return `SELECT ` + userNames() + `, ` + identityNames() + ` FROM tokens JOIN users ON users.id = tokens.user_id
		WHERE tokens.token = ? AND tokens.token_type = 'access' AND tokens.expires_at > ?`
}

func (tx transaction) CreateToken(ctx context.Context, t auth.Token) error {
	if _, err := tx.insert(ctx, "tokens", tokenColumns(&t)); err != nil {
		return fmt.Errorf("creating a token: %w", err)
	}
	return nil
}

func (tx transaction) DeleteSession(ctx context.Context, userID int64, sessionID string) (bool, error) {
	if !isText(sessionID) {
		return false, nil
	}
	result, err := tx.ExecContext(ctx, `DELETE FROM tokens WHERE user_id = ? AND session_id = ? AND token_type IN ('access', 'refresh', 'cookie')`, userID, sessionID)
	if err != nil {
		return false, fmt.Errorf("ending a session: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

func (tx transaction) DeleteTokens(ctx context.Context, of auth.TokenFilter) error {
	query, args := `DELETE FROM tokens WHERE user_id = ?`, []any{of.UserID}
	next := func(value string) string {
		args = append(args, value)
		return parameter(len(args) - 1)
	}
	if len(of.Types) > 0 {
		types := make([]string, len(of.Types))
		for i, tokenType := range of.Types {
			types[i] = next(tokenType)
		}
		query += " AND token_type IN (" + strings.Join(types, ", ") + ")"
	}
	if of.SentTo != "" {
		query += " AND sent_to = " + next(of.SentTo)
	}
	if of.Keep != "" {
		query += " AND session_id <> " + next(of.Keep)
	}
	return tx.exec(ctx, "deleting tokens", query, args...)
}

// RedeemToken is a compare-and-swap.
func (tx transaction) RedeemToken(ctx context.Context, hash, tokenType string, now time.Time) error {
	result, err := tx.ExecContext(ctx, `UPDATE tokens SET used_at = ?
		WHERE token = ? AND token_type = ? AND used_at IS NULL AND expires_at > ?`, now, hash, tokenType, now)
	if err != nil {
		return fmt.Errorf("redeeming a token: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil {
		return fmt.Errorf("redeeming a token: %w", err)
	} else if n == 0 {
		return auth.ErrNoToken
	}
	return nil
}

// Token finds a token.
func (s *Store) Token(ctx context.Context, hash, tokenType string) (auth.Token, error) {
	return findToken(ctx, s.read, hash, tokenType)
}

func (tx transaction) Token(ctx context.Context, hash, tokenType string) (auth.Token, error) {
	return findToken(ctx, tx, hash, tokenType)
}

func findToken(ctx context.Context, q queryer, hash, tokenType string) (auth.Token, error) {
	var t auth.Token
	row := q.QueryRowContext(ctx, `SELECT `+tokenNames()+` FROM tokens WHERE token = ? AND token_type = ?`, hash, tokenType)
	err := row.Scan(values(tokenColumns(&t))...)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.Token{}, auth.ErrNoToken
	}
	if err != nil {
		return auth.Token{}, fmt.Errorf("reading a token: %w", err)
	}
	t.AuthTime, t.ExpiresAt, t.UsedAt = t.AuthTime.UTC(), t.ExpiresAt.UTC(), t.UsedAt.UTC()
	return t, nil
}

func tokenNames() string { return names("", tokenColumns(&auth.Token{})) }

// Sessions lists a user's sessions by their unspent refresh tokens, of which
// each session has one.
func (s *Store) Sessions(ctx context.Context, userID int64, now time.Time) ([]auth.Session, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT session_id, auth_time, last_used_at, expires_at, ip_address, user_agent FROM tokens
		WHERE user_id = ? AND token_type IN ('refresh', 'cookie') AND used_at IS NULL AND expires_at > ? ORDER BY auth_time DESC, id DESC`, userID, now)
	if err != nil {
		return nil, fmt.Errorf("listing sessions: %w", err)
	}
	defer rows.Close()
	sessions := []auth.Session{}
	for rows.Next() {
		var x auth.Session
		if err := rows.Scan(&x.ID, &x.CreatedAt, &x.LastUsedAt, &x.ExpiresAt, &x.IPAddress, &x.UserAgent); err != nil {
			return nil, fmt.Errorf("reading a session: %w", err)
		}
		x.CreatedAt, x.LastUsedAt, x.ExpiresAt = x.CreatedAt.UTC(), x.LastUsedAt.UTC(), x.ExpiresAt.UTC()
		sessions = append(sessions, x)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("listing sessions: %w", err)
	}
	return sessions, nil
}
