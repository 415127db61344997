package authsql

import (
	"context"
	"fmt"

	"example.com/myapi/internal/auth"
)

func (tx transaction) CreateToken(ctx context.Context, t auth.Token) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO tokens
		(user_id, token, token_type, session_id, auth_time, expires_at, created_at, last_used_at, ip_address, user_agent)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		t.UserID, t.Hash, t.Type, t.SessionID, t.AuthTime, t.ExpiresAt, t.CreatedAt, t.LastUsedAt, t.IPAddress, t.UserAgent)
	if err != nil {
		return fmt.Errorf("creating a token: %w", err)
	}
	return nil
}
