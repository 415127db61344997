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

	RefreshToken string
}

// session is a log-in of a user, which tokens are issued for.
type session struct {
	user     User
	from     client.Client
	id       string
	authTime time.Time
}

// openSession stores a new session. Only finish calls it.
func (s *Service) openSession(ctx context.Context, tx Tx, opened session) (TokenPair, error) {
	opened.id = rand.Text()
	return s.issue(ctx, tx, opened, newSecret())
}

// issueAccess stores a new access token for a session.
func (s *Service) issueAccess(ctx context.Context, tx Tx, of session) (TokenPair, error) {
	jti := rand.Text()
	token := s.newToken(of, TypeAccess, jti, s.config.AccessTokenLifetime)
	access, err := s.tokens.sign(of.user, jti, token)
	if err != nil {
		return TokenPair{}, err
	}
	return TokenPair{AccessToken: access, ExpiresIn: token.ExpiresAt.Sub(token.CreatedAt)}, tx.CreateToken(ctx, token)
}

// newToken returns a token of a session, which lives no longer than the session
// may.
func (s *Service) newToken(of session, tokenType, secret string, lifetime time.Duration) Token {
	now := s.now()
	expires := now.Add(lifetime)
	if end := of.authTime.Add(s.config.SessionLifetime); end.Before(expires) {
		expires = end
	}
	return Token{
		UserID: of.user.ID, Hash: hash(secret), Type: tokenType,
		SessionID: of.id, AuthTime: of.authTime, ExpiresAt: expires, CreatedAt: now, LastUsedAt: now,
		IPAddress: of.from.Addr.String(), UserAgent: of.from.UserAgent,
	}
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
	identity, err := s.store.Session(ctx, c.row, s.now())
	if err != nil {
		return Identity{}, err
	}
	if identity.SessionID != c.SessionID || strconv.FormatInt(identity.User.ID, 10) != c.Subject || !Allowed(identity.User) {
		return Identity{}, ErrInvalidToken
	}
	identity.AuthTime = c.AuthTime.UTC()
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

// ReplaceSession ends the session of an access token that has come along with a log-in
// of the same user (ASVS 7.2.4). Other tokens, and what is none, it leaves alone.
func (s *Service) ReplaceSession(ctx context.Context, former string, opened TokenPair) error {
	identity, err := s.Identify(ctx, former)
	if errors.As(err, new(*Error)) {
		return nil
	}
	if err != nil {
		return err
	}
	c, err := s.tokens.parse(opened.AccessToken)
	if err != nil || c.Subject != strconv.FormatInt(identity.User.ID, 10) {
		return err
	}
	return s.Logout(ctx, identity)
}

// Logout ends the session; its tokens are refused from now on.
func (s *Service) Logout(ctx context.Context, identity Identity) error {
	err := s.store.Update(ctx, func(tx Tx) error {
		_, err := endSession(ctx, tx, identity.User.ID, identity.SessionID)
		return err
	})
	if err != nil {
		return err
	}
	s.audit(ctx, slog.LevelInfo, "authn_token_revoked", userID(identity.User.ID))
	return nil
}
