package authsql

import (
	"context"
	"database/sql"
	"fmt"
	"net/netip"
	"time"

	"example.com/myapi/internal/auth"
)

// transaction is an auth.Tx.
type transaction struct{ *sql.Tx }

const rememberNetwork = `INSERT INTO login_networks (account, network, last_login_at) VALUES (?, ?, ?)
	ON CONFLICT (account, network) DO UPDATE SET last_login_at = excluded.last_login_at`

// insert runs an INSERT and returns the id of the new row.
func (tx transaction) insert(ctx context.Context, query string, args ...any) (id int64, err error) {
	err = tx.QueryRowContext(ctx, query+` RETURNING id`, args...).Scan(&id)
	return id, err
}

func (tx transaction) LoginHistory(ctx context.Context, account string, network netip.Prefix, now time.Time) (auth.LoginHistory, error) {
	return loginHistory(ctx, tx, account, network, now)
}

func (tx transaction) OtherSuperusers(ctx context.Context, id int64) (int, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM users WHERE is_superuser = TRUE AND is_active = TRUE AND id <> ?`, id).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting superusers: %w", err)
	}
	return n, nil
}
