package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"time"
)

// Login checks a name (or e-mail) and password and opens a session. Wrong
// passwords, unknown users and those that Authenticate refuses all get
// ErrInvalidCredentials, after the same work.
func (s *Service) Login(ctx context.Context, login, password string) (TokenPair, error) {
	login = strings.TrimSpace(login)
	known, err := s.store.UserByLogin(ctx, login)
	if err != nil && !errors.Is(err, ErrUserNotFound) {
		return TokenPair{}, err
	}
	var user User
	var pair TokenPair
	err = s.attempt(ctx, account(known, login), ErrInvalidCredentials,
		func() (err error) {
			user, err = s.Authenticate(ctx, login, password)
			return err
		},
		func(tx Tx) (err error) {
			pair, err = s.openSession(ctx, tx, user)
			return err
		})
	var refused *Error
	if errors.As(err, &refused) {
		s.audit(ctx, slog.LevelWarn, "authn_login_fail", userID(known.ID))
	}
	if err != nil {
		return TokenPair{}, err
	}
	s.audit(ctx, slog.LevelInfo, "authn_login_success", userID(user.ID))
	s.rehash(ctx, user, password)
	return pair, nil
}

// Authenticate finds the user that a name (or e-mail) and password belong to,
// or returns ErrInvalidCredentials. It is the place for log-in rules of your
// own. Put a refusal after the comparison, as the one below is: then it can be
// told from a wrong password neither by its text nor by its time.
func (s *Service) Authenticate(ctx context.Context, username, password string) (User, error) {
	user, err := s.store.UserByLogin(ctx, username)
	if err != nil && !errors.Is(err, ErrUserNotFound) {
		return User{}, err
	}
	matches, err := s.hasher.Matches(ctx, user.HashedPassword, password)
	if err != nil {
		return User{}, err
	}
	if !matches || !Allowed(user) {
		return User{}, ErrInvalidCredentials
	}
	return user, nil
}

// rehash brings the hash of a password that was just proved up to today's
// cost. The log-in has succeeded, so a failure here is only worth a line.
func (s *Service) rehash(ctx context.Context, user User, password string) {
	if !s.hasher.Outdated(user.HashedPassword) {
		return
	}
	stronger, err := s.hasher.Hash(ctx, password)
	if err == nil {
		err = s.store.Update(ctx, func(tx Tx) error {
			current, err := tx.UserByID(ctx, user.ID)
			if err != nil || current.HashedPassword != user.HashedPassword {
				return err
			}
			current.HashedPassword = stronger
			return tx.UpdateUser(ctx, current)
		})
	}
	if err != nil {
		s.log.WarnContext(ctx, "password was not hashed anew", "user_id", user.ID, "error", err)
	}
}

// Identify returns who an access token belongs to: ErrNotAuthenticated without
// one, ErrTokenExpired for one that has run out, ErrInvalidToken for any that
// this service did not sign or has ended.
func (s *Service) Identify(ctx context.Context, token string) (Identity, error) {
	if token == "" {
		return Identity{}, ErrNotAuthenticated
	}
	c, err := s.tokens.parse(token)
	if err != nil {
		return Identity{}, err
	}
	identity, err := s.store.Session(ctx, hash(c.ID), s.now())
	if err != nil {
		return Identity{}, err
	}
	if identity.SessionID != c.SessionID || strconv.FormatInt(identity.User.ID, 10) != c.Subject || !Allowed(identity.User) {
		return Identity{}, ErrInvalidToken
	}
	return identity, nil
}

// CheckRecent returns ErrRecentLogin when the session's log-in is too old for
// a change that the holder of a stolen token must not make.
func (s *Service) CheckRecent(identity Identity) error {
	if s.now().Sub(identity.AuthTime) > s.config.Reauthentication {
		return ErrRecentLogin
	}
	return nil
}

// Reauthentication is how long a log-in counts as recent.
func (s *Service) Reauthentication() time.Duration { return s.config.Reauthentication }

// hash is how a secret is stored. The secrets are random, so they need no salt
// and no slow hash.
func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
