package auth

import (
	"context"
	"log/slog"
	"net/netip"
	"time"
)

// Users lists up to limit users with ids above after, in order of id. The
// second result is the id to continue after, or 0 at the end.
func (s *Service) Users(ctx context.Context, after int64, limit int) ([]User, int64, error) {
	users, err := s.store.Users(ctx, after, limit+1)
	if err != nil {
		return nil, 0, err
	}
	if len(users) <= limit {
		return users, 0, nil
	}
	return users[:limit], users[limit-1].ID, nil
}

// User returns a user, or ErrUserNotFound.
func (s *Service) User(ctx context.Context, id int64) (User, error) {
	return s.store.User(ctx, ByID(id))
}

// UpdateUser changes another's account. A new e-mail, and a change of what the
// user may do, end all of their sessions.
func (s *Service) UpdateUser(ctx context.Context, admin Identity, id int64, changes Changes) (User, error) {
	if admin.User.ID == id {
		return User{}, ErrOwnAccount
	}
	var user User
	var newEmail, newRights bool
	err := s.store.Update(ctx, func(tx Tx) error {
		current, err := lockSubject(ctx, tx, admin.User, id)
		if err != nil {
			return err
		}
		if user, err = changes.apply(current); err != nil {
			return err
		}
		if err := checkSuperuserStays(ctx, tx, current, user); err != nil {
			return err
		}
		wanted := user.Email
		user.Email = current.Email // See emailSetBySuperuser.
		newEmail = wanted != current.Email
		newRights = user.IsActive != current.IsActive || user.IsSuperuser != current.IsSuperuser
		if newRights {
			if err := s.rightsChanged(ctx, tx, &user); err != nil {
				return err
			}
		}
		if newEmail {
			if err := s.emailSetBySuperuser(ctx, tx, &user, wanted); err != nil {
				return err
			}
		}
		return tx.UpdateUser(ctx, user)
	})
	if err != nil {
		return User{}, err
	}
	s.audit(ctx, slog.LevelWarn, "authz_admin", userID(admin.User.ID), slog.Int64("subject_id", id),
		slog.Bool("is_active", user.IsActive), slog.Bool("is_superuser", user.IsSuperuser), slog.Bool("sessions_ended", newEmail || newRights))
	return user, nil
}

// DeleteUser deletes another's account and all that belongs to it.
func (s *Service) DeleteUser(ctx context.Context, admin Identity, id int64) error {
	if admin.User.ID == id {
		return ErrOwnAccount
	}
	return s.delete(ctx, admin, id)
}

// AccountState is what an operator needs when a user cannot log in.
type AccountState struct {
	User        User
	Allowed     bool
	HashIsValid bool
	Failures    int    // failed log-ins of the last 24 hours, at most AccountFailures
	Locks       []Lock // where a log-in is refused at present
}

// Lock refuses the log-ins to an account from a client network.
type Lock struct {
	Network netip.Prefix // the zero Prefix: every network without a recent log-in
	Wait    time.Duration
}

// State returns the state of the account with that name or e-mail, or
// ErrUserNotFound. It judges locks as a log-in does.
func (s *Service) State(ctx context.Context, login string) (AccountState, error) {
	user, err := s.store.User(ctx, ByLogin(login))
	if err != nil {
		return AccountState{}, err
	}
	now := s.now()
	state := AccountState{User: user, Allowed: Allowed(user), HashIsValid: s.hasher.Valid(user.HashedPassword)}
	networks, err := s.store.FailedNetworks(ctx, AccountOf(user.ID), now.Add(-HistoryLength))
	if err != nil {
		return AccountState{}, err
	}
	for _, network := range append(networks, netip.Prefix{}) {
		history, err := s.store.LoginHistory(ctx, AccountOf(user.ID), network, now)
		if err != nil {
			return AccountState{}, err
		}
		state.Failures = history.AllFailures
		if wait := history.locked(s.config.MaxFailures, now); wait > 0 {
			state.Locks = append(state.Locks, Lock{Network: network, Wait: wait})
		}
	}
	return state, nil
}

// PurgeEvery deletes expired tokens and old failures, now and at every
// interval, until ctx ends.
func (s *Service) PurgeEvery(ctx context.Context, interval time.Duration) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		if err := s.store.Purge(ctx, s.now()); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "expired rows were not deleted", "error", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}
