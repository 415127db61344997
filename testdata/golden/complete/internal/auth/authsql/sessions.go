package authsql

import (
	"context"
	"fmt"
	"time"

	"example.com/myapi/internal/auth"
)

// Sessions lists a user's sessions by their unspent refresh tokens, of which
// each session has one.
func (s *Store) Sessions(ctx context.Context, userID int64, now time.Time) ([]auth.Session, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT session_id, auth_time, last_used_at, expires_at, ip_address, user_agent FROM tokens
		WHERE user_id = ? AND token_type = 'refresh' AND used_at IS NULL AND expires_at > ? ORDER BY auth_time DESC, id DESC`, userID, now)
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

func (tx transaction) DeleteUserSession(ctx context.Context, userID int64, sessionID string) (bool, error) {
	if !isText(sessionID) {
		return false, nil
	}
	result, err := tx.ExecContext(ctx, `DELETE FROM tokens WHERE user_id = ? AND session_id = ?
		AND token_type IN ('access', 'refresh')`, userID, sessionID)
	if err != nil {
		return false, fmt.Errorf("ending a session: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

func (tx transaction) ClearAllLoginFailures(ctx context.Context, account string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM login_failures WHERE account = ?`, account); err != nil {
		return fmt.Errorf("clearing failed log-ins: %w", err)
	}
	return nil
}
