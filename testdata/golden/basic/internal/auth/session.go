package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"example.com/myapi/internal/client"
)

// TokenPair is what opens and continues a session.
type TokenPair struct {
	AccessToken string
	ExpiresIn   time.Duration // of the access token
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
	return s.issue(ctx, tx, current, rand.Text(), s.now())
}

// issue stores a new access token for a session.
func (s *Service) issue(ctx context.Context, tx Tx, user User, sessionID string, authTime time.Time) (TokenPair, error) {
	now := s.now()
	expires := now.Add(s.config.AccessTokenLifetime)
	access, jti, err := s.tokens.sign(user, sessionID, authTime, now, expires)
	if err != nil {
		return TokenPair{}, err
	}
	from := client.From(ctx)
	err = tx.CreateToken(ctx, Token{
		UserID: user.ID, Hash: hash(jti), Type: TypeAccess,
		SessionID: sessionID, AuthTime: authTime, ExpiresAt: expires, CreatedAt: now, LastUsedAt: now,
		IPAddress: from.Addr.String(), UserAgent: from.UserAgent,
	})
	return TokenPair{AccessToken: access, ExpiresIn: s.config.AccessTokenLifetime}, err
}

// Identify returns who an access token belongs to: ErrNotAuthenticated without
// one, ErrTokenExpired for one that has run out, ErrInvalidToken for any that
// this service did not sign or has ended.
func (s *Service) Identify(ctx context.Context, token string) (Identity, error) {
	if token == "" {
		return Identity{}, ErrNotAuthenticated
	}
	c, err := s.tokens.parse(token)
	if err != nil {
		return Identity{}, err
	}
	identity, err := s.store.Session(ctx, hash(c.ID), s.now())
	if err != nil {
		return Identity{}, err
	}
	if identity.SessionID != c.SessionID || strconv.FormatInt(identity.User.ID, 10) != c.Subject || !Allowed(identity.User) {
		return Identity{}, ErrInvalidToken
	}
	return identity, nil
}

// CheckRecent returns ErrRecentLogin when the session's log-in is too old for
// a change that the holder of a stolen token must not make.
func (s *Service) CheckRecent(identity Identity) error {
	if s.now().Sub(identity.AuthTime) > s.config.Reauthentication {
		return ErrRecentLogin
	}
	return nil
}

// Reauthentication is how long a log-in counts as recent.
func (s *Service) Reauthentication() time.Duration { return s.config.Reauthentication }

// hash is how a secret is stored. The secrets are random, so they need no salt
// and no slow hash.
func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
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
