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

	"example.com/myapi/internal/client"
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

const (
	firstLock = time.Minute
	longLock  = time.Hour
	// AccountFailures in a span of HistoryLength close an account to networks
	// without a good log-in (NIST SP 800-63B-4 §3.2.2).
	AccountFailures = 100
	// HistoryLength is how long a failed log-in counts.
	HistoryLength = 24 * time.Hour
	// NetworkMemory is how long a good log-in makes its network a known one.
	NetworkMemory = 30 * 24 * time.Hour
)

// locked returns how much longer an account with that history is refused,
// or 0. The lock doubles with each failure from the max-th in a row.
func (h LoginHistory) locked(max int, now time.Time) time.Duration {
	if max == 0 {
		return 0
	}
	if h.AllFailures >= AccountFailures && !h.KnownNetwork {
		return h.OldestOfAll.Add(HistoryLength).Sub(now)
	}
	if h.Failures < max {
		return 0
	}
	lock := longLock
	if doublings := h.Failures - max; doublings < 6 {
		lock = firstLock << doublings
	}
	return h.LastFailure.Add(lock).Sub(now)
}

func lockedError(wait time.Duration) error {
	return &Error{Kind: KindTooMany, Detail: "Too many failed attempts", RetryAfter: wait}
}

// account is what failures are counted for: the user that the typed name or
// address means, or else the name itself, so that unknown names lock alike.
func account(user User, typed string) string {
	if user.ID != 0 {
		return AccountOf(user.ID)
	}
	hash := sha256.Sum256([]byte(Fold(typed)))
	return "name:" + hex.EncodeToString(hash[:16])
}

// AccountOf is the name under which a user's log-ins are counted.
func AccountOf(userID int64) string {
	return "user:" + strconv.FormatInt(userID, 10)
}

// attempt guards a check of a password: it refuses while the account is
// locked, and counts the failure when check returns refused. When the password
// is right, succeed runs in the transaction that looks at the lock once more,
// so that guesses in parallel get no further than guesses in a row.
func (s *Service) attempt(ctx context.Context, account string, refused *Error, check func() error, succeed func(Tx) error) error {
	network := client.From(ctx).Network()
	history, err := s.store.LoginHistory(ctx, account, network, s.now())
	if err != nil {
		return err
	}
	if wait := history.locked(s.config.MaxFailures, s.now()); wait > 0 {
		return lockedError(wait)
	}
	checked := check()
	if checked != nil && checked != error(refused) {
		return checked
	}
	// A client that hangs up now must not get an uncounted guess.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	var result error
	err = s.store.Update(ctx, func(tx Tx) error {
		now := s.now()
		history, err = tx.LoginHistory(ctx, account, network, now)
		if err != nil {
			return err
		}
		if wait := history.locked(s.config.MaxFailures, now); wait > 0 {
			result = lockedError(wait)
			return nil
		}
		if result = checked; result == nil {
			result = succeed(tx)
		}
		switch result {
		case nil:
			return tx.ClearLoginFailures(ctx, account, network, now)
		case error(refused):
			return tx.AddLoginFailure(ctx, account, network, now)
		}
		return result
	})
	if err != nil {
		return err
	}
	if result == error(refused) && s.config.MaxFailures > 0 && history.Failures+1 >= s.config.MaxFailures {
		s.audit(ctx, slog.LevelWarn, "authn_login_lock", slog.String("account", account))
	}
	return result
}
