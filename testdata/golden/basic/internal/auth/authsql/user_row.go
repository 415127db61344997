package authsql

import (
	"context"
	"fmt"

	"example.com/myapi/internal/auth"
)

// userColumns are read by userFields in this order.
const userColumns = `users.id, users.email, users.username, users.hashed_password,
	users.is_active, users.is_superuser,
	users.created_at`

func userFields(u *auth.User) []any {
	return []any{
		&u.ID, &u.Email, &u.Username, &u.HashedPassword,
		&u.IsActive, &u.IsSuperuser,
		&u.CreatedAt,
	}
}

// CreateUser leaves the columns that it does not name at their defaults.
func (tx transaction) CreateUser(ctx context.Context, u auth.User) (int64, error) {
	id, err := tx.insert(ctx, `INSERT INTO users (email, username, hashed_password, is_active, is_superuser, created_at)
		VALUES (?, ?, ?, ?, ?, ?)`,
		u.Email, u.Username, u.HashedPassword, u.IsActive, u.IsSuperuser, u.CreatedAt)
	if err != nil {
		return 0, fmt.Errorf("creating a user: %w", taken(err))
	}
	return id, nil
}

func (tx transaction) UpdateUser(ctx context.Context, u auth.User) error {
	_, err := tx.ExecContext(ctx, `UPDATE users SET email = ?, username = ?, hashed_password = ?,
		is_active = ?, is_superuser = ?
		WHERE id = ?`,
		u.Email, u.Username, u.HashedPassword, u.IsActive, u.IsSuperuser, u.ID)
	if err != nil {
		return fmt.Errorf("updating a user: %w", taken(err))
	}
	return nil
}
