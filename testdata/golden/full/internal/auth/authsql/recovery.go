package authsql

import (
	"context"
	"fmt"
	"time"

	"example.com/myapi/internal/auth"
)

// RecoveryCodes counts a user's codes that are not spent.
func (s *Store) RecoveryCodes(ctx context.Context, userID int64) (int, error) {
	return countRecoveryCodes(ctx, s.read, userID)
}

func (tx transaction) RecoveryCodes(ctx context.Context, userID int64) (int, error) {
	return countRecoveryCodes(ctx, tx, userID)
}

func countRecoveryCodes(ctx context.Context, q queryer, userID int64) (int, error) {
	var n int
	err := q.QueryRowContext(ctx, `SELECT COUNT(*) FROM recovery_codes WHERE user_id = ? AND used_at IS NULL`, userID).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting recovery codes: %w", err)
	}
	return n, nil
}

func (tx transaction) CreateRecoveryCode(ctx context.Context, userID int64, hash string, now time.Time) error {
	return tx.exec(ctx, "creating a recovery code", `INSERT INTO recovery_codes (user_id, code_hash, created_at) VALUES (?, ?, ?)`, userID, hash, now)
}

// SpendRecoveryCode is a compare-and-swap.
func (tx transaction) SpendRecoveryCode(ctx context.Context, userID int64, hash string, now time.Time) (bool, error) {
	result, err := tx.ExecContext(ctx, `UPDATE recovery_codes SET used_at = ? WHERE user_id = ? AND code_hash = ? AND used_at IS NULL`, now, userID, hash)
	if err != nil {
		return false, fmt.Errorf("spending a recovery code: %w", err)
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

func (tx transaction) DeleteRecoveryCodes(ctx context.Context, userID int64) error {
	return tx.exec(ctx, "deleting recovery codes", `DELETE FROM recovery_codes WHERE user_id = ?`, userID)
}

func (tx transaction) HasMail(ctx context.Context, kind auth.MailKind, userID int64, since time.Time) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM outbox WHERE kind = ? AND user_id = ? AND created_at > ?`, string(kind), userID, since).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("looking for a mail: %w", err)
	}
	return n > 0, nil
}
