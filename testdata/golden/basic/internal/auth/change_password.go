package auth

import (
	"context"
	"errors"
	"log/slog"
)

// ChangePassword replaces the user's password and ends the other sessions. A
// wrong current one is ErrWrongPassword and counts as a failed log-in.
func (s *Service) ChangePassword(ctx context.Context, identity Identity, current, replacement string) error {
	user := identity.User
	err := s.config.Passwords.Check("new_password", replacement, s.config.AppName, user.Username, user.Email)
	if err != nil {
		return err
	}
	var hashed string
	err = s.attempt(ctx, account(user, ""), ErrWrongPassword,
		func() error {
			matches, err := s.hasher.Matches(ctx, user.HashedPassword, current)
			if err != nil {
				return err
			}
			if !matches {
				return ErrWrongPassword
			}
			hashed, err = s.hasher.Hash(ctx, replacement)
			return err
		},
		func(tx Tx) error {
			stored, err := tx.UserByID(ctx, user.ID)
			if err != nil {
				return err
			}
			if stored.HashedPassword != user.HashedPassword || !Allowed(stored) {
				return ErrWrongPassword
			}
			stored.HashedPassword = hashed
			if err := tx.UpdateUser(ctx, stored); err != nil {
				return err
			}
			return tx.DeleteSessions(ctx, user.ID, identity.SessionID)
		})
	var refused *Error
	if errors.As(err, &refused) {
		s.audit(ctx, slog.LevelWarn, "authn_password_change_fail", userID(user.ID))
	}
	if err != nil {
		return err
	}
	s.audit(ctx, slog.LevelInfo, "authn_password_change", userID(user.ID))
	return nil
}
