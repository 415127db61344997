package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
)

// ErrNoToken is what a Store returns when there is no such token.
var ErrNoToken = errors.New("no such token")

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
