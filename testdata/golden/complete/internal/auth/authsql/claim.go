package authsql

import (
	"context"
	"time"

	"example.com/myapi/internal/auth"
)

// ClaimMail hands out the due mail that has waited longest and keeps it from
// others until lease.
func (s *Store) ClaimMail(ctx context.Context, now, lease time.Time) (auth.Mail, error) {
	return scanMail(s.write.QueryRowContext(ctx, `UPDATE outbox SET due_at = ?, attempts = attempts + 1
		WHERE id = (SELECT id FROM outbox WHERE sent_at IS NULL AND failed_at IS NULL AND due_at <= ? ORDER BY due_at, id LIMIT 1)
		RETURNING `+mailColumns, lease, now))
}
