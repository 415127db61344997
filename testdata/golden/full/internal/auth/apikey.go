package auth

import (
	"context"
	"crypto/rand"
	"hash/crc32"
	"strings"
	"time"
)

// APIKey is a key by which a program acts for a user, within its scopes, until it
// expires or is deleted. Of the key itself only the SHA-256 is kept.
type APIKey struct {
	ID         int64
	UserID     int64
	Name       string
	Prefix     string // the beginning of the key, by which people know it
	Hash       string
	Scopes     []string // in order
	CreatedAt  time.Time
	CreatedIP  string
	ExpiresAt  time.Time // zero: it does not
	LastUsedAt time.Time // zero: not yet; precise to a minute
	LastUsedIP string
}

// APIKeyConfig is what API keys are like.
type APIKeyConfig struct {
	Prefix  string // that new keys begin with
	MaxDays int    // 0: there may be keys without an end
	PerUser int
}

// APIKeyStore keeps API keys.
type APIKeyStore interface {
	// APIKey finds a key by its hash, and its user, in one query, or returns
	// ErrInvalidToken. The prefix of the key, its hash, its making, and the address of
	// its last use are left out.
	APIKey(ctx context.Context, keyHash string) (APIKey, User, error)
	// APIKeys lists a user's keys, the newest first.
	APIKeys(ctx context.Context, userID int64) ([]APIKey, error)
	// NoteAPIKeyUse stores the use of a key, unless one since then is stored.
	NoteAPIKeyUse(ctx context.Context, id int64, at, since time.Time, ip string) error
}

// APIKeyTx is what can be done to API keys in a transaction.
type APIKeyTx interface {
	// HasSession reports whether a session of the user is live.
	HasSession(ctx context.Context, userID int64, sessionID string, now time.Time) (bool, error)
	// CountAPIKeys counts the user's keys that have not expired.
	CountAPIKeys(ctx context.Context, userID int64, now time.Time) (int, error)
	CreateAPIKey(ctx context.Context, key APIKey) (int64, error)
	// DeleteAPIKey deletes one of the user's keys, and reports whether it was there.
	DeleteAPIKey(ctx context.Context, userID, id int64) (bool, error)
	// DeleteAPIKeys deletes the user's keys; those with a scope, unless it is empty.
	DeleteAPIKeys(ctx context.Context, userID int64, scope string) error
	// UserAPIKeys lists a user's keys, the newest first.
	UserAPIKeys(ctx context.Context, userID int64) ([]APIKey, error)
}

// A key is a prefix, "_", and characters of base62: random ones (178 bits), then
// those that check all before them, as GitHub's keys are made. So one regular
// expression finds keys that leaked, and a mistyped one costs no query.
const (
	keyRandom   = 30
	keyChecksum = 6
	keyShown    = 6 // random characters in APIKey.Prefix
	base62      = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// newAPIKey returns a new key.
func newAPIKey(prefix string) string {
	key := []byte(prefix + "_")
	for n := 0; n < keyRandom; {
		var b [1]byte
		_, _ = rand.Read(b[:]) // It never fails.
		if b[0] < 4*62 {       // No character is likelier than another.
			key = append(key, base62[b[0]%62])
			n++
		}
	}
	return string(key) + checksum(string(key))
}

func checksum(text string) string {
	sum := crc32.ChecksumIEEE([]byte(text))
	var digits [keyChecksum]byte
	for i := len(digits) - 1; i >= 0; i-- {
		digits[i] = base62[sum%62]
		sum /= 62
	}
	return string(digits[:])
}

// IsAPIKey reports whether a bearer token is in the form of an API key, with the
// right checksum. The prefix may be one of earlier settings.
func IsAPIKey(token string) bool {
	if strings.HasPrefix(token, "eyJ") { // a JWT: this is {" in base64
		return false
	}
	prefix, rest, found := strings.Cut(token, "_")
	if !found || len(rest) != keyRandom+keyChecksum || !IsKeyPrefix(prefix) {
		return false
	}
	end := len(token) - keyChecksum
	return strings.Trim(rest, base62) == "" && checksum(token[:end]) == token[end:]
}

// IsKeyPrefix reports whether keys can begin with prefix: 2 to 10 characters of
// a-z and 0-9.
func IsKeyPrefix(prefix string) bool {
	return len(prefix) >= 2 && len(prefix) <= 10 && strings.Trim(prefix, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}
