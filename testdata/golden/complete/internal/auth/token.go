package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"time"
)

// Token is a row of the tokens table: a secret that was given to a user, of
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

// ErrNoToken is what a Store returns when there is no such token.
var ErrNoToken = errors.New("no such token")

// TokenTx is what can be done with tokens in a transaction.
type TokenTx interface {
	// TakeToken spends a token: of several that try, one gets it. The others,
	// and those who try an expired one, get ErrNoToken.
	TakeToken(ctx context.Context, hash, tokenType string, now time.Time) error
	// TokenByHash finds a token, spent and expired ones too, or returns ErrNoToken.
	TokenByHash(ctx context.Context, hash, tokenType string) (Token, error)
	// DeleteTokens deletes a user's tokens of a type that were mailed to an
	// address, or to any when it is empty.
	DeleteTokens(ctx context.Context, userID int64, tokenType, sentTo string) error
	// DeleteUserSession deletes a session of a user, and reports whether there
	// was one.
	DeleteUserSession(ctx context.Context, userID int64, sessionID string) (bool, error)
	// ClearAllLoginFailures forgets an account's failures from all networks.
	ClearAllLoginFailures(ctx context.Context, account string) error
}

// newSecret returns 256 random bits in the URL-safe form of base64.
func newSecret() string {
	secret := make([]byte, 32)
	rand.Read(secret) // Never fails: crypto/rand stops the program first.
	return base64.RawURLEncoding.EncodeToString(secret)
}

// spend takes a token and returns it with its user, who is held first, as by
// every change of a user's tokens: so a refresh and the end of its session come
// one after the other, whichever replica they reach. It returns ErrNoToken for
// a token that is spent, expired, or unknown.
func (s *Service) spend(ctx context.Context, tx Tx, hash, tokenType string) (Token, User, error) {
	token, err := tx.TokenByHash(ctx, hash, tokenType)
	if err != nil {
		return Token{}, User{}, err
	}
	user, err := tx.UserByID(ctx, token.UserID)
	if errors.Is(err, ErrUserNotFound) {
		return Token{}, User{}, ErrNoToken
	}
	if err != nil {
		return Token{}, User{}, err
	}
	return token, user, tx.TakeToken(ctx, hash, tokenType, s.now())
}

// dropTokens voids the user's mail tokens, takes the mails that would bring
// more out of the queue, and forgets the pending address. The caller stores
// the user.
func (s *Service) dropTokens(ctx context.Context, tx Tx, user *User) error {
	if err := tx.DeleteTokens(ctx, user.ID, TypeVerification, ""); err != nil {
		return err
	}
	return s.dropPending(ctx, tx, user)
}

// dropPending is dropTokens, but for the verification of the address that the
// user has.
func (s *Service) dropPending(ctx context.Context, tx Tx, user *User) error {
	if err := tx.DeleteTokens(ctx, user.ID, TypeReset, ""); err != nil {
		return err
	}
	if user.PendingEmail != "" {
		if err := tx.DeleteTokens(ctx, user.ID, TypeVerification, user.PendingEmail); err != nil {
			return err
		}
	}
	if err := tx.DropMails(ctx, user.ID, user.Email); err != nil {
		return err
	}
	user.PendingEmail = ""
	return nil
}
