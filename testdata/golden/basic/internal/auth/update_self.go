package auth

import (
	"context"
	"log/slog"
)

// UpdateSelf changes the user's own name or e-mail. A new e-mail takes a
// recent log-in (ErrRecentLogin) and ends the user's other sessions.
func (s *Service) UpdateSelf(ctx context.Context, identity Identity, changes Changes) (User, error) {
	changes.IsActive, changes.IsSuperuser = nil, nil // Whoever calls this.
	wanted, err := changes.apply(identity.User)
	if err != nil {
		return User{}, err
	}
	if wanted.Email != identity.User.Email {
		if err := s.CheckRecent(identity); err != nil {
			return User{}, err
		}
	}
	var user User
	err = s.store.Update(ctx, func(tx Tx) error {
		current, err := tx.UserByID(ctx, identity.User.ID)
		if err != nil {
			return err
		}
		if current.HashedPassword != identity.User.HashedPassword || !Allowed(current) {
			return ErrInvalidToken // The session ended while the request waited.
		}
		if user, err = changes.apply(current); err != nil {
			return err
		}
		if user.Email != current.Email {
			if err := tx.DeleteSessions(ctx, user.ID, identity.SessionID); err != nil {
				return err
			}
		}
		return tx.UpdateUser(ctx, user)
	})
	if err != nil {
		return User{}, err
	}
	s.audit(ctx, slog.LevelInfo, "user_updated", userID(user.ID))
	return user, nil
}
