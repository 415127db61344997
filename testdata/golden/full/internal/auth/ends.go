package auth

import (
	"context"
	"errors"
)

// What ends what: a function for each event. All of them run in the transaction
// of the event, after LockUser. They change the user that they are given, and
// leave it to the caller to store it.

// passwordChanged ends the user's other sessions, and all that may have been
// asked for by whoever knew the old password.
func (s *Service) passwordChanged(ctx context.Context, tx Tx, user *User, keep string) error {
	if err := s.dropPending(ctx, tx, user); err != nil {
		return err
	}
	if err := s.notify(ctx, tx, MailPasswordChanged, *user); err != nil {
		return err
	}
	return tx.DeleteSessions(ctx, user.ID, keep)
}

// passwordReset ends all sessions and the locks. The link came by mail, so the
// address is the user's.
func (s *Service) passwordReset(ctx context.Context, tx Tx, user *User) error {
	user.confirm()
	if err := s.rightsChanged(ctx, tx, user); err != nil {
		return err
	}
	if err := tx.ClearAllLoginFailures(ctx, AccountOf(user.ID)); err != nil {
		return err
	}
	return s.notify(ctx, tx, MailPasswordChanged, *user)
}

// emailConfirmed voids the other links to confirm the address that the user
// has. The sessions go on.
func emailConfirmed(ctx context.Context, tx Tx, user *User) error {
	user.confirm()
	if err := tx.DeleteTokens(ctx, user.ID, TypeVerification, user.Email); err != nil {
		return err
	}
	return tx.DropRequests(ctx, MailVerification, user.Email)
}

// emailChanged makes the pending address the user's own, and ends the sessions
// but for the one that asked for it.
func (s *Service) emailChanged(ctx context.Context, tx Tx, user *User, keep string) error {
	pending := user.PendingEmail
	if err := s.dropTokens(ctx, tx, user); err != nil {
		return err
	}
	user.Email = pending
	user.confirm()
	return tx.DeleteSessions(ctx, user.ID, keep)
}

// emailSetBySuperuser ends all sessions, and asks the new address to confirm
// itself. Should it decline, the user goes back to the address that was
// confirmed before.
func (s *Service) emailSetBySuperuser(ctx context.Context, tx Tx, user *User, wanted string) error {
	if err := s.rightsChanged(ctx, tx, user); err != nil {
		return err
	}
	if user.IsVerified {
		user.FormerEmail = user.Email
	}
	user.Email = wanted
	if user.Email == user.FormerEmail {
		user.confirm()
		return nil
	}
	user.IsVerified = false
	return s.notify(ctx, tx, MailVerification, *user)
}

// rightsChanged ends all sessions, and all that the user has asked for.
func (s *Service) rightsChanged(ctx context.Context, tx Tx, user *User) error {
	if err := s.dropTokens(ctx, tx, user); err != nil {
		return err
	}
	return tx.DeleteSessions(ctx, user.ID, "")
}

// emailDeclined takes the address back that a superuser has set, in favour of
// the one that was confirmed before. If somebody else has that by now, nobody
// can be asked, and the account is disabled.
func (s *Service) emailDeclined(ctx context.Context, tx Tx, user *User) error {
	_, err := tx.LockUserByEmail(ctx, user.FormerEmail)
	if err != nil && !errors.Is(err, ErrUserNotFound) {
		return err
	}
	if err == nil {
		user.IsActive = false
		return s.rightsChanged(ctx, tx, user)
	}
	if err := s.dropTokens(ctx, tx, user); err != nil {
		return err
	}
	user.Email = user.FormerEmail
	user.confirm()
	return s.notify(ctx, tx, MailEmailRestored, *user)
}

// loggedOutEverywhere ends all sessions.
func loggedOutEverywhere(ctx context.Context, tx Tx, user User) error {
	return tx.DeleteSessions(ctx, user.ID, "")
}

// dropTokens voids the user's mail tokens, removes the mails that would create
// more out of the queue, and forgets the pending address.
func (s *Service) dropTokens(ctx context.Context, tx Tx, user *User) error {
	if err := tx.DeleteTokens(ctx, user.ID, TypeVerification, ""); err != nil {
		return err
	}
	return s.dropPending(ctx, tx, user)
}

// dropPending is dropTokens, except for the verification of the address that
// the user has.
func (s *Service) dropPending(ctx context.Context, tx Tx, user *User) error {
	if err := tx.DeleteTokens(ctx, user.ID, TypeReset, ""); err != nil {
		return err
	}
	if user.PendingEmail != "" {
		if err := tx.DeleteTokens(ctx, user.ID, TypeVerification, user.PendingEmail); err != nil {
			return err
		}
	}
	if err := tx.DropMails(ctx, user.ID, user.Email); err != nil {
		return err
	}
	user.PendingEmail = ""
	return nil
}

// notify queues a mail to the address that the user has.
func (s *Service) notify(ctx context.Context, tx Tx, kind MailKind, user User) error {
	return tx.Enqueue(ctx, Mail{Kind: kind, UserID: user.ID, Address: user.Email, CreatedAt: s.now()})
}
