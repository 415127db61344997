package auth

import (
	"context"
	"errors"
	"log/slog"
)

// ForgotPassword queues a mail with a reset link for whoever has that address;
// see ResendVerification.
func (s *Service) ForgotPassword(ctx context.Context, email string) error {
	return s.request(ctx, MailReset, email)
}

// ResetPassword takes the token of a reset mail and sets a new password. It
// ends all sessions, lifts a lock and opens no session. A refused password is
// an Error that names new_password and leaves the token good; any other token
// is ErrMailToken.
func (s *Service) ResetPassword(ctx context.Context, token, replacement string) error {
	user, err := s.resettable(ctx, token)
	if err != nil {
		return err
	}
	err = s.config.Passwords.Check("new_password", replacement, s.config.AppName, user.Username, user.Email)
	if err != nil {
		return err
	}
	hashed, err := s.hasher.Hash(ctx, replacement)
	if err != nil {
		return err
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		taken, holder, err := s.spend(ctx, tx, hash(token), TypeReset)
		if err != nil {
			return err
		}
		user = holder
		if taken.SentTo != user.Email || !Allowed(user) {
			return ErrNoToken
		}
		return s.resetTo(ctx, tx, user, hashed)
	})
	if errors.Is(err, ErrNoToken) {
		return ErrMailToken
	}
	if err != nil {
		return err
	}
	s.wake()
	s.audit(ctx, slog.LevelInfo, "authn_password_reset", userID(user.ID))
	return nil
}

// resettable finds whose password a token may reset, without spending it.
func (s *Service) resettable(ctx context.Context, token string) (User, error) {
	found, err := s.store.Token(ctx, hash(token), TypeReset, s.now())
	if errors.Is(err, ErrNoToken) {
		return User{}, ErrMailToken
	}
	if err != nil {
		return User{}, err
	}
	user, err := s.store.UserByID(ctx, found.UserID)
	if errors.Is(err, ErrUserNotFound) {
		return User{}, ErrMailToken
	}
	return user, err
}

func (s *Service) resetTo(ctx context.Context, tx Tx, user User, hashed string) error {
	if err := s.dropTokens(ctx, tx, &user); err != nil {
		return err
	}
	if err := tx.DeleteSessions(ctx, user.ID, ""); err != nil {
		return err
	}
	if err := tx.ClearAllLoginFailures(ctx, AccountOf(user.ID)); err != nil {
		return err
	}
	notice := Mail{Kind: MailPasswordChanged, UserID: user.ID, Address: user.Email, CreatedAt: s.now()}
	if err := tx.Enqueue(ctx, notice); err != nil {
		return err
	}
	user.HashedPassword = hashed
	user.IsVerified = true // The link came by mail.
	return tx.UpdateUser(ctx, user)
}
