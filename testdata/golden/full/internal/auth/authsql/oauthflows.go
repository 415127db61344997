package authsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"example.com/myapi/internal/auth"
)

// flowColumns lists the columns of oauth_flows but for id, each with the field of f
// that it keeps.
func flowColumns(f *auth.OAuthFlow) []column {
	return []column{
		{"state_hash", &f.StateHash},
		{"provider", &f.Provider},
		{"issuer", &f.Issuer},
		{"nonce", &f.Nonce},
		{"verifier", &f.Verifier},
		{"binding_hash", &f.BindingHash},
		{"code_challenge", &f.CodeChallenge},
		{"return_to", &f.ReturnTo},
		{"expires_at", &f.ExpiresAt},
		{"used_at", orNull[time.Time]{&f.UsedAt}},
		{"subject", orNull[string]{&f.Subject}},
		{"email", orNull[string]{&f.Email}},
		{"email_verified", &f.EmailVerified},
		{"username", orNull[string]{&f.Username}},
		{"code_hash", orNull[string]{&f.CodeHash}},
		{"code_expires_at", orNull[time.Time]{&f.CodeExpiresAt}},
		{"code_used_at", orNull[time.Time]{&f.CodeUsedAt}},
	}
}

func flowNames() string { return "id, " + names("", flowColumns(&auth.OAuthFlow{})) }

// CreateOAuthFlow stores a log-in that begins.
func (s *Store) CreateOAuthFlow(ctx context.Context, flow auth.OAuthFlow) error {
	columns := flowColumns(&flow)
	parameters := make([]string, len(columns))
	for i := range columns {
		parameters[i] = parameter(i)
	}
	_, err := s.write.ExecContext(ctx, `INSERT INTO oauth_flows (`+names("", columns)+`) VALUES (`+strings.Join(parameters, ", ")+`)`, values(columns)...)
	if err != nil {
		return fmt.Errorf("storing a log-in at a provider: %w", err)
	}
	return nil
}

// OAuthFlow finds the log-in of a state.
func (s *Store) OAuthFlow(ctx context.Context, stateHash string) (auth.OAuthFlow, error) {
	return s.flow(ctx, `SELECT `+flowNames()+` FROM oauth_flows WHERE state_hash = ?`, stateHash)
}

// OAuthFlowOfCode finds the log-in of a code.
func (s *Store) OAuthFlowOfCode(ctx context.Context, codeHash string) (auth.OAuthFlow, error) {
	return s.flow(ctx, `SELECT `+flowNames()+` FROM oauth_flows WHERE code_hash = ?`, codeHash)
}

func (s *Store) flow(ctx context.Context, query, hash string) (auth.OAuthFlow, error) {
	var f auth.OAuthFlow
	err := s.read.QueryRowContext(ctx, query, hash).Scan(append([]any{&f.ID}, values(flowColumns(&f))...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.OAuthFlow{}, auth.ErrNoFlow
	}
	if err != nil {
		return auth.OAuthFlow{}, fmt.Errorf("reading a log-in at a provider: %w", err)
	}
	return f, nil
}

// UseOAuthFlow is a compare-and-swap.
func (s *Store) UseOAuthFlow(ctx context.Context, id int64, now time.Time) (bool, error) {
	return s.changedFlow(ctx, `UPDATE oauth_flows SET used_at = ? WHERE id = ? AND used_at IS NULL AND expires_at > ?`, now, id, now)
}

// ProveOAuthFlow stores whom a provider has named.
func (s *Store) ProveOAuthFlow(ctx context.Context, f auth.OAuthFlow) error {
	_, err := s.changedFlow(ctx, `UPDATE oauth_flows SET subject = ?, email = ?, email_verified = ?, username = ?, code_hash = ?, code_expires_at = ?
		WHERE id = ?`, f.Subject, orNull[string]{&f.Email}, f.EmailVerified, f.Username, f.CodeHash, f.CodeExpiresAt, f.ID)
	return err
}

// SpendOAuthCode is a compare-and-swap.
func (s *Store) SpendOAuthCode(ctx context.Context, codeHash string, now time.Time) (bool, error) {
	return s.changedFlow(ctx, `UPDATE oauth_flows SET code_used_at = ?
		WHERE code_hash = ? AND code_used_at IS NULL AND code_expires_at > ?`, now, codeHash, now)
}

// changedFlow reports whether a statement has changed a row of oauth_flows.
func (s *Store) changedFlow(ctx context.Context, query string, args ...any) (bool, error) {
	result, err := s.write.ExecContext(ctx, query, args...)
	if err != nil {
		return false, fmt.Errorf("changing a log-in at a provider: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}
