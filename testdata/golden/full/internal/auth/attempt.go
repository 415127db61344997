package auth

import (
	"context"
	"log/slog"
	"net/netip"
	"time"
)

// attempt is a try to prove a password, or a code after it. It counts for an
// account and the network that it comes from; wrong is the error of one that is not
// right.
type attempt struct {
	user    User // the zero User when nobody has the name that was typed
	account string
	network netip.Prefix
	wrong   *Error
	how     proof      // of the steps so far
	arrival *OAuthFlow // that brought the user, if it was a provider
}

// failed reports whether a refusal counts as a failed log-in.
func (a attempt) failed(refusal error) bool {
	return refusal == error(a.wrong) || refusal == error(ErrInvalidCode)
}

// checkLock returns an Error of KindTooMany while an account is locked.
func (s *Service) checkLock(ctx context.Context, try attempt) error {
	history, err := s.store.LoginHistory(ctx, try.account, try.network, s.now())
	if err != nil {
		return err
	}
	if wait := history.locked(s.config.MaxFailures, s.now()); wait > 0 {
		return lockedError(wait)
	}
	return nil
}

// conclude ends an attempt whose password was compared: outcome is nil for the
// right one, wrong for another. It looks at the lock once more and counts the
// failure, or runs succeed and forgets earlier ones, in one transaction: guesses
// in parallel get no further than guesses in a row. What succeed refuses with
// wrong is a failure too.
func (s *Service) conclude(ctx context.Context, try attempt, outcome error, succeed func(Tx) error) error {
	if outcome != nil && !try.failed(outcome) {
		return outcome
	}
	// A client that hangs up now must not get an uncounted guess.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	var history LoginHistory
	var refusal error // whose count is committed
	err := s.store.Update(ctx, func(tx Tx) (err error) {
		now := s.now()
		if history, err = tx.LoginHistory(ctx, try.account, try.network, now); err != nil {
			return err
		}
		if wait := history.locked(s.config.MaxFailures, now); wait > 0 {
			refusal = lockedError(wait)
			return nil
		}
		if refusal = outcome; refusal == nil {
			refusal = succeed(tx)
		}
		switch {
		case refusal == nil:
			return tx.ClearLoginFailures(ctx, try.account, try.network, now)
		case isStep(refusal):
			return nil // Neither a failure nor yet a log-in.
		case refusal == error(ErrInvalidCode):
			return s.countWrongCode(ctx, tx, try, history)
		case try.failed(refusal):
			return tx.AddLoginFailure(ctx, try.account, try.network, now)
		}
		return refusal
	})
	if err != nil {
		return err
	}
	if try.failed(refusal) && s.config.MaxFailures > 0 && history.Failures+1 >= s.config.MaxFailures {
		s.audit(ctx, slog.LevelWarn, "authn_login_lock", slog.String("account", try.account))
	}
	return refusal
}
