package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"time"
)

// Token is a row of the tokens table: a secret that was sent to a user, of
// which only the SHA-256 is kept.
type Token struct {
	UserID     int64
	Hash       string
	Type       string
	SessionID  string
	AuthTime   time.Time // of the session's log-in
	ExpiresAt  time.Time
	CreatedAt  time.Time
	LastUsedAt time.Time
	UsedAt     time.Time // zero until a refresh or mail token is spent
	SentTo     string    // the address a mail token was mailed to
	AMR        []string  // how the session's user proved who they are (RFC 8176)
	Attempts   int       // wrong codes that were sent with a login token
	IPAddress  string
	UserAgent  string
}

// The types of tokens. Of an access token, the jti is the secret.
const (
	TypeAccess       = "access"
	TypeRefresh      = "refresh"
	TypeVerification = "verification"
	TypeReset        = "reset"
)

// ErrNoToken is returned by a Store when there is no such token.
var ErrNoToken = errors.New("no such token")

// good reports whether a token is neither spent nor expired.
func (t Token) good(now time.Time) bool { return t.UsedAt.IsZero() && now.Before(t.ExpiresAt) }

// newSecret returns 256 random bits in the URL-safe form of base64.
func newSecret() string {
	secret := make([]byte, 32)
	rand.Read(secret) // Never fails: crypto/rand stops the program first.
	return base64.RawURLEncoding.EncodeToString(secret)
}

// redeem spends a token and returns it with its user, who is locked first. For
// a token that is spent or expired the error is ErrNoToken, along with its user; for
// one that is unknown, it is ErrNoToken alone.
func (s *Service) redeem(ctx context.Context, tx Tx, hash, tokenType string) (Token, User, error) {
	token, err := tx.Token(ctx, hash, tokenType)
	if err != nil {
		return Token{}, User{}, err
	}
	user, err := tx.LockUser(ctx, ByID(token.UserID))
	if errors.Is(err, ErrUserNotFound) {
		return Token{}, User{}, ErrNoToken
	}
	if err != nil {
		return Token{}, User{}, err
	}
	return token, user, tx.RedeemToken(ctx, hash, tokenType, s.now())
}
