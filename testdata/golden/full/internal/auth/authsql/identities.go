package authsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/sqlerror"
)

// linkColumns lists the columns of user_identities but for id, each with the field of i
// that it keeps.
func linkColumns(i *auth.LinkedIdentity) []column {
	return []column{
		{"user_id", &i.UserID},
		{"provider", &i.Provider},
		{"issuer", &i.Issuer},
		{"subject", &i.Subject},
		{"email", orNull[string]{&i.Email}},
		{"created_at", &i.CreatedAt},
		{"last_login_at", &i.LastLoginAt},
	}
}

func linkNames() string { return "id, " + names("", linkColumns(&auth.LinkedIdentity{})) }

func scanLink(row interface{ Scan(...any) error }) (auth.LinkedIdentity, error) {
	var i auth.LinkedIdentity
	err := row.Scan(append([]any{&i.ID}, values(linkColumns(&i))...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.LinkedIdentity{}, auth.ErrIdentityNotFound
	}
	if err != nil {
		return auth.LinkedIdentity{}, fmt.Errorf("reading an identity: %w", err)
	}
	i.CreatedAt, i.LastLoginAt = i.CreatedAt.UTC(), i.LastLoginAt.UTC()
	return i, nil
}

func (tx transaction) Identity(ctx context.Context, issuer, subject string) (auth.LinkedIdentity, error) {
	return scanLink(tx.QueryRowContext(ctx, `SELECT `+linkNames()+` FROM user_identities WHERE issuer = ? AND subject = ?`, issuer, subject))
}

// Identities lists the identities of a user.
func (s *Store) Identities(ctx context.Context, userID int64) ([]auth.LinkedIdentity, error) {
	return listIdentities(ctx, s.read, userID)
}

func (tx transaction) Identities(ctx context.Context, userID int64) ([]auth.LinkedIdentity, error) {
	return listIdentities(ctx, tx, userID)
}

func listIdentities(ctx context.Context, q queryer, userID int64) ([]auth.LinkedIdentity, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+linkNames()+` FROM user_identities WHERE user_id = ? ORDER BY id`, userID)
	if err != nil {
		return nil, fmt.Errorf("listing identities: %w", err)
	}
	defer rows.Close()
	identities := []auth.LinkedIdentity{}
	for rows.Next() {
		identity, err := scanLink(rows)
		if err != nil {
			return nil, err
		}
		identities = append(identities, identity)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("listing identities: %w", err)
	}
	return identities, nil
}

func (tx transaction) CreateIdentity(ctx context.Context, identity auth.LinkedIdentity) error {
	_, err := tx.insert(ctx, "user_identities", linkColumns(&identity))
	if sqlerror.Unique(err) != "" {
		return auth.ErrLinkedToOther
	}
	if err != nil {
		return fmt.Errorf("linking an identity: %w", err)
	}
	return nil
}

func (tx transaction) UseIdentity(ctx context.Context, i auth.LinkedIdentity) (bool, error) {
	return tx.changedLink(ctx, `UPDATE user_identities SET last_login_at = ?, email = ? WHERE issuer = ? AND subject = ? AND user_id = ?`,
		i.LastLoginAt, orNull[string]{&i.Email}, i.Issuer, i.Subject, i.UserID)
}

func (tx transaction) DeleteIdentity(ctx context.Context, userID int64, provider string) (bool, error) {
	if !isText(provider) {
		return false, nil
	}
	return tx.changedLink(ctx, `DELETE FROM user_identities WHERE user_id = ? AND provider = ?`, userID, provider)
}

func (tx transaction) DeleteIdentities(ctx context.Context, userID int64) error {
	return tx.exec(ctx, "unlinking identities", `DELETE FROM user_identities WHERE user_id = ?`, userID)
}

// changedLink reports whether a statement has changed a row of user_identities.
func (tx transaction) changedLink(ctx context.Context, query string, args ...any) (bool, error) {
	result, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return false, fmt.Errorf("changing an identity: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}
