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
func (s *Service) Login(ctx context.Context, from client.Client, login, password string) (TokenPair, error) {
	return s.LoginWithCode(ctx, from, login, password, "")
}

// LoginWithCode is Login in one step, for programs: code, unless it is empty, is
// of the user's second factor. It counts only after the right password.
func (s *Service) LoginWithCode(ctx context.Context, from client.Client, login, password, code string) (TokenPair, error) {
	login = strings.TrimSpace(login)
	known, err := s.store.User(ctx, ByLogin(login))
	if err != nil && !errors.Is(err, ErrUserNotFound) {
		return TokenPair{}, err
	}
	var user User
	try := attempt{user: known, account: account(known, login), network: from.Network(), wrong: ErrInvalidCredentials}
	try.how = proof{amr: []string{methodPassword}, authTime: s.now(), code: code}
	if err = s.checkLock(ctx, try); err == nil {
		user, err = s.Authenticate(ctx, known, password)
	}
	pair, err := s.finish(ctx, from, try, user, err)
	if err == nil || isStep(err) {
		s.renew(ctx, user, password)
	}
	return pair, err
}

// Authenticate returns user when password is theirs, and ErrInvalidCredentials
// otherwise. It receives the zero User when nobody has the name or address that
// was typed. It is the place for log-in rules of your own. Put a refusal after
// the comparison, as the one below is: then neither its text nor its time
// distinguishes it from a wrong password.
func (s *Service) Authenticate(ctx context.Context, user User, password string) (User, error) {
	matches, err := s.hasher.Matches(ctx, user.HashedPassword, password)
	if err != nil {
		return User{}, err
	}
	if !matches || !Allowed(user) {
		return User{}, ErrInvalidCredentials
	}
	return user, nil
}

// finish ends every way to log in, and nothing else opens a session. proved is
// the user as it was when the proof was compared, and outcome the error of that.
// The session opens when the account is still not locked, and the user is still
// allowed and has the same password; only then are earlier failures forgotten.
func (s *Service) finish(ctx context.Context, from client.Client, try attempt, proved User, outcome error) (TokenPair, error) {
	var pair TokenPair
	err := s.conclude(ctx, try, outcome, func(tx Tx) error {
		current, err := tx.LockUser(ctx, ByID(proved.ID))
		if err != nil && !errors.Is(err, ErrUserNotFound) {
			return err
		}
		if err != nil || !samePassword(proved, current) || !Allowed(current) {
			return try.wrong
		}
		if err := s.noteArrival(ctx, tx, current, try); err != nil {
			return err
		}
		how, err := s.takeSecondStep(ctx, tx, current, try)
		if err != nil {
			return err
		}
		pair, err = s.openSession(ctx, tx, session{user: current, from: from, authTime: how.authTime, amr: how.amr})
		return err
	})
	var refused *Error
	if errors.As(err, &refused) {
		s.audit(ctx, slog.LevelWarn, "authn_login_fail", userID(try.user.ID))
	}
	if isStep(err) {
		s.audit(ctx, slog.LevelInfo, "authn_login_step", userID(proved.ID))
	}
	if err != nil {
		return TokenPair{}, err
	}
	s.audit(ctx, slog.LevelInfo, "authn_login_success", userID(proved.ID), try.provider())
	return pair, nil
}

// renew brings what is stored of a user who just proved the password to today's
// form: the hash to its cost and to the password's normal form, the address to
// its own. The log-in has succeeded, so a failure here is only worth a line.
func (s *Service) renew(ctx context.Context, user User, password string) {
	outdated, err := s.hasher.Outdated(ctx, user.HashedPassword, password)
	if err != nil || !outdated && Fold(user.Email) == user.Email {
		return
	}
	stronger := user.HashedPassword
	if outdated {
		stronger, err = s.hasher.Hash(ctx, password)
	}
	if err == nil {
		err = s.store.Update(ctx, func(tx Tx) error {
			current, err := tx.LockUser(ctx, ByID(user.ID))
			if err != nil || current.HashedPassword != user.HashedPassword {
				return err
			}
			current.HashedPassword = stronger
			current.Email = Fold(current.Email)
			return tx.UpdateUser(ctx, current)
		})
	}
	if err != nil {
		s.log.WarnContext(ctx, "user was not brought to today's form", "user_id", user.ID, "error", err)
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

// locked returns how much longer an account with that history is refused, or 0.
// The lock doubles with each failure in a row from the maxFailures-th on.
func (h LoginHistory) locked(maxFailures int, now time.Time) time.Duration {
	if maxFailures == 0 {
		return 0
	}
	if wait := h.closed(now); wait > 0 {
		return wait
	}
	if h.Failures < maxFailures {
		return 0
	}
	lock := longLock
	if doublings := h.Failures - maxFailures; doublings < 6 {
		lock = firstLock << doublings
	}
	return h.LastFailure.Add(lock).Sub(now)
}

// closed returns how much longer AccountFailures keep strange networks out, or 0.
func (h LoginHistory) closed(now time.Time) time.Duration {
	if h.AllFailures < AccountFailures || h.KnownNetwork {
		return 0
	}
	return h.OldestOfAll.Add(HistoryLength).Sub(now)
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
	sum := sha256.Sum256([]byte(Fold(typed)))
	return "name:" + hex.EncodeToString(sum[:16])
}

// AccountOf is the name under which a user's log-ins are counted.
func AccountOf(userID int64) string {
	return "user:" + strconv.FormatInt(userID, 10)
}
