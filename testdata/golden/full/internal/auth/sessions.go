package auth

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// Session is a log-in of a user that has not ended.
type Session struct {
	ID         string
	CreatedAt  time.Time
	LastUsedAt time.Time
	ExpiresAt  time.Time
	IPAddress  string
	UserAgent  string
}

// LogoutByRefreshToken is Logout for those whose access token has expired. It
// returns ErrRefreshToken for a token that belongs to no session.
func (s *Service) LogoutByRefreshToken(ctx context.Context, refreshToken string) error {
	var token Token
	err := s.store.Update(ctx, func(tx Tx) (err error) {
		if token, err = tx.Token(ctx, hash(refreshToken), TypeRefresh); err != nil {
			return err
		}
		_, err = endSession(ctx, tx, token.UserID, token.SessionID)
		return err
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
		if _, err := tx.LockUser(ctx, ByID(user.ID)); err != nil && !errors.Is(err, ErrUserNotFound) {
			return err
		}
		return loggedOutEverywhere(ctx, tx, user)
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
		found, err := endSession(ctx, tx, user.ID, sessionID)
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

// EndSessions ends all sessions of another user, or returns ErrUserNotFound.
func (s *Service) EndSessions(ctx context.Context, admin Identity, id int64) error {
	if admin.User.ID == id {
		return ErrOwnAccount
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		user, err := lockSubject(ctx, tx, admin.User, id)
		if err != nil {
			return err
		}
		return loggedOutEverywhere(ctx, tx, user)
	})
	if err != nil {
		return err
	}
	s.audit(ctx, slog.LevelWarn, "authn_token_revoked", userID(admin.User.ID), slog.Int64("subject_id", id), slog.Bool("all", true))
	return nil
}
