package auth

import (
	"context"
	"errors"
	"log/slog"
)

// VerifyEmail takes the token of a verification mail and confirms the address
// that it was mailed to: the user's own, or the pending one, which becomes the
// user's own and ends all sessions but the one that asked for it. Any other
// token is ErrMailToken.
func (s *Service) VerifyEmail(ctx context.Context, token string) error {
	var user User
	err := s.store.Update(ctx, func(tx Tx) error {
		taken, holder, err := s.spend(ctx, tx, hash(token), TypeVerification)
		if err != nil {
			return err
		}
		user = holder
		switch {
		case taken.SentTo == user.Email:
			if err := tx.DeleteTokens(ctx, user.ID, TypeVerification, user.Email); err != nil {
				return err
			}
			if err := tx.DropRequests(ctx, MailVerification, user.Email); err != nil {
				return err
			}
		case taken.SentTo == user.PendingEmail:
			if err := s.dropTokens(ctx, tx, &user); err != nil {
				return err
			}
			if err := tx.DeleteSessions(ctx, user.ID, taken.SessionID); err != nil {
				return err
			}
			user.Email = taken.SentTo
		default:
			return ErrNoToken
		}
		user.IsVerified = true
		return tx.UpdateUser(ctx, user)
	})
	// A pending address that somebody else has registered meanwhile is gone.
	if errors.Is(err, ErrNoToken) || errors.Is(err, ErrEmailTaken) {
		return ErrMailToken
	}
	if err != nil {
		return err
	}
	s.audit(ctx, slog.LevelInfo, "user_email_verified", userID(user.ID))
	return nil
}

// DeclineEmail takes the token of a verification mail for somebody who did not
// ask for it: an account that was never verified is removed, and a pending
// address is forgotten. Any other token is ErrMailToken.
func (s *Service) DeclineEmail(ctx context.Context, token string) error {
	var user User
	err := s.store.Update(ctx, func(tx Tx) error {
		taken, holder, err := s.spend(ctx, tx, hash(token), TypeVerification)
		if err != nil {
			return err
		}
		user = holder
		switch {
		case taken.SentTo == user.Email && !user.IsVerified && !user.IsSuperuser:
			return tx.DeleteUser(ctx, user.ID)
		case taken.SentTo == user.PendingEmail:
			if err := s.dropPending(ctx, tx, &user); err != nil {
				return err
			}
			return tx.UpdateUser(ctx, user)
		}
		return ErrNoToken
	})
	if errors.Is(err, ErrNoToken) {
		return ErrMailToken
	}
	if err != nil {
		return err
	}
	s.audit(ctx, slog.LevelWarn, "user_email_declined", userID(user.ID))
	return nil
}

// ResendVerification queues a mail for whoever has that address and is not
// verified. Who that is, if anybody, is looked up when it is sent, so that
// asking takes the same for every address.
func (s *Service) ResendVerification(ctx context.Context, email string) error {
	return s.request(ctx, MailVerification, email)
}

// dropTokens voids the user's mail tokens, takes the mails that would bring
// more out of the queue, and forgets the pending address. The caller stores
// the user.
func (s *Service) dropTokens(ctx context.Context, tx Tx, user *User) error {
	if err := tx.DeleteTokens(ctx, user.ID, TypeVerification, ""); err != nil {
		return err
	}
	return s.dropPending(ctx, tx, user)
}

// dropPending is dropTokens, but for the verification of the address that the
// user has.
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
