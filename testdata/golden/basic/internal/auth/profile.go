package auth

import (
	"context"
	"errors"
	"log/slog"
)

// UpdateSelf changes the user's own name or e-mail. A new e-mail requires a
// recent log-in (ErrRecentLogin) and ends the user's other sessions.
func (s *Service) UpdateSelf(ctx context.Context, identity Identity, changes Changes) (User, error) {
	changes.IsActive, changes.IsSuperuser = nil, nil // Whoever calls this.
	wanted, err := changes.apply(identity.User)
	if err != nil {
		return User{}, err
	}
	if wanted.Username != identity.User.Username {
		if err := s.checkReserved(wanted.Username); err != nil {
			return User{}, err
		}
	}
	if wanted.Email != identity.User.Email {
		if err := s.CheckRecent(identity); err != nil {
			return User{}, err
		}
	}
	var user User
	err = s.store.Update(ctx, func(tx Tx) error {
		current, err := lockSelf(ctx, tx, identity.User)
		if err != nil {
			return err
		}
		others := changes
		others.Email = nil // See emailChanged.
		if user, err = others.apply(current); err != nil {
			return err
		}
		if changes.Email != nil && wanted.Email != user.Email {
			if err := s.emailChanged(ctx, tx, &user, wanted.Email, identity.SessionID); err != nil {
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

// lockSelf returns the user of a request as they are now, or ErrInvalidToken if their
// sessions have ended while it waited.
func lockSelf(ctx context.Context, tx Tx, user User) (User, error) {
	current, err := tx.LockUser(ctx, ByID(user.ID))
	if errors.Is(err, ErrUserNotFound) || err == nil && (!samePassword(user, current) || !Allowed(current)) {
		return User{}, ErrInvalidToken
	}
	return current, err
}

// lockSubject returns the user that a request of by is about: by themself, or another
// one if by is still a superuser, who may have lost the right while it waited.
func lockSubject(ctx context.Context, tx Tx, by User, id int64) (User, error) {
	current, err := lockSelf(ctx, tx, by)
	if err != nil || id == by.ID {
		return current, err
	}
	if !current.IsSuperuser {
		return User{}, ErrInvalidToken
	}
	return tx.LockUser(ctx, ByID(id))
}

// DeleteSelf deletes the user's own account. It requires a recent log-in
// (ErrRecentLogin) and is refused to the last superuser (ErrLastSuperuser).
func (s *Service) DeleteSelf(ctx context.Context, identity Identity) error {
	if err := s.CheckRecent(identity); err != nil {
		return err
	}
	return s.delete(ctx, identity, identity.User.ID)
}

func (s *Service) delete(ctx context.Context, by Identity, id int64) error {
	err := s.store.Update(ctx, func(tx Tx) error {
		user, err := lockSubject(ctx, tx, by.User, id)
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
