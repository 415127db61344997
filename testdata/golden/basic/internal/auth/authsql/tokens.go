package authsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
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
		{"ip_address", &t.IPAddress},
		{"user_agent", &t.UserAgent},
	}
}

// identityColumns lists the columns of an access token that tell about its session.
// When the user logged in never changes, so the token itself tells that.
func identityColumns(i *auth.Identity) []column {
	return []column{
		{"session_id", &i.SessionID},
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
	result, err := tx.ExecContext(ctx, `DELETE FROM tokens WHERE user_id = ? AND session_id = ? AND token_type = 'access'`, userID, sessionID)
	if err != nil {
		return false, fmt.Errorf("ending a session: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

func (tx transaction) DeleteTokens(ctx context.Context, of auth.TokenFilter) error {
	return tx.exec(ctx, "deleting tokens", `DELETE FROM tokens WHERE user_id = ? AND session_id <> ?`, of.UserID, of.Keep)
}
