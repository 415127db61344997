package auth

import (
	"context"
	"log/slog"
)

// DeleteSelf deletes the user's own account. It takes a recent log-in
// (ErrRecentLogin) and is refused to the last superuser (ErrLastSuperuser).
func (s *Service) DeleteSelf(ctx context.Context, identity Identity) error {
	if err := s.CheckRecent(identity); err != nil {
		return err
	}
	return s.delete(ctx, identity, identity.User.ID)
}

func (s *Service) delete(ctx context.Context, by Identity, id int64) error {
	err := s.store.Update(ctx, func(tx Tx) error {
		user, err := tx.UserByID(ctx, id)
		if err != nil {
			return err
		}
		if err := checkSuperuserStays(ctx, tx, user, User{}); err != nil {
			return err
		}
		return tx.DeleteUser(ctx, id)
	})
	if err != nil {
		return err
	}
	s.audit(ctx, slog.LevelInfo, "user_deleted", userID(by.User.ID), slog.Int64("subject_id", id))
	return nil
}

// checkSuperuserStays returns ErrLastSuperuser when the step from before to
// after would leave nobody to manage users.
func checkSuperuserStays(ctx context.Context, tx Tx, before, after User) error {
	if !before.IsSuperuser || !before.IsActive || (after.IsSuperuser && after.IsActive) {
		return nil
	}
	others, err := tx.OtherSuperusers(ctx, before.ID)
	if err == nil && others == 0 {
		return ErrLastSuperuser
	}
	return err
}
