package auth

import (
	"context"
	"errors"
	"log/slog"
)

// VerifyEmail redeems the token of a verification mail and confirms the address
// that it was mailed to: the user's own, or the pending one, which becomes the
// user's own and ends all sessions but the one that asked for it. Any other
// token is ErrMailToken.
func (s *Service) VerifyEmail(ctx context.Context, token string) error {
	var user User
	err := s.store.Update(ctx, func(tx Tx) error {
		redeemed, owner, err := s.redeem(ctx, tx, hash(token), TypeVerification)
		if err != nil {
			return err
		}
		user = owner
		switch redeemed.SentTo {
		case user.Email:
			err = emailConfirmed(ctx, tx, &user)
		case user.PendingEmail:
			err = s.emailChanged(ctx, tx, &user, redeemed.SessionID)
		default:
			err = ErrNoToken
		}
		if err != nil {
			return err
		}
		return tx.UpdateUser(ctx, user)
	})
	// A pending address that another user has registered meanwhile is lost.
	if errors.Is(err, ErrNoToken) || errors.Is(err, ErrEmailTaken) {
		return ErrMailToken
	}
	if err != nil {
		return err
	}
	s.wake()
	s.audit(ctx, slog.LevelInfo, "user_email_verified", userID(user.ID))
	return nil
}

// DeclineEmail redeems the token of a verification mail for somebody who did
// not ask for it: a pending address is forgotten, one that a superuser has set
// is replaced by the former one, and an account that never had a confirmed address
// is deleted. Any other token is ErrMailToken.
func (s *Service) DeclineEmail(ctx context.Context, token string) error {
	var user User
	err := s.store.Update(ctx, func(tx Tx) error {
		redeemed, owner, err := s.redeem(ctx, tx, hash(token), TypeVerification)
		if err != nil {
			return err
		}
		user = owner
		switch {
		case redeemed.SentTo == user.PendingEmail:
			err = dropPending(ctx, tx, &user)
		case redeemed.SentTo != user.Email || user.IsVerified:
			err = ErrNoToken
		case user.FormerEmail != "":
			err = s.emailDeclined(ctx, tx, &user)
		case user.IsSuperuser:
			err = ErrNoToken
		default:
			return userDeleted(ctx, tx, user)
		}
		if err != nil {
			return err
		}
		return tx.UpdateUser(ctx, user)
	})
	if errors.Is(err, ErrNoToken) {
		return ErrMailToken
	}
	if err != nil {
		return err
	}
	s.wake()
	s.audit(ctx, slog.LevelWarn, "user_email_declined", userID(user.ID))
	return nil
}

// ResendVerification queues a mail for whoever has that address and is not
// verified. Whether there is such a user is looked up when it is sent, so that
// asking takes equally long for every address.
func (s *Service) ResendVerification(ctx context.Context, email string) error {
	return s.request(ctx, MailVerification, email)
}

// foldEmail brings an address that was stored in another form to today's.
func foldEmail(ctx context.Context, tx Tx, user *User) error {
	folded := Fold(user.Email)
	if folded == user.Email {
		return nil
	}
	user.Email = folded
	return tx.UpdateUser(ctx, *user)
}
