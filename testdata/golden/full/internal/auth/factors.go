package auth

import (
	"context"
	"log/slog"
	"slices"
	"strings"
)

// FactorRule is who must have a second factor.
type FactorRule string

// The rules there are.
const (
	FactorForNone       FactorRule = "none"
	FactorForSuperusers FactorRule = "superusers"
	FactorForAll        FactorRule = "all"
)

func (r FactorRule) covers(user User) bool {
	return r == FactorForAll || r == FactorForSuperusers && user.IsSuperuser
}

// MustHaveFactor reports whether the settings demand a second factor of a user.
func (s *Service) MustHaveFactor(user User) bool { return s.config.SecondFactorRequired.covers(user) }

// hasFactor reports whether the log-in of the session took a second factor.
func (i Identity) hasFactor() bool { return slices.Contains(i.AMR, methodMultiple) }

// CheckFactor returns ErrSecondFactor for a session whose log-in took none.
func (s *Service) CheckFactor(identity Identity) error {
	if !identity.hasFactor() {
		return ErrSecondFactor
	}
	return nil
}

// CheckFactorRule returns ErrSetUpFactor for a session of somebody who must have a
// second factor, and has logged in without one, and for keys of somebody who has none.
func (s *Service) CheckFactorRule(ctx context.Context, identity Identity) error {
	if !s.MustHaveFactor(identity.User) || identity.hasFactor() {
		return nil
	}
	if identity.SessionID == "" {
		own, err := factorsOf(ctx, s.store, identity.User.ID)
		if err != nil || own.active() {
			return err
		}
	}
	return ErrSetUpFactor
}

// SecondFactor is what a user knows of their own.
type SecondFactor struct {
	Enabled       bool
	Methods       []string
	RecoveryCodes int // that are left
	Required      bool
}

// SecondFactor describes the second factor of a user.
func (s *Service) SecondFactor(ctx context.Context, user User) (SecondFactor, error) {
	state := SecondFactor{Methods: []string{}, Required: s.MustHaveFactor(user)}
	own, err := factorsOf(ctx, s.store, user.ID)
	if err != nil || !own.active() {
		return state, err
	}
	state.Enabled, state.Methods = true, own.methods()
	state.RecoveryCodes, err = s.store.RecoveryCodes(ctx, user.ID)
	return state, err
}

// lockFactors returns the user of a session and their factors, for a change of them:
// the session is live, and took a factor if there is one.
func (s *Service) lockFactors(ctx context.Context, tx Tx, identity Identity) (User, factors, error) {
	user, err := tx.LockUser(ctx, ByID(identity.User.ID))
	if err != nil {
		return User{}, factors{}, err
	}
	amr, err := tx.SessionAMR(ctx, user.ID, identity.SessionID, s.now())
	if err != nil {
		return User{}, factors{}, err
	}
	own, err := factorsOf(ctx, tx, user.ID)
	switch {
	case err != nil:
	case !Allowed(user):
		err = ErrInvalidToken
	case own.active() && !slices.Contains(amr, methodMultiple):
		err = ErrSecondFactor
	}
	return user, own, err
}

// RemoveSecondFactor removes the factors and recovery codes of another user, who has
// lost them, and ends all of their sessions.
func (s *Service) RemoveSecondFactor(ctx context.Context, admin Identity, id int64) error {
	if admin.User.ID == id {
		return ErrOwnAccount
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		if _, _, err := s.lockFactors(ctx, tx, admin); err != nil {
			return err
		}
		_, err := s.removeFactors(ctx, tx, ByID(id))
		return err
	})
	if err != nil {
		return err
	}
	s.wake()
	s.audit(ctx, slog.LevelWarn, "authn_factor_removed", userID(admin.User.ID), slog.Int64("subject_id", id))
	return nil
}

// ResetSecondFactor is RemoveSecondFactor for an operator, by name or e-mail.
func (s *Service) ResetSecondFactor(ctx context.Context, login string) error {
	var user User
	err := s.store.Update(ctx, func(tx Tx) (err error) {
		user, err = s.removeFactors(ctx, tx, ByLogin(strings.TrimSpace(login)))
		return err
	})
	if err != nil {
		return err
	}
	s.audit(ctx, slog.LevelWarn, "authn_factor_removed", slog.String("by", "operator"), slog.Int64("subject_id", user.ID))
	return nil
}

// removeFactors removes a user's factors. One that is not confirmed yet is none.
func (s *Service) removeFactors(ctx context.Context, tx Tx, key UserKey) (User, error) {
	user, err := tx.LockUser(ctx, key)
	if err != nil {
		return user, err
	}
	own, err := factorsOf(ctx, tx, user.ID)
	if err != nil {
		return user, err
	}
	if !own.active() {
		return user, ErrNoSecondFactor
	}
	if err := deleteFactors(ctx, tx, user.ID); err != nil {
		return user, err
	}
	return user, s.factorChanged(ctx, tx, user, "")
}

// deleteFactors deletes all second factors of a user, and the recovery codes.
func deleteFactors(ctx context.Context, tx Tx, userID int64) error {
	if _, err := tx.DeleteTOTP(ctx, userID); err != nil {
		return err
	}
	if err := tx.DeletePasskeys(ctx, userID); err != nil {
		return err
	}
	return tx.DeleteRecoveryCodes(ctx, userID)
}

// factorRemoved ends what goes with the user's last second factor, after one was
// removed: the recovery codes, and that the session was proved by it. The error is
// ErrFactorRequired for a user who must have one.
func (s *Service) factorRemoved(ctx context.Context, tx Tx, user User, identity Identity) error {
	left, err := factorsOf(ctx, tx, user.ID)
	if err != nil || left.active() {
		return err
	}
	if s.MustHaveFactor(user) {
		return ErrFactorRequired
	}
	if err := tx.DeleteRecoveryCodes(ctx, user.ID); err != nil {
		return err
	}
	return tx.SetSessionAMR(ctx, user.ID, identity.SessionID, withoutFactor(identity.AMR))
}

// factorChanged ends the user's other sessions and the log-ins that wait for a code,
// and tells the owner (ASVS 6.3.7).
func (s *Service) factorChanged(ctx context.Context, tx Tx, user User, keep string) error {
	if err := endSessions(ctx, tx, user, keep); err != nil {
		return err
	}
	return s.notify(ctx, tx, MailFactorChanged, user)
}
