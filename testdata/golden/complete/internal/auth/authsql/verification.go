package authsql

import (
	"context"
	"database/sql"
	"fmt"

	"example.com/myapi/internal/auth"
)

// updateVerification writes what is known of the user's e-mail; new users have
// nothing to write.
func (tx transaction) updateVerification(ctx context.Context, u auth.User) error {
	_, err := tx.ExecContext(ctx, `UPDATE users SET is_verified = ?, pending_email = ? WHERE id = ?`,
		u.IsVerified, sql.NullString{String: u.PendingEmail, Valid: u.PendingEmail != ""}, u.ID)
	if err != nil {
		return fmt.Errorf("updating what is known of a user's e-mail: %w", err)
	}
	return nil
}
