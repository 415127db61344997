package authsql

import (
	"context"
	"database/sql"
	"fmt"

	"example.com/myapi/internal/auth"
)

// userColumns are read by userFields in this order.
const userColumns = `users.id, users.email, users.username, users.hashed_password, users.is_active, users.is_verified,
	COALESCE(users.pending_email, ''), users.is_superuser, users.created_at`

func userFields(u *auth.User) []any {
	return []any{&u.ID, &u.Email, &u.Username, &u.HashedPassword, &u.IsActive, &u.IsVerified, &u.PendingEmail, &u.IsSuperuser, &u.CreatedAt}
}

func (tx transaction) CreateUser(ctx context.Context, u auth.User) (int64, error) {
	id, err := tx.insert(ctx, `INSERT INTO users
		(email, username, hashed_password, is_active, is_verified, pending_email, is_superuser, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		u.Email, u.Username, u.HashedPassword, u.IsActive, u.IsVerified, nullable(u.PendingEmail), u.IsSuperuser, u.CreatedAt)
	if err != nil {
		return 0, fmt.Errorf("creating a user: %w", taken(err))
	}
	return id, nil
}

func (tx transaction) UpdateUser(ctx context.Context, u auth.User) error {
	_, err := tx.ExecContext(ctx, `UPDATE users SET email = ?, username = ?, hashed_password = ?, is_active = ?, is_verified = ?,
		pending_email = ?, is_superuser = ? WHERE id = ?`,
		u.Email, u.Username, u.HashedPassword, u.IsActive, u.IsVerified, nullable(u.PendingEmail), u.IsSuperuser, u.ID)
	if err != nil {
		return fmt.Errorf("updating a user: %w", taken(err))
	}
	return nil
}

func nullable(s string) sql.NullString {
	return sql.NullString{String: s, Valid: s != ""}
}
