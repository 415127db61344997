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
		factor, err := s.store.TOTP(ctx, identity.User.ID)
		if err != nil || factor.Active() {
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
	factor, err := s.store.TOTP(ctx, user.ID)
	if err != nil || !factor.Active() {
		return state, err
	}
	state.Enabled, state.Methods = true, factorMethods()
	state.RecoveryCodes, err = s.store.RecoveryCodes(ctx, user.ID)
	return state, err
}

// lockFactor returns the user of a session and their factor, for a change of it: the
// session is live, and took the factor if there is one.
func (s *Service) lockFactor(ctx context.Context, tx Tx, identity Identity) (User, TOTP, error) {
	user, err := tx.LockUser(ctx, ByID(identity.User.ID))
	if err != nil {
		return User{}, TOTP{}, err
	}
	amr, err := tx.SessionAMR(ctx, user.ID, identity.SessionID, s.now())
	if err != nil {
		return User{}, TOTP{}, err
	}
	factor, err := tx.TOTP(ctx, user.ID)
	switch {
	case err != nil:
	case !Allowed(user):
		err = ErrInvalidToken
	case factor.Active() && !slices.Contains(amr, methodMultiple):
		err = ErrSecondFactor
	}
	return user, factor, err
}

// RemoveSecondFactor removes the factors and recovery codes of another user, who has
// lost them, and ends all of their sessions.
func (s *Service) RemoveSecondFactor(ctx context.Context, admin Identity, id int64) error {
	if admin.User.ID == id {
		return ErrOwnAccount
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		if _, _, err := s.lockFactor(ctx, tx, admin); err != nil {
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
	factor, err := tx.TOTP(ctx, user.ID)
	if err != nil {
		return user, err
	}
	if !factor.Active() {
		return user, ErrNoSecondFactor
	}
	if _, err := tx.DeleteTOTP(ctx, user.ID); err != nil {
		return user, err
	}
	if err := tx.DeleteRecoveryCodes(ctx, user.ID); err != nil {
		return user, err
	}
	return user, s.factorChanged(ctx, tx, user, "")
}

// factorChanged ends the user's other sessions and the log-ins that wait for a code,
// and tells the owner (ASVS 6.3.7).
func (s *Service) factorChanged(ctx context.Context, tx Tx, user User, keep string) error {
	if err := endSessions(ctx, tx, user, keep); err != nil {
		return err
	}
	return s.notify(ctx, tx, MailFactorChanged, user)
}
