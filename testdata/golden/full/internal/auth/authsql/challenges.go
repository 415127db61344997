package authsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"example.com/myapi/internal/auth"
)

// challengeColumns lists the columns of passkey_challenges, each with the field of c
// that it keeps.
func challengeColumns(c *auth.Challenge) []column {
	return []column{
		{"id_hash", &c.Hash},
		{"kind", &c.Kind},
		{"user_id", orNull[int64]{&c.UserID}},
		{"session", &c.Session},
		{"expires_at", &c.ExpiresAt},
	}
}

func challengeNames() string { return names("", challengeColumns(&auth.Challenge{})) }

func (tx transaction) CreateChallenge(ctx context.Context, c auth.Challenge) error {
	return tx.exec(ctx, "creating a challenge", `INSERT INTO passkey_challenges (`+challengeNames()+`) VALUES (?, ?, ?, ?, ?)`,
		values(challengeColumns(&c))...)
}

// TakeChallenge reads before it deletes: the number of rows that it has deleted tells
// whose the challenge is.
func (tx transaction) TakeChallenge(ctx context.Context, hash string) (auth.Challenge, error) {
	var c auth.Challenge
	err := tx.QueryRowContext(ctx, `SELECT `+challengeNames()+` FROM passkey_challenges WHERE id_hash = ?`, hash).Scan(values(challengeColumns(&c))...)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.Challenge{}, auth.ErrNoChallenge
	}
	if err != nil {
		return auth.Challenge{}, fmt.Errorf("reading a challenge: %w", err)
	}
	result, err := tx.ExecContext(ctx, `DELETE FROM passkey_challenges WHERE id_hash = ?`, hash)
	if err != nil {
		return auth.Challenge{}, fmt.Errorf("deleting a challenge: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil {
		return auth.Challenge{}, fmt.Errorf("deleting a challenge: %w", err)
	} else if n == 0 {
		return auth.Challenge{}, auth.ErrNoChallenge
	}
	c.ExpiresAt = c.ExpiresAt.UTC()
	return c, nil
}

// purgeChallenges deletes the challenges that have expired, and the oldest ones if there
// are too many.
func (s *Store) purgeChallenges(ctx context.Context, now time.Time) error {
	last := now
	err := s.read.QueryRowContext(ctx, `SELECT expires_at FROM passkey_challenges ORDER BY expires_at DESC LIMIT 1 OFFSET ?`, auth.MaxChallenges).Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("looking for challenges that are too many: %w", err)
	}
	if last.Before(now) {
		last = now
	}
	if err := s.purge(ctx, `DELETE FROM passkey_challenges WHERE rowid IN (SELECT rowid FROM passkey_challenges WHERE expires_at <= ? LIMIT 1000)`, last); err != nil {
		return fmt.Errorf("deleting challenges: %w", err)
	}
	return nil
}

// Handle returns what authenticators know a user by.
func (s *Store) Handle(ctx context.Context, userID int64) (string, error) {
	return findHandle(ctx, s.read, userID)
}

func (tx transaction) Handle(ctx context.Context, userID int64) (string, error) {
	return findHandle(ctx, tx, userID)
}

func findHandle(ctx context.Context, q queryer, userID int64) (string, error) {
	var handle string
	err := q.QueryRowContext(ctx, `SELECT handle FROM webauthn_handles WHERE user_id = ?`, userID).Scan(&handle)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("reading the handle of a user: %w", err)
	}
	return handle, nil
}

func (tx transaction) CreateHandle(ctx context.Context, userID int64, handle string) error {
	return tx.exec(ctx, "creating the handle of a user", `INSERT INTO webauthn_handles (user_id, handle) VALUES (?, ?)`, userID, handle)
}
