package auth

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"example.com/myapi/internal/client"
)

// The refusals of requests about second factors.
var (
	ErrSecondFactor   = &Error{Kind: KindUnauthenticated, Detail: "Second factor required"}
	ErrInvalidCode    = &Error{Kind: KindUnauthenticated, Detail: "Invalid code"}
	ErrLoginToken     = &Error{Kind: KindUnauthenticated, Detail: "Invalid or expired token"}
	ErrSetUpFactor    = &Error{Kind: KindForbidden, Detail: "Set up a second factor first"}
	ErrFactorRequired = &Error{Kind: KindForbidden, Detail: "A second factor is required"}
	ErrNoSecondFactor = &Error{Kind: KindNotFound, Detail: "No second factor is set up"}
)

const (
	// loginTokenLifetime is that of a code that is sent another way (NIST SP
	// 800-63B-4 §3.1.3.2).
	loginTokenLifetime = 10 * time.Minute
	// maxAttempts wrong codes end a login token.
	maxAttempts = 5
	// maxLoginTokens is how many log-ins of a user can wait for a code. One more ends
	// the oldest. If it were refused instead, anyone who knows the password could keep
	// the owner out.
	maxLoginTokens = 20
	// toldAfter wrong codes in a span of HistoryLength, the owner hears of them, also
	// when they come from so many networks that none is locked (ASVS 6.3.5).
	toldAfter = 10
)

// StepRequired is the error of a log-in whose password was right, and which goes
// on with a second step: see ContinueLogin.
type StepRequired struct {
	LoginToken string
	Methods    []string
	Lifetime   time.Duration // of the token
}

func (e *StepRequired) Error() string { return ErrSecondFactor.Detail }

func isStep(err error) bool {
	var step *StepRequired
	return errors.As(err, &step)
}

// ContinueLogin opens the session of a log-in whose password was right, with a code
// of the user's second factor. It returns ErrInvalidCode for a wrong code, which
// counts as a failed log-in, and ErrLoginToken for a token that is spent, expired or
// has seen five of them.
func (s *Service) ContinueLogin(ctx context.Context, from client.Client, loginToken, code string) (TokenPair, error) {
	try, err := s.waitingLogin(ctx, from, loginToken)
	if err == nil {
		err = s.checkLock(ctx, try)
	}
	if err != nil {
		return TokenPair{}, err
	}
	try.how.code = code
	return s.finish(ctx, from, try, try.user, nil)
}

// waitingLogin returns the log-in that a token goes on with, or ErrLoginToken.
func (s *Service) waitingLogin(ctx context.Context, from client.Client, loginToken string) (attempt, error) {
	token, err := s.store.Token(ctx, hash(loginToken), TypeLogin)
	if errors.Is(err, ErrNoToken) || err == nil && !s.takesCodes(token) {
		return attempt{}, ErrLoginToken
	}
	if err != nil {
		return attempt{}, err
	}
	user, err := s.store.User(ctx, ByID(token.UserID))
	if errors.Is(err, ErrUserNotFound) {
		return attempt{}, ErrLoginToken
	}
	if err != nil {
		return attempt{}, err
	}
	try := attempt{user: user, account: AccountOf(user.ID), network: from.Network(), wrong: ErrInvalidCode}
	try.how = proof{amr: token.AMR, authTime: token.AuthTime, loginToken: token.Hash}
	return try, nil
}

// takesCodes reports whether a login token may still be sent with a code.
func (s *Service) takesCodes(token Token) bool {
	return token.good(s.now()) && token.Attempts < maxAttempts
}

// takeSecondStep returns the proof with the second factor added, if the user has
// one. Without a code in it, it stores a token for the next step, and returns a
// *StepRequired.
func (s *Service) takeSecondStep(ctx context.Context, tx Tx, user User, try attempt) (proof, error) {
	how := try.how
	if how.passkey != nil && how.loginToken == "" { // It is both: what the user has, and that it is the user.
		return how, s.usePasskey(ctx, tx, try, user)
	}
	if how.loginToken != "" {
		token, err := tx.Token(ctx, how.loginToken, TypeLogin)
		if errors.Is(err, ErrNoToken) || err == nil && !s.takesCodes(token) {
			return how, ErrLoginToken
		}
		if err != nil {
			return how, err
		}
	}
	own, err := factorsOf(ctx, tx, user.ID)
	switch {
	case err != nil:
		return how, err
	case !own.active() && how.loginToken != "":
		return how, ErrLoginToken
	case !own.active():
		return how, nil
	case how.code == "" && how.loginToken == "":
		return how, s.pause(ctx, tx, user, how, own.methods())
	}
	err = s.useFactor(ctx, tx, try, user, own.app)
	if err == error(ErrInvalidCode) && how.loginToken != "" {
		if err := tx.CountAttempt(ctx, how.loginToken); err != nil {
			return how, err
		}
	}
	if err != nil {
		return how, err
	}
	if how.loginToken != "" {
		err = tx.RedeemToken(ctx, how.loginToken, TypeLogin, s.now())
		if errors.Is(err, ErrNoToken) {
			err = ErrLoginToken
		}
	}
	how.amr = withFactor(how.amr, how.factor())
	return how, err
}

// pause stores a token with which the log-in goes on by one of the methods, in place
// of the oldest if too many wait.
func (s *Service) pause(ctx context.Context, tx Tx, user User, how proof, methods []string) error {
	secret, now := newSecret(), s.now()
	err := tx.CreateToken(ctx, Token{
		UserID: user.ID, Hash: hash(secret), Type: TypeLogin, AuthTime: how.authTime, AMR: how.amr,
		ExpiresAt: now.Add(loginTokenLifetime), CreatedAt: now, LastUsedAt: now,
	})
	if err != nil {
		return err
	}
	if err := tx.KeepLoginTokens(ctx, user.ID, maxLoginTokens); err != nil {
		return err
	}
	return &StepRequired{LoginToken: secret, Methods: methods, Lifetime: loginTokenLifetime}
}

// CodesOf is the name under which a user's wrong codes are counted beside those of
// AccountOf. Nothing clears them but a right code, neither a reset of the password
// nor LOGIN_MAX_FAILURES=0, and only networks of right codes are known ones: who has
// the mailbox and the password still has no more than AccountFailures guesses a day.
func CodesOf(userID int64) string { return AccountOf(userID) + " codes" }

// countWrongCode counts a code as a failed log-in. Whoever sent it knows the
// password, so the owner gets a mail when that locks the account, or when there are
// toldAfter of them, once a day.
func (s *Service) countWrongCode(ctx context.Context, tx Tx, try attempt, history LoginHistory) error {
	now := s.now()
	history.Failures, history.AllFailures = history.Failures+1, history.AllFailures+1
	history.LastFailure = now
	if err := tx.AddLoginFailure(ctx, CodesOf(try.user.ID), try.network, now); err != nil {
		return err
	}
	codes, err := tx.LoginHistory(ctx, CodesOf(try.user.ID), try.network, now)
	if err != nil {
		return err
	}
	s.audit(ctx, slog.LevelWarn, "authn_code_fail", userID(try.user.ID), slog.Int("of_the_day", codes.AllFailures))
	locks := s.config.MaxFailures > 0 && history.Failures >= s.config.MaxFailures
	if locks || codes.AllFailures >= toldAfter || history.AllFailures >= AccountFailures {
		known, err := tx.HasMail(ctx, MailAccountLocked, try.user.ID, now.Add(-HistoryLength))
		if err != nil {
			return err
		}
		if !known {
			if err := s.notify(ctx, tx, MailAccountLocked, try.user); err != nil {
				return err
			}
		}
	}
	return tx.AddLoginFailure(ctx, try.account, try.network, now)
}
