package authsql

import (
	"context"
	"fmt"
	"time"

	"example.com/myapi/internal/auth"
)

const (
	// keptFailures bounds the table of failed log-ins: anyone can fill it.
	keptFailures = 1_000_000
	// keptFlows bounds the table of log-ins at providers, which anyone can begin.
	keptFlows = 100_000
	// purgeStep is how many rows one statement deletes, so that no one waits for
	// it. The statements below repeat the number.
	purgeStep = 1000
)

// Purge deletes what no longer counts. Several may do so at once.
func (s *Store) Purge(ctx context.Context, now time.Time) error {
	var newest int64
	err := s.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(id), 0) FROM login_failures`).Scan(&newest)
	if err != nil {
		return fmt.Errorf("finding the newest failed log-in: %w", err)
	}
	var newestFlow int64
	if err := s.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(id), 0) FROM oauth_flows`).Scan(&newestFlow); err != nil {
		return fmt.Errorf("finding the newest log-in at a provider: %w", err)
	}
	for _, old := range []struct {
		query string
		arg   any
	}{
		{`DELETE FROM tokens WHERE rowid IN (SELECT rowid FROM tokens WHERE expires_at <= ? LIMIT 1000)`, now},
		{`DELETE FROM login_failures WHERE rowid IN (SELECT rowid FROM login_failures WHERE failed_at <= ? LIMIT 1000)`, now.Add(-auth.HistoryLength)},
		{`DELETE FROM login_failures WHERE rowid IN (SELECT rowid FROM login_failures WHERE id <= ? LIMIT 1000)`, newest - keptFailures},
		{`DELETE FROM login_networks WHERE rowid IN (SELECT rowid FROM login_networks WHERE last_login_at <= ? LIMIT 1000)`, now.Add(-auth.NetworkMemory)},
		{`DELETE FROM api_keys WHERE rowid IN (SELECT rowid FROM api_keys WHERE expires_at <= ? LIMIT 1000)`, now.Add(-auth.KeptExpired)},
		{`DELETE FROM oauth_flows WHERE rowid IN (SELECT rowid FROM oauth_flows WHERE expires_at <= ? LIMIT 1000)`, now.Add(-auth.OAuthCodeLifetime)},
		{`DELETE FROM oauth_flows WHERE rowid IN (SELECT rowid FROM oauth_flows WHERE id <= ? LIMIT 1000)`, newestFlow - keptFlows},
		{`DELETE FROM outbox WHERE rowid IN (SELECT rowid FROM outbox WHERE sent_at <= ? LIMIT 1000)`, now.Add(-24 * time.Hour)},
		{`DELETE FROM outbox WHERE rowid IN (SELECT rowid FROM outbox WHERE failed_at <= ? LIMIT 1000)`, now.Add(-30 * 24 * time.Hour)},
	} {
		if err := s.purge(ctx, old.query, old.arg); err != nil {
			return fmt.Errorf("deleting expired rows: %w", err)
		}
	}
	return s.purgeChallenges(ctx, now)
}

// purge repeats a statement until there is nothing left to delete.
func (s *Store) purge(ctx context.Context, query string, arg any) error {
	for {
		result, err := s.write.ExecContext(ctx, query, arg)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n < purgeStep {
			return err
		}
	}
}
