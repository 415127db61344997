package authsql

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"example.com/myapi/internal/auth"
)

// LoginHistory returns an account's failed log-ins.
func (s *Store) LoginHistory(ctx context.Context, account string, network netip.Prefix, now time.Time) (auth.LoginHistory, error) {
	return loginHistory(ctx, s.read, account, network, now)
}

func (tx transaction) LoginHistory(ctx context.Context, account string, network netip.Prefix, now time.Time) (auth.LoginHistory, error) {
	return loginHistory(ctx, tx, account, network, now)
}

// FailedNetworks lists the networks with a failed log-in to an account since
// then.
func (s *Store) FailedNetworks(ctx context.Context, account string, since time.Time) (networks []netip.Prefix, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT DISTINCT network FROM login_failures WHERE account = ? AND failed_at > ? ORDER BY network`,
		account, since)
	if err != nil {
		return nil, fmt.Errorf("reading failed log-ins: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("reading a failed log-in: %w", err)
		}
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("reading a failed log-in: %w", err)
		}
		networks = append(networks, network)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading failed log-ins: %w", err)
	}
	return networks, nil
}

func loginHistory(ctx context.Context, q queryer, account string, network netip.Prefix, now time.Time) (auth.LoginHistory, error) {
	var h auth.LoginHistory
	rows, err := q.QueryContext(ctx, `SELECT network, failed_at FROM login_failures
		WHERE account = ? AND failed_at > ? ORDER BY failed_at DESC LIMIT ?`,
		account, now.Add(-auth.HistoryLength), auth.AccountFailures)
	if err != nil {
		return h, fmt.Errorf("reading failed log-ins: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var from string
		var at time.Time
		if err := rows.Scan(&from, &at); err != nil {
			return h, fmt.Errorf("reading a failed log-in: %w", err)
		}
		if from == network.String() {
			if h.Failures == 0 {
				h.LastFailure = at.UTC()
			}
			h.Failures++
		}
		h.AllFailures++
		h.OldestOfAll = at.UTC()
	}
	if err := rows.Err(); err != nil {
		return h, fmt.Errorf("reading failed log-ins: %w", err)
	}
	if h.AllFailures < auth.AccountFailures {
		return h, nil
	}
	err = q.QueryRowContext(ctx, `SELECT COUNT(*) FROM login_networks WHERE account = ? AND network = ? AND last_login_at > ?`,
		account, network.String(), now.Add(-auth.NetworkMemory)).Scan(&h.KnownNetwork)
	if err != nil {
		return h, fmt.Errorf("reading known networks: %w", err)
	}
	return h, nil
}

func (tx transaction) AddLoginFailure(ctx context.Context, account string, network netip.Prefix, now time.Time) error {
	return tx.exec(ctx, "noting a failed log-in", `INSERT INTO login_failures (account, network, failed_at) VALUES (?, ?, ?)`,
		account, network.String(), now)
}

const rememberNetwork = `INSERT INTO login_networks (account, network, last_login_at) VALUES (?, ?, ?)
	ON CONFLICT (account, network) DO UPDATE SET last_login_at = excluded.last_login_at`

func (tx transaction) ClearLoginFailures(ctx context.Context, account string, network netip.Prefix, now time.Time) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM login_failures WHERE account = ? AND network = ?`, account, network.String())
	if err != nil {
		return fmt.Errorf("clearing failed log-ins: %w", err)
	}
	return tx.exec(ctx, "remembering a network", rememberNetwork, account, network.String(), now)
}

func (tx transaction) ClearAllLoginFailures(ctx context.Context, account string) error {
	return tx.exec(ctx, "clearing failed log-ins", `DELETE FROM login_failures WHERE account = ?`, account)
}
