package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"

	"example.com/myapi/internal/client"
)

// TokenPair is what a log-in or a refresh gives.
type TokenPair struct {
	AccessToken  string
	RefreshToken string
	ExpiresIn    time.Duration // of the access token
}

// Session is a log-in of a user that has not ended.
type Session struct {
	ID         string
	CreatedAt  time.Time
	LastUsedAt time.Time
	ExpiresAt  time.Time
	IPAddress  string
	UserAgent  string
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
	return s.issue(ctx, tx, user.ID, rand.Text(), s.now())
}

// issue stores a new pair of tokens for a session. Neither lives longer than
// the session may.
func (s *Service) issue(ctx context.Context, tx Tx, userID int64, sessionID string, authTime time.Time) (TokenPair, error) {
	now, end := s.now(), authTime.Add(s.config.SessionLifetime)
	accessEnd := earlier(now.Add(s.config.AccessTokenLifetime), end)
	access, jti, err := s.tokens.sign(userID, sessionID, authTime, now, accessEnd)
	if err != nil {
		return TokenPair{}, err
	}
	refresh, from := newSecret(), client.From(ctx)
	token := Token{
		UserID: userID, Hash: hash(jti), Type: TypeAccess,
		SessionID: sessionID, AuthTime: authTime, ExpiresAt: accessEnd, CreatedAt: now, LastUsedAt: now,
		IPAddress: from.Addr.String(), UserAgent: from.UserAgent,
	}
	if err := tx.CreateToken(ctx, token); err != nil {
		return TokenPair{}, err
	}
	token.Hash, token.Type = hash(refresh), TypeRefresh
	token.ExpiresAt = earlier(now.Add(s.config.RefreshTokenLifetime), end)
	if err := tx.CreateToken(ctx, token); err != nil {
		return TokenPair{}, err
	}
	return TokenPair{AccessToken: access, RefreshToken: refresh, ExpiresIn: accessEnd.Sub(now)}, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Refresh gives a new pair of tokens for a refresh token, which is spent by
// it. A token that was spent before is in the wrong hands, or the one it was
// exchanged for is: its session ends (RFC 9700 §4.14.2). ErrRefreshToken
// otherwise.
func (s *Service) Refresh(ctx context.Context, refreshToken string) (TokenPair, error) {
	var pair TokenPair
	var user User
	var refused, reused bool
	err := s.store.Update(ctx, func(tx Tx) error {
		refused, reused = false, false
		token, holder, err := s.spend(ctx, tx, hash(refreshToken), TypeRefresh)
		if errors.Is(err, ErrNoToken) {
			refused = true
			reused, err = endReused(ctx, tx, hash(refreshToken))
			return err // nil commits the end of the session
		}
		if err != nil {
			return err
		}
		user = holder
		if !Allowed(user) {
			refused = true
			return tx.DeleteSession(ctx, token.SessionID)
		}
		pair, err = s.issue(ctx, tx, user.ID, token.SessionID, token.AuthTime)
		return err
	})
	if err != nil {
		return TokenPair{}, err
	}
	if reused {
		s.audit(ctx, slog.LevelWarn, "authn_token_reuse")
	}
	if refused {
		return TokenPair{}, ErrRefreshToken
	}
	s.audit(ctx, slog.LevelInfo, "authn_token_created", userID(user.ID))
	return pair, nil
}

func endReused(ctx context.Context, tx Tx, hash string) (bool, error) {
	token, err := tx.TokenByHash(ctx, hash, TypeRefresh)
	if errors.Is(err, ErrNoToken) {
		return false, nil
	}
	if err != nil || token.UsedAt.IsZero() {
		return false, err
	}
	return true, tx.DeleteSession(ctx, token.SessionID)
}

func endSession(ctx context.Context, tx Tx, userID int64, sessionID string) error {
	if err := hold(ctx, tx, userID); err != nil {
		return err
	}
	return tx.DeleteSession(ctx, sessionID)
}

// hold keeps others from changing the user's sessions until the transaction
// ends. A user who was deleted has none.
func hold(ctx context.Context, tx Tx, userID int64) error {
	if _, err := tx.UserByID(ctx, userID); err != nil && !errors.Is(err, ErrUserNotFound) {
		return err
	}
	return nil
}

// Logout ends the session; its tokens are refused from now on.
func (s *Service) Logout(ctx context.Context, identity Identity) error {
	err := s.store.Update(ctx, func(tx Tx) error { return endSession(ctx, tx, identity.User.ID, identity.SessionID) })
	if err != nil {
		return err
	}
	s.audit(ctx, slog.LevelInfo, "authn_token_revoked", userID(identity.User.ID))
	return nil
}

// LogoutByRefreshToken is Logout for those whose access token has expired. It
// returns ErrRefreshToken for a token that belongs to no session.
func (s *Service) LogoutByRefreshToken(ctx context.Context, refreshToken string) error {
	var token Token
	err := s.store.Update(ctx, func(tx Tx) (err error) {
		if token, err = tx.TokenByHash(ctx, hash(refreshToken), TypeRefresh); err != nil {
			return err
		}
		return endSession(ctx, tx, token.UserID, token.SessionID)
	})
	if errors.Is(err, ErrNoToken) {
		return ErrRefreshToken
	}
	if err != nil {
		return err
	}
	s.audit(ctx, slog.LevelInfo, "authn_token_revoked", userID(token.UserID))
	return nil
}

// LogoutAll ends all sessions of the user.
func (s *Service) LogoutAll(ctx context.Context, user User) error {
	err := s.store.Update(ctx, func(tx Tx) error {
		if err := hold(ctx, tx, user.ID); err != nil {
			return err
		}
		return tx.DeleteSessions(ctx, user.ID, "")
	})
	if err != nil {
		return err
	}
	s.audit(ctx, slog.LevelInfo, "authn_token_revoked", userID(user.ID), slog.Bool("all", true))
	return nil
}

// Sessions lists the user's sessions, the newest first.
func (s *Service) Sessions(ctx context.Context, user User) ([]Session, error) {
	return s.store.Sessions(ctx, user.ID, s.now())
}

// RevokeSession ends one of the user's sessions, or returns ErrSessionNotFound.
func (s *Service) RevokeSession(ctx context.Context, user User, sessionID string) error {
	err := s.store.Update(ctx, func(tx Tx) error {
		if err := hold(ctx, tx, user.ID); err != nil {
			return err
		}
		found, err := tx.DeleteUserSession(ctx, user.ID, sessionID)
		if err == nil && !found {
			return ErrSessionNotFound
		}
		return err
	})
	if err != nil {
		return err
	}
	s.audit(ctx, slog.LevelInfo, "authn_token_revoked", userID(user.ID))
	return nil
}
