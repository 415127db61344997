package authsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"example.com/myapi/internal/auth"
)

func (tx transaction) SessionAMR(ctx context.Context, userID int64, sessionID string, now time.Time) ([]string, error) {
	var amr []string
	err := tx.QueryRowContext(ctx, `SELECT amr FROM tokens WHERE user_id = ? AND session_id = ? AND token_type IN ('access', 'cookie') AND expires_at > ? LIMIT 1`,
		userID, sessionID, now).Scan(words{&amr})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, auth.ErrInvalidToken
	}
	if err != nil {
		return nil, fmt.Errorf("looking for a session: %w", err)
	}
	return amr, nil
}

func (tx transaction) SetSessionAMR(ctx context.Context, userID int64, sessionID string, amr []string) error {
	return tx.exec(ctx, "storing how a session was proved", `UPDATE tokens SET amr = ? WHERE user_id = ? AND session_id = ? AND token_type IN ('access', 'refresh', 'cookie')`,
		words{&amr}, userID, sessionID)
}

func (tx transaction) CountAttempt(ctx context.Context, hash string) error {
	return tx.exec(ctx, "counting a wrong code", `UPDATE tokens SET attempts = attempts + 1 WHERE token = ? AND token_type = 'login'`, hash)
}

func (tx transaction) KeepLoginTokens(ctx context.Context, userID int64, newest int) error {
	return tx.exec(ctx, "deleting the oldest login tokens", `DELETE FROM tokens WHERE user_id = ? AND token_type = 'login' AND used_at IS NULL AND id NOT IN (
		SELECT id FROM tokens WHERE user_id = ? AND token_type = 'login' AND used_at IS NULL ORDER BY id DESC LIMIT ?)`,
		userID, userID, newest)
}
