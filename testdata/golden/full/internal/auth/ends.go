package auth

import (
	"context"
	"errors"
)

// What ends what: a function for each event. All of them run in the transaction
// of the event, after LockUser. They change the user that they receive, and
// leave it to the caller to store it.

// endSession deletes the tokens of a session, and reports whether there were
// any. It locks the user itself: a refresh and the end of its session come one
// after the other, whichever replica they reach.
func endSession(ctx context.Context, tx Tx, userID int64, sessionID string) (bool, error) {
	if _, err := tx.LockUser(ctx, ByID(userID)); errors.Is(err, ErrUserNotFound) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	return tx.DeleteSession(ctx, userID, sessionID)
}

// loggedOutEverywhere ends all sessions.
func loggedOutEverywhere(ctx context.Context, tx Tx, user User) error {
	return endSessions(ctx, tx, user, "")
}

// passwordChanged ends the user's other sessions, and all that may have been
// asked for by whoever knew the old password.
func (s *Service) passwordChanged(ctx context.Context, tx Tx, user *User, keep string) error {
	if err := dropPending(ctx, tx, user); err != nil {
		return err
	}
	if err := s.notify(ctx, tx, MailPasswordChanged, *user); err != nil {
		return err
	}
	return endSessions(ctx, tx, *user, keep)
}

// passwordReset ends all sessions and the locks. The link came by mail, so the
// address is the user's.
func (s *Service) passwordReset(ctx context.Context, tx Tx, user *User) error {
	user.confirm()
	if err := s.rightsChanged(ctx, tx, user); err != nil {
		return err
	}
	if err := endAPIKeys(ctx, tx, *user); err != nil {
		return err
	}
	if err := endOtherIdentities(ctx, tx, *user); err != nil {
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
	links := TokenFilter{UserID: user.ID, Types: []string{TypeVerification}, SentTo: user.Email}
	if err := tx.DeleteTokens(ctx, links); err != nil {
		return err
	}
	return tx.DropRequests(ctx, MailVerification, user.Email)
}

// requestEmail makes wanted the pending address, in place of any before. Asking
// for the address that the user has only forgets the pending one.
func (s *Service) requestEmail(ctx context.Context, tx Tx, user *User, wanted, sessionID string) error {
	if wanted == user.Email && user.PendingEmail == "" {
		return nil
	}
	if err := forgetPending(ctx, tx, user); err != nil {
		return err
	}
	if wanted == user.Email {
		return nil
	}
	if err := tx.DeleteTokens(ctx, TokenFilter{UserID: user.ID, Types: []string{TypeVerification}}); err != nil {
		return err
	}
	user.PendingEmail = wanted
	confirmation := Mail{Kind: MailEmailChange, UserID: user.ID, Address: wanted, SessionID: sessionID, CreatedAt: s.now()}
	if err := tx.Enqueue(ctx, confirmation); err != nil {
		return err
	}
	return s.notify(ctx, tx, MailEmailChanging, *user)
}

// emailChanged makes the pending address the user's own, and ends the sessions
// but for the one that asked for it.
func (s *Service) emailChanged(ctx context.Context, tx Tx, user *User, keep string) error {
	pending := user.PendingEmail
	if err := dropTokens(ctx, tx, user); err != nil {
		return err
	}
	if err := s.notifyOld(ctx, tx, *user); err != nil {
		return err
	}
	user.Email = pending
	user.confirm()
	return endSessions(ctx, tx, *user, keep)
}

// emailSetBySuperuser ends all sessions, and asks the new address to confirm
// itself. Should it decline, the user goes back to the address that was
// confirmed before.
func (s *Service) emailSetBySuperuser(ctx context.Context, tx Tx, user *User, wanted string) error {
	if err := s.rightsChanged(ctx, tx, user); err != nil {
		return err
	}
	if err := endAPIKeys(ctx, tx, *user); err != nil {
		return err
	}
	if err := tx.DeleteIdentities(ctx, user.ID); err != nil {
		return err
	}
	if err := s.notifyOld(ctx, tx, *user); err != nil {
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
	if err := endAPIKeysOfRights(ctx, tx, *user); err != nil {
		return err
	}
	if err := tx.DeleteTokens(ctx, TokenFilter{UserID: user.ID}); err != nil {
		return err
	}
	return forgetPending(ctx, tx, user)
}

// emailDeclined takes the address back that a superuser has set, in favour of
// the one that was confirmed before. If somebody else has that by now, nobody
// can be asked, and the account is disabled.
func (s *Service) emailDeclined(ctx context.Context, tx Tx, user *User) error {
	_, err := tx.LockUser(ctx, ByLogin(user.FormerEmail))
	if err != nil && !errors.Is(err, ErrUserNotFound) {
		return err
	}
	if err == nil {
		user.IsActive = false
		return s.rightsChanged(ctx, tx, user)
	}
	if err := dropTokens(ctx, tx, user); err != nil {
		return err
	}
	user.Email = user.FormerEmail
	user.confirm()
	return s.notify(ctx, tx, MailEmailRestored, *user)
}

// userDeleted deletes the user with all that is theirs, and the mails that were asked
// for with the address alone.
func userDeleted(ctx context.Context, tx Tx, user User) error {
	if err := tx.DropMails(ctx, user.ID, user.Email); err != nil {
		return err
	}
	return tx.DeleteUser(ctx, user.ID)
}

// endSessions ends the user's sessions, except for the one to keep, and log-ins of
// which only the first step was taken.
func endSessions(ctx context.Context, tx Tx, user User, keep string) error {
	return tx.DeleteTokens(ctx, TokenFilter{UserID: user.ID, Types: []string{TypeAccess, TypeRefresh, TypeCookie, TypeLogin}, Keep: keep})
}

// dropTokens voids the user's mail tokens, removes the mails that would create
// more from the queue, and forgets the pending address.
func dropTokens(ctx context.Context, tx Tx, user *User) error {
	mailed := TokenFilter{UserID: user.ID, Types: []string{TypeVerification, TypeReset}}
	if err := tx.DeleteTokens(ctx, mailed); err != nil {
		return err
	}
	return forgetPending(ctx, tx, user)
}

// dropPending is dropTokens, except for the verification of the address that
// the user has.
func dropPending(ctx context.Context, tx Tx, user *User) error {
	if err := tx.DeleteTokens(ctx, TokenFilter{UserID: user.ID, Types: []string{TypeReset}}); err != nil {
		return err
	}
	return forgetPending(ctx, tx, user)
}

// forgetPending forgets the pending address with the links to confirm it, and
// removes the mails that would create tokens from the queue.
func forgetPending(ctx context.Context, tx Tx, user *User) error {
	if user.PendingEmail != "" {
		confirmations := TokenFilter{UserID: user.ID, Types: []string{TypeVerification}, SentTo: user.PendingEmail}
		if err := tx.DeleteTokens(ctx, confirmations); err != nil {
			return err
		}
	}
	user.PendingEmail = ""
	return tx.DropMails(ctx, user.ID, user.Email)
}

// notify queues a mail to the address that the user has, in place of one of the
// kind that waits.
func (s *Service) notify(ctx context.Context, tx Tx, kind MailKind, user User) error {
	if err := tx.DropRequests(ctx, kind, user.Email); err != nil {
		return err
	}
	return tx.Enqueue(ctx, Mail{Kind: kind, UserID: user.ID, Address: user.Email, CreatedAt: s.now()})
}

// notifyOld tells the address that the user had until now that it is another one.
// One that was not confirmed may be a stranger's, who hears nothing.
func (s *Service) notifyOld(ctx context.Context, tx Tx, user User) error {
	if !user.IsVerified {
		return nil
	}
	return s.notify(ctx, tx, MailEmailChanged, user)
}
