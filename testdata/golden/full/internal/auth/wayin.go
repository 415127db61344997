package auth

import "context"

// ErrLastWayIn is the refusal to remove what the user could not log in without.
var ErrLastWayIn = &Error{Kind: KindRefused, Detail: "The last way to log in must stay"}

// HasPassword reports whether the user has a password. Who came with a provider has
// none, until they set one.
func (u User) HasPassword() bool { return u.HashedPassword != "" }

// checkWayIn returns ErrLastWayIn when nothing is left that the user could log in with.
// It is asked after one way was removed, in the same transaction. A provider that is
// off is no way.
func (s *Service) checkWayIn(ctx context.Context, tx Tx, user User) error {
	if user.HasPassword() {
		return nil
	}
	if n, err := tx.CountPasskeys(ctx, user.ID); err != nil || n > 0 {
		return err
	}
	identities, err := tx.Identities(ctx, user.ID)
	if err != nil {
		return err
	}
	for _, identity := range identities {
		if provider, err := s.Provider(identity.Provider); err == nil && provider.Issuer() == identity.Issuer {
			return nil
		}
	}
	return ErrLastWayIn
}

// SetPassword gives a password to a user who has none, and ends the other sessions. It
// requires a recent log-in (ErrRecentLogin), since there is nothing to compare.
func (s *Service) SetPassword(ctx context.Context, identity Identity, password string) error {
	user := identity.User
	if err := s.CheckRecent(identity); err != nil {
		return s.concludeChange(ctx, user, err)
	}
	if err := s.checkReplacement(ctx, user, password); err != nil {
		return err
	}
	hashed, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		stored, err := s.lockOwner(ctx, tx, identity)
		if err != nil {
			return err
		}
		if stored.HasPassword() {
			return ErrWrongPassword // Another request was faster.
		}
		return s.replacePassword(ctx, tx, stored, hashed, identity.SessionID)
	})
	return s.concludeChange(ctx, user, err)
}
