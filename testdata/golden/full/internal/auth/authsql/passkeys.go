package authsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/sqlerror"
)

// passkeyColumns lists the columns of passkeys but for id, each with the field of p
// that it keeps.
func passkeyColumns(p *auth.Passkey) []column {
	return []column{
		{"user_id", &p.UserID},
		{"credential_hash", &p.CredentialHash},
		{"credential_id", &p.CredentialID},
		{"record", &p.Record},
		{"name", &p.Name},
		{"aaguid", &p.AAGUID},
		{"rp_id", &p.RPID},
		{"sign_count", &p.SignCount},
		{"backup_eligible", &p.BackupEligible},
		{"backed_up", &p.BackedUp},
		{"created_at", &p.CreatedAt},
		{"last_used_at", orNull[time.Time]{&p.LastUsedAt}},
	}
}

func passkeyNames() string {
	return "passkeys.id, " + names("passkeys.", passkeyColumns(&auth.Passkey{}))
}

// scanPasskey reads a row of passkeyNames.
func scanPasskey(scan func(...any) error) (auth.Passkey, error) {
	var p auth.Passkey
	err := scan(append([]any{&p.ID}, values(passkeyColumns(&p))...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.Passkey{}, auth.ErrPasskeyNotFound
	}
	if err != nil {
		return auth.Passkey{}, fmt.Errorf("reading a passkey: %w", err)
	}
	p.CreatedAt, p.LastUsedAt = p.CreatedAt.UTC(), p.LastUsedAt.UTC()
	return p, nil
}

// Passkeys lists the passkeys of a user.
func (s *Store) Passkeys(ctx context.Context, userID int64) ([]auth.Passkey, error) {
	return listPasskeys(ctx, s.read, userID)
}

func (tx transaction) Passkeys(ctx context.Context, userID int64) ([]auth.Passkey, error) {
	return listPasskeys(ctx, tx, userID)
}

func listPasskeys(ctx context.Context, q queryer, userID int64) ([]auth.Passkey, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+passkeyNames()+` FROM passkeys WHERE user_id = ? ORDER BY id`, userID)
	if err != nil {
		return nil, fmt.Errorf("listing passkeys: %w", err)
	}
	defer rows.Close()
	passkeys := []auth.Passkey{}
	for rows.Next() {
		p, err := scanPasskey(rows.Scan)
		if err != nil {
			return nil, err
		}
		passkeys = append(passkeys, p)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("listing passkeys: %w", err)
	}
	return passkeys, nil
}

// CountPasskeys counts the passkeys of a user.
func (s *Store) CountPasskeys(ctx context.Context, userID int64) (int, error) {
	return countPasskeys(ctx, s.read, userID)
}

func (tx transaction) CountPasskeys(ctx context.Context, userID int64) (int, error) {
	return countPasskeys(ctx, tx, userID)
}

func countPasskeys(ctx context.Context, q queryer, userID int64) (int, error) {
	var n int
	if err := q.QueryRowContext(ctx, `SELECT COUNT(*) FROM passkeys WHERE user_id = ?`, userID).Scan(&n); err != nil {
		return 0, fmt.Errorf("counting passkeys: %w", err)
	}
	return n, nil
}

// PasskeyOf finds a passkey by its credential and by the handle of its user.
func (s *Store) PasskeyOf(ctx context.Context, credentialHash, handle string) (auth.Passkey, error) {
	return scanPasskey(s.read.QueryRowContext(ctx, `SELECT `+passkeyNames()+`
		FROM passkeys JOIN webauthn_handles ON webauthn_handles.user_id = passkeys.user_id
		WHERE passkeys.credential_hash = ? AND webauthn_handles.handle = ?`, credentialHash, handle).Scan)
}

func (tx transaction) Passkey(ctx context.Context, userID, id int64) (auth.Passkey, error) {
	return scanPasskey(tx.QueryRowContext(ctx, `SELECT `+passkeyNames()+` FROM passkeys WHERE id = ? AND user_id = ?`, id, userID).Scan)
}

// PasskeysByRPID counts the passkeys of all users.
func (s *Store) PasskeysByRPID(ctx context.Context) (map[string]int, error) {
	return s.counts(ctx, "passkeys", `SELECT rp_id, COUNT(*) FROM passkeys GROUP BY rp_id`)
}

func (tx transaction) CreatePasskey(ctx context.Context, p auth.Passkey) (int64, error) {
	id, err := tx.insert(ctx, "passkeys", passkeyColumns(&p))
	if sqlerror.Unique(err) == "passkeys.credential_hash" {
		return 0, auth.ErrPasskeyTaken
	}
	if err != nil {
		return 0, fmt.Errorf("creating a passkey: %w", err)
	}
	return id, nil
}

func (tx transaction) RenamePasskey(ctx context.Context, userID, id int64, name string) error {
	return tx.exec(ctx, "renaming a passkey", `UPDATE passkeys SET name = ? WHERE id = ? AND user_id = ?`, name, id, userID)
}

func (tx transaction) NotePasskeyUse(ctx context.Context, id, signCount int64, backedUp bool, now time.Time) error {
	return tx.exec(ctx, "storing the use of a passkey", `UPDATE passkeys SET sign_count = ?, backed_up = ?, last_used_at = ? WHERE id = ?`,
		signCount, backedUp, now, id)
}

func (tx transaction) DeletePasskey(ctx context.Context, userID, id int64) error {
	return tx.exec(ctx, "deleting a passkey", `DELETE FROM passkeys WHERE id = ? AND user_id = ?`, id, userID)
}

func (tx transaction) DeletePasskeys(ctx context.Context, userID int64) error {
	return tx.exec(ctx, "deleting passkeys", `DELETE FROM passkeys WHERE user_id = ?`, userID)
}
