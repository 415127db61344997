package authsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"example.com/myapi/internal/auth"
)

// apiKeyColumns lists the columns of api_keys but for id, each with the field of k
// that it keeps.
func apiKeyColumns(k *auth.APIKey) []column {
	return []column{
		{"user_id", &k.UserID},
		{"name", &k.Name},
		{"prefix", &k.Prefix},
		{"key_hash", &k.Hash},
		{"scopes", words{&k.Scopes}},
		{"created_at", &k.CreatedAt},
		{"created_ip", &k.CreatedIP},
		{"expires_at", orNull[time.Time]{&k.ExpiresAt}},
		{"last_used_at", orNull[time.Time]{&k.LastUsedAt}},
		{"last_used_ip", &k.LastUsedIP},
	}
}

func apiKeyNames() string {
	return "api_keys.id, " + names("api_keys.", apiKeyColumns(&auth.APIKey{}))
}

func apiKeyFields(k *auth.APIKey) []any { return append([]any{&k.ID}, values(apiKeyColumns(k))...) }

// usedKeyColumns lists the columns that a request with a key takes: those that decide
// about it, and its name.
func usedKeyColumns(k *auth.APIKey) []column {
	return []column{
		{"id", &k.ID},
		{"user_id", &k.UserID},
		{"name", &k.Name},
		{"scopes", words{&k.Scopes}},
		{"expires_at", orNull[time.Time]{&k.ExpiresAt}},
		{"last_used_at", orNull[time.Time]{&k.LastUsedAt}},
	}
}

func inUTC(k auth.APIKey) auth.APIKey {
	k.CreatedAt, k.ExpiresAt, k.LastUsedAt = k.CreatedAt.UTC(), k.ExpiresAt.UTC(), k.LastUsedAt.UTC()
	return k
}

// APIKey finds whom a key is for. It is the one query of a request with a key.
func (s *Store) APIKey(ctx context.Context, keyHash string) (auth.APIKey, auth.User, error) {
	var k auth.APIKey
	var u auth.User
	statement, err := s.apiKey.on(ctx, s.lookup, apiKeyQuery)
	if err != nil {
		return k, u, fmt.Errorf("preparing to read API keys: %w", err)
	}
	row := statement.QueryRowContext(context.WithoutCancel(ctx), keyHash)
	err = row.Scan(userFields(&u, values(usedKeyColumns(&k))...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return k, u, auth.ErrInvalidToken
	}
	if err != nil {
		return k, u, fmt.Errorf("reading an API key: %w", err)
	}
	u.CreatedAt = u.CreatedAt.UTC()
	return inUTC(k), u, nil
}

func apiKeyQuery() string {
	columns := userNames() + ", " + names("api_keys.", usedKeyColumns(&auth.APIKey{}))
	return `SELECT ` + columns + ` FROM api_keys JOIN users ON users.id = api_keys.user_id WHERE api_keys.key_hash = ?`
}

// APIKeys lists the keys of a user.
func (s *Store) APIKeys(ctx context.Context, userID int64) ([]auth.APIKey, error) {
	return listAPIKeys(ctx, s.read, userID)
}

func listAPIKeys(ctx context.Context, q queryer, userID int64) ([]auth.APIKey, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+apiKeyNames()+` FROM api_keys WHERE user_id = ? ORDER BY id DESC`, userID)
	if err != nil {
		return nil, fmt.Errorf("listing API keys: %w", err)
	}
	defer rows.Close()
	keys := []auth.APIKey{}
	for rows.Next() {
		var k auth.APIKey
		if err := rows.Scan(apiKeyFields(&k)...); err != nil {
			return nil, fmt.Errorf("reading an API key: %w", err)
		}
		keys = append(keys, inUTC(k))
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("listing API keys: %w", err)
	}
	return keys, nil
}

// NoteAPIKeyUse stores the use of a key: of several at a time, one.
func (s *Store) NoteAPIKeyUse(ctx context.Context, id int64, at, since time.Time, ip string) error {
	_, err := s.write.ExecContext(ctx, `UPDATE api_keys SET last_used_at = ?, last_used_ip = ?
		WHERE id = ? AND (last_used_at IS NULL OR last_used_at <= ?)`, at, ip, id, since)
	if err != nil {
		return fmt.Errorf("storing the use of an API key: %w", err)
	}
	return nil
}

func (tx transaction) HasSession(ctx context.Context, userID int64, sessionID string, now time.Time) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM tokens WHERE user_id = ? AND session_id = ? AND token_type IN ('access', 'cookie') AND expires_at > ?`,
		userID, sessionID, now).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("looking for a session: %w", err)
	}
	return n > 0, nil
}

func (tx transaction) CountAPIKeys(ctx context.Context, userID int64, now time.Time) (int, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM api_keys WHERE user_id = ? AND (expires_at IS NULL OR expires_at > ?)`, userID, now).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting API keys: %w", err)
	}
	return n, nil
}

func (tx transaction) CreateAPIKey(ctx context.Context, key auth.APIKey) (int64, error) {
	id, err := tx.insert(ctx, "api_keys", apiKeyColumns(&key))
	if err != nil {
		return 0, fmt.Errorf("creating an API key: %w", err)
	}
	return id, nil
}

func (tx transaction) DeleteAPIKey(ctx context.Context, userID, id int64) (bool, error) {
	result, err := tx.ExecContext(ctx, `DELETE FROM api_keys WHERE id = ? AND user_id = ?`, id, userID)
	if err != nil {
		return false, fmt.Errorf("deleting an API key: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// DeleteAPIKeys looks for the scope as a whole word.
func (tx transaction) DeleteAPIKeys(ctx context.Context, userID int64, scope string) error {
	query, args := `DELETE FROM api_keys WHERE user_id = ?`, []any{userID}
	if scope != "" {
		query = `DELETE FROM api_keys WHERE user_id = ? AND (scopes = ? OR scopes LIKE ? OR scopes LIKE ? OR scopes LIKE ?)`
		args = append(args, scope, scope+" %", "% "+scope, "% "+scope+" %")
	}
	return tx.exec(ctx, "deleting API keys", query, args...)
}

func (tx transaction) UserAPIKeys(ctx context.Context, userID int64) ([]auth.APIKey, error) {
	return listAPIKeys(ctx, tx, userID)
}
