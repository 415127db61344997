package auth

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
)

// Registration is what a new user enters.
type Registration struct {
	Email    string
	Username string
	Password string
}

// Register creates a user who registers. The error is ErrRegistrationClosed, an
// Error of KindInvalid that names all faulty fields, ErrEmailTaken or
// ErrUsernameTaken.
func (s *Service) Register(ctx context.Context, r Registration) (User, error) {
	if s.config.RegistrationClosed {
		return User{}, ErrRegistrationClosed
	}
	if err := s.checkReserved(r.Username); err != nil {
		return User{}, err
	}
	return s.create(ctx, r, User{})
}

// CreateUser creates a user at the command line, whose address the operator
// vouches for. A superuser may manage the others.
func (s *Service) CreateUser(ctx context.Context, r Registration, superuser bool) (User, error) {
	return s.create(ctx, r, User{IsSuperuser: superuser, IsVerified: true})
}

// create completes user with what was entered, and stores it.
func (s *Service) create(ctx context.Context, r Registration, user User) (User, error) {
	email, emailErr := ParseEmail(r.Email)
	username, usernameErr := ParseUsername(r.Username)
	passwordErr := s.config.Passwords.Check("password", r.Password, s.config.AppName, r.Username, email)
	if err := join(emailErr, usernameErr, passwordErr); err != nil {
		return User{}, err
	}
	// Asked here to save the hash; the database has the last word.
	if err := s.checkFree(ctx, email, username); err != nil {
		return User{}, err
	}
	if err := s.checkBreached(ctx, "password", r.Password); err != nil {
		return User{}, err
	}
	hashed, err := s.hasher.Hash(ctx, r.Password)
	if err != nil {
		return User{}, err
	}
	user.Email, user.Username, user.HashedPassword = email, username, hashed
	user.IsActive, user.CreatedAt = true, s.now()
	err = s.store.Update(ctx, func(tx Tx) (err error) {
		user.ID, err = tx.CreateUser(ctx, user)
		if err != nil || user.IsVerified {
			return err
		}
		return tx.Enqueue(ctx, Mail{Kind: MailVerification, UserID: user.ID, Address: user.Email, CreatedAt: s.now()})
	})
	if err != nil {
		return User{}, err
	}
	s.wake()
	s.audit(ctx, slog.LevelInfo, "user_created", userID(user.ID), slog.Bool("superuser", user.IsSuperuser))
	return user, nil
}

func (s *Service) checkFree(ctx context.Context, email, username string) error {
	if taken, err := s.exists(ctx, email); taken || err != nil {
		return cmp.Or(err, error(ErrEmailTaken))
	}
	if taken, err := s.exists(ctx, username); taken || err != nil {
		return cmp.Or(err, error(ErrUsernameTaken))
	}
	return nil
}

func (s *Service) exists(ctx context.Context, login string) (bool, error) {
	_, err := s.store.User(ctx, ByLogin(login))
	if errors.Is(err, ErrUserNotFound) {
		return false, nil
	}
	return err == nil, err
}
