package authsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"example.com/myapi/internal/auth"
)

// totpColumns lists the columns of totp, each with the field of t that it keeps.
func totpColumns(t *auth.TOTP) []column {
	return []column{
		{"user_id", &t.UserID},
		{"secret", orNull[string]{&t.Secret}},
		{"pending_secret", orNull[string]{&t.Pending}},
		{"pending_at", orNull[time.Time]{&t.PendingAt}},
		{"confirmed_at", orNull[time.Time]{&t.ConfirmedAt}},
		{"last_step", &t.LastStep},
	}
}

func totpNames() string { return names("", totpColumns(&auth.TOTP{})) }

// TOTP returns a user's app.
func (s *Store) TOTP(ctx context.Context, userID int64) (auth.TOTP, error) {
	return findTOTP(ctx, s.read, userID)
}

func (tx transaction) TOTP(ctx context.Context, userID int64) (auth.TOTP, error) {
	return findTOTP(ctx, tx, userID)
}

func findTOTP(ctx context.Context, q queryer, userID int64) (auth.TOTP, error) {
	var t auth.TOTP
	row := q.QueryRowContext(ctx, `SELECT `+totpNames()+` FROM totp WHERE user_id = ?`, userID)
	err := row.Scan(values(totpColumns(&t))...)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.TOTP{}, nil
	}
	if err != nil {
		return auth.TOTP{}, fmt.Errorf("reading an authenticator app: %w", err)
	}
	t.PendingAt, t.ConfirmedAt = t.PendingAt.UTC(), t.ConfirmedAt.UTC()
	return t, nil
}

// SealedBy counts the secrets by the name in front of them.
func (s *Store) SealedBy(ctx context.Context) (map[string]int, error) {
	return s.counts(ctx, "sealed secrets", `SELECT SUBSTR(secret, 4, 8), COUNT(*) FROM totp WHERE secret IS NOT NULL GROUP BY SUBSTR(secret, 4, 8)`)
}

// SetPendingTOTP relies on the lock of the user: nobody else inserts the row.
func (tx transaction) SetPendingTOTP(ctx context.Context, userID int64, sealed string, now time.Time) error {
	found, err := tx.changed(ctx, `UPDATE totp SET pending_secret = ?, pending_at = ? WHERE user_id = ?`, sealed, now, userID)
	if err == nil && !found {
		_, err = tx.changed(ctx, `INSERT INTO totp (user_id, pending_secret, pending_at) VALUES (?, ?, ?)`, userID, sealed, now)
	}
	return err
}

func (tx transaction) ConfirmTOTP(ctx context.Context, userID, step int64, now time.Time) error {
	_, err := tx.changed(ctx, `UPDATE totp SET secret = pending_secret, pending_secret = NULL, pending_at = NULL, confirmed_at = ?, last_step = ?
		WHERE user_id = ? AND pending_secret IS NOT NULL`, now, step, userID)
	return err
}

// UseTOTPStep is a compare-and-swap.
func (tx transaction) UseTOTPStep(ctx context.Context, userID, step int64) (bool, error) {
	return tx.changed(ctx, `UPDATE totp SET last_step = ? WHERE user_id = ? AND last_step < ?`, step, userID, step)
}

func (tx transaction) ResealTOTP(ctx context.Context, userID int64, before, now string) error {
	_, err := tx.changed(ctx, `UPDATE totp SET secret = ? WHERE user_id = ? AND secret = ?`, now, userID, before)
	return err
}

func (tx transaction) DeleteTOTP(ctx context.Context, userID int64) (bool, error) {
	return tx.changed(ctx, `DELETE FROM totp WHERE user_id = ?`, userID)
}

// changed reports whether a statement has changed a row of totp.
func (tx transaction) changed(ctx context.Context, query string, args ...any) (bool, error) {
	result, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return false, fmt.Errorf("changing an authenticator app: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}
