package authsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"example.com/myapi/internal/auth"
)

func (tx transaction) CreateToken(ctx context.Context, t auth.Token) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO tokens
		(user_id, token, token_type, session_id, auth_time, expires_at, created_at, last_used_at, sent_to, ip_address, user_agent)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		t.UserID, t.Hash, t.Type, t.SessionID, t.AuthTime, t.ExpiresAt, t.CreatedAt, t.LastUsedAt, t.SentTo, t.IPAddress, t.UserAgent)
	if err != nil {
		return fmt.Errorf("creating a token: %w", err)
	}
	return nil
}

// TakeToken spends a token by compare-and-swap.
func (tx transaction) TakeToken(ctx context.Context, hash, tokenType string, now time.Time) error {
	result, err := tx.ExecContext(ctx, `UPDATE tokens SET used_at = ?
		WHERE token = ? AND token_type = ? AND used_at IS NULL AND expires_at > ?`, now, hash, tokenType, now)
	if err != nil {
		return fmt.Errorf("spending a token: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil {
		return fmt.Errorf("spending a token: %w", err)
	} else if n == 0 {
		return auth.ErrNoToken
	}
	return nil
}

const tokenColumns = `user_id, token, token_type, session_id, auth_time, expires_at, created_at, last_used_at, used_at, sent_to, ip_address, user_agent`

func (tx transaction) TokenByHash(ctx context.Context, hash, tokenType string) (auth.Token, error) {
	return scanToken(tx.QueryRowContext(ctx, `SELECT `+tokenColumns+` FROM tokens WHERE token = ? AND token_type = ?`, hash, tokenType))
}

// Token finds a token that is neither spent nor expired.
func (s *Store) Token(ctx context.Context, hash, tokenType string, now time.Time) (auth.Token, error) {
	return scanToken(s.read.QueryRowContext(ctx, `SELECT `+tokenColumns+` FROM tokens
		WHERE token = ? AND token_type = ? AND used_at IS NULL AND expires_at > ?`, hash, tokenType, now))
}

func scanToken(row *sql.Row) (auth.Token, error) {
	var t auth.Token
	var usedAt sql.NullTime
	err := row.Scan(&t.UserID, &t.Hash, &t.Type, &t.SessionID, &t.AuthTime, &t.ExpiresAt, &t.CreatedAt, &t.LastUsedAt,
		&usedAt, &t.SentTo, &t.IPAddress, &t.UserAgent)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.Token{}, auth.ErrNoToken
	}
	if err != nil {
		return auth.Token{}, fmt.Errorf("reading a token: %w", err)
	}
	t.AuthTime, t.ExpiresAt, t.UsedAt = t.AuthTime.UTC(), t.ExpiresAt.UTC(), usedAt.Time.UTC()
	return t, nil
}

func (tx transaction) DeleteTokens(ctx context.Context, userID int64, tokenType, sentTo string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM tokens WHERE user_id = ? AND token_type = ? AND (? = '' OR sent_to = ?)`,
		userID, tokenType, sentTo, sentTo)
	if err != nil {
		return fmt.Errorf("voiding tokens: %w", err)
	}
	return nil
}
