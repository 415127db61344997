package auth

import (
	"context"
	"errors"
	"log/slog"
)

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
		pair, err = s.issue(ctx, tx, user, token.SessionID, token.AuthTime)
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
