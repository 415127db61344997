package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"

	"example.com/myapi/internal/client"
)

// TokenPair is what a log-in gives.
type TokenPair struct {
	AccessToken string
	ExpiresIn   time.Duration
}

// openSession stores a new session of user, unless the password was changed or
// the user refused since it was compared.
func (s *Service) openSession(ctx context.Context, tx Tx, user User) (TokenPair, error) {
	current, err := tx.UserByID(ctx, user.ID)
	if errors.Is(err, ErrUserNotFound) {
		return TokenPair{}, ErrInvalidCredentials
	}
	if err != nil {
		return TokenPair{}, err
	}
	if current.HashedPassword != user.HashedPassword || !Allowed(current) {
		return TokenPair{}, ErrInvalidCredentials
	}
	now, sessionID := s.now(), rand.Text()
	expires := now.Add(s.config.AccessTokenLifetime)
	access, jti, err := s.tokens.sign(user.ID, sessionID, now, now, expires)
	if err != nil {
		return TokenPair{}, err
	}
	from := client.From(ctx)
	err = tx.CreateToken(ctx, Token{
		UserID: user.ID, Hash: hash(jti), Type: TypeAccess,
		SessionID: sessionID, AuthTime: now, ExpiresAt: expires, CreatedAt: now, LastUsedAt: now,
		IPAddress: from.Addr.String(), UserAgent: from.UserAgent,
	})
	return TokenPair{AccessToken: access, ExpiresIn: s.config.AccessTokenLifetime}, err
}

// Logout ends the session; its tokens are refused from now on.
func (s *Service) Logout(ctx context.Context, identity Identity) error {
	err := s.store.Update(ctx, func(tx Tx) error { return tx.DeleteSession(ctx, identity.SessionID) })
	if err != nil {
		return err
	}
	s.audit(ctx, slog.LevelInfo, "authn_token_revoked", userID(identity.User.ID))
	return nil
}
