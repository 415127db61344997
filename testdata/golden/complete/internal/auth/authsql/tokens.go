package authsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"example.com/myapi/internal/auth"
)

// Session finds who a live access token belongs to. It is the one query of an
// authenticated request.
func (s *Store) Session(ctx context.Context, tokenHash string, now time.Time) (auth.Identity, error) {
	var i auth.Identity
	statement, err := s.session.on(ctx, s.read, `SELECT tokens.session_id, tokens.auth_time, `+userColumns+`
		FROM tokens JOIN users ON users.id = tokens.user_id
		WHERE tokens.token = ? AND tokens.token_type = 'access' AND tokens.expires_at > ?`)
	if err != nil {
		return auth.Identity{}, fmt.Errorf("preparing to read sessions: %w", err)
	}
	row := statement.QueryRowContext(ctx, tokenHash, now)
	err = row.Scan(append([]any{&i.SessionID, &i.AuthTime}, userFields(&i.User)...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.Identity{}, auth.ErrInvalidToken
	}
	if err != nil {
		return auth.Identity{}, fmt.Errorf("reading a session: %w", err)
	}
	i.AuthTime, i.User.CreatedAt = i.AuthTime.UTC(), i.User.CreatedAt.UTC()
	return i, nil
}

func (tx transaction) DeleteSession(ctx context.Context, sessionID string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM tokens WHERE session_id = ? AND token_type IN ('access', 'refresh')`, sessionID); err != nil {
		return fmt.Errorf("ending a session: %w", err)
	}
	return nil
}

func (tx transaction) DeleteSessions(ctx context.Context, userID int64, keep string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM tokens WHERE user_id = ? AND session_id <> ? AND token_type IN ('access', 'refresh')`, userID, keep)
	if err != nil {
		return fmt.Errorf("ending sessions: %w", err)
	}
	return nil
}
