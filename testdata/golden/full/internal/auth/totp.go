package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" // What the apps understand; RFC 6238 §1.2.
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"
)

// TOTP is a user's authenticator app (RFC 6238). Its secrets are sealed; they are
// empty if there are none.
type TOTP struct {
	UserID      int64
	Secret      string
	Pending     string // the secret that is to be confirmed
	PendingAt   time.Time
	ConfirmedAt time.Time
	LastStep    int64 // of the newest code that was used
}

// Active reports whether log-ins take a code. An app that has been confirmed and has
// lost its secret opens nothing.
func (t TOTP) Active() bool { return !t.ConfirmedAt.IsZero() }

// TOTPStore keeps the secrets of authenticator apps.
type TOTPStore interface {
	// TOTP is as in TOTPTx.
	TOTP(ctx context.Context, userID int64) (TOTP, error)
	// SealedBy counts the secrets by the name of the key that seals them.
	SealedBy(ctx context.Context) (map[string]int, error)
}

// TOTPTx is what can be done to them in a transaction.
type TOTPTx interface {
	// TOTP returns a user's app; the zero TOTP if there is none.
	TOTP(ctx context.Context, userID int64) (TOTP, error)
	// SetPendingTOTP stores a secret that is to be confirmed, in place of one before.
	SetPendingTOTP(ctx context.Context, userID int64, sealed string, now time.Time) error
	// ConfirmTOTP makes the pending secret the user's own, whose code of a step is used.
	ConfirmTOTP(ctx context.Context, userID, step int64, now time.Time) error
	// UseTOTPStep reports whether a step is newer than all that were used, and marks
	// it as used: of several that try, one does.
	UseTOTPStep(ctx context.Context, userID, step int64) (bool, error)
	// ResealTOTP replaces a sealed secret by the same one, sealed otherwise.
	ResealTOTP(ctx context.Context, userID int64, before, now string) error
	// DeleteTOTP reports whether there was an app, or one to be confirmed.
	DeleteTOTP(ctx context.Context, userID int64) (bool, error)
}

// The refusals of requests about authenticator apps.
var (
	ErrNothingToConfirm = &Error{Kind: KindNotFound, Detail: "Nothing to confirm"}
	ErrNotConfirmed     = &Error{Kind: KindRefused, Detail: "Invalid code"}
)

const (
	totpDigits = 6
	totpPeriod = 30 // seconds
	// totpSecret is how long a secret is, in bytes (RFC 4226 §4 R6).
	totpSecret = 20
	// maxIssuer is how many characters of the app's name its URI has.
	maxIssuer = 32
	// pendingLifetime is how long a new secret can be confirmed.
	pendingLifetime = time.Hour
)

// TOTPSetup is what an app needs. URI is for its camera, Secret for its keyboard.
type TOTPSetup struct{ Secret, URI string }

// SetUpTOTP makes a secret for the user's app. It counts once ConfirmTOTP has seen a
// code of it.
func (s *Service) SetUpTOTP(ctx context.Context, identity Identity) (TOTPSetup, error) {
	secret := make([]byte, totpSecret)
	rand.Read(secret) // Never fails: crypto/rand stops the program first.
	var user User
	err := s.store.Update(ctx, func(tx Tx) (err error) {
		if user, _, err = s.lockFactors(ctx, tx, identity); err != nil {
			return err
		}
		sealed, err := seal(s.config.EncryptionKeys, totpOf(user.ID), secret)
		if err != nil {
			return err
		}
		return tx.SetPendingTOTP(ctx, user.ID, sealed, s.now())
	})
	if err != nil {
		return TOTPSetup{}, err
	}
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	return TOTPSetup{Secret: text, URI: totpURI(s.config.AppName, user.Username, text)}, nil
}

// totpURI is a secret with its names as an app reads them. Apps show a plus sign as
// one, so blanks are %20 in the query, too.
func totpURI(app, username, secret string) string {
	if runes := []rune(app); len(runes) > maxIssuer { // A QR code has room for some 2,000 characters, and is scanned best with few.
		app = string(runes[:maxIssuer])
	}
	escape := func(name string) string { return strings.ReplaceAll(url.QueryEscape(name), "+", "%20") }
	return fmt.Sprintf("otpauth://totp/%s:%s?secret=%s&issuer=%s&digits=%d&period=%d",
		escape(app), escape(username), secret, escape(app), totpDigits, totpPeriod)
}

// ConfirmTOTP makes the pending secret the user's second factor, in place of one
// before. With the first factor come recovery codes.
func (s *Service) ConfirmTOTP(ctx context.Context, identity Identity, code string) ([]string, error) {
	codes := []string{}
	err := s.store.Update(ctx, func(tx Tx) error {
		user, own, err := s.lockFactors(ctx, tx, identity)
		if err != nil {
			return err
		}
		step, err := s.confirmedStep(own.app, code)
		if err != nil {
			return err
		}
		if err := tx.ConfirmTOTP(ctx, user.ID, step, s.now()); err != nil {
			return err
		}
		if !own.active() {
			if codes, err = s.makeRecoveryCodes(ctx, tx, user); err != nil {
				return err
			}
		}
		if err := tx.SetSessionAMR(ctx, user.ID, identity.SessionID, withFactor(identity.AMR, methodCode)); err != nil {
			return err
		}
		return s.factorChanged(ctx, tx, user, identity.SessionID)
	})
	if err != nil {
		return nil, err
	}
	s.wake()
	s.audit(ctx, slog.LevelInfo, "authn_factor_added", userID(identity.User.ID))
	return codes, nil
}

// confirmedStep returns the step of a code of the pending secret.
func (s *Service) confirmedStep(factor TOTP, code string) (int64, error) {
	if factor.Pending == "" || s.now().Sub(factor.PendingAt) > pendingLifetime {
		return 0, ErrNothingToConfirm
	}
	secret, _, err := unseal(s.config.EncryptionKeys, totpOf(factor.UserID), factor.Pending)
	if err != nil {
		return 0, err
	}
	step := totpStep(secret, withoutBlanks(code), s.now())
	if step == 0 {
		return 0, ErrNotConfirmed
	}
	return step, nil
}

// RemoveTOTP removes the user's app, and what goes with the last second factor.
func (s *Service) RemoveTOTP(ctx context.Context, identity Identity) error {
	err := s.store.Update(ctx, func(tx Tx) error {
		user, own, err := s.lockFactors(ctx, tx, identity)
		if err != nil {
			return err
		}
		if !own.app.Active() {
			return ErrNoSecondFactor
		}
		if _, err := tx.DeleteTOTP(ctx, user.ID); err != nil {
			return err
		}
		if err := s.factorRemoved(ctx, tx, user, identity); err != nil {
			return err
		}
		return s.factorChanged(ctx, tx, user, identity.SessionID)
	})
	if err != nil {
		return err
	}
	s.wake()
	s.audit(ctx, slog.LevelInfo, "authn_factor_removed", userID(identity.User.ID))
	return nil
}

// useCode accepts a code once: six digits of an app, or a recovery code, which is
// too long to be guessed and so opens an account that guesses have closed.
func (s *Service) useCode(ctx context.Context, tx Tx, try attempt, user User, app TOTP) error {
	code := withoutBlanks(try.how.code)
	if len(code) != totpDigits {
		return s.useRecoveryCode(ctx, tx, user, code)
	}
	if !app.Active() {
		return ErrInvalidCode
	}
	history, err := tx.LoginHistory(ctx, CodesOf(user.ID), try.network, s.now())
	if err != nil {
		return err
	}
	if wait := history.closed(s.now()); wait > 0 {
		return lockedError(wait)
	}
	if err := s.useTOTP(ctx, tx, app, code); err != nil {
		return err
	}
	return tx.ClearLoginFailures(ctx, CodesOf(user.ID), try.network, s.now())
}

// withoutBlanks returns a code as it was meant: apps show it in groups.
func withoutBlanks(code string) string { return strings.ReplaceAll(code, " ", "") }

// useTOTP accepts a code of the app, unless it or a newer one was used before (RFC
// 6238 §5.2).
func (s *Service) useTOTP(ctx context.Context, tx Tx, factor TOTP, code string) error {
	secret, outdated, err := unseal(s.config.EncryptionKeys, totpOf(factor.UserID), factor.Secret)
	if err != nil {
		s.audit(ctx, slog.LevelError, "authn_factor_unreadable", userID(factor.UserID))
		return err
	}
	step := totpStep(secret, code, s.now())
	if step == 0 {
		return ErrInvalidCode
	}
	used, err := tx.UseTOTPStep(ctx, factor.UserID, step)
	if err != nil {
		return err
	}
	if !used {
		return ErrInvalidCode
	}
	if !outdated {
		return nil
	}
	sealed, err := seal(s.config.EncryptionKeys, totpOf(factor.UserID), secret)
	if err != nil {
		return err
	}
	return tx.ResealTOTP(ctx, factor.UserID, factor.Secret, sealed)
}

// totpStep returns the step that a code is of: the current one, or the one before,
// for a code that was on its way (RFC 6238 §5.2). It returns 0 for any other code.
func totpStep(secret []byte, code string, now time.Time) int64 {
	current := now.Unix() / totpPeriod
	for _, step := range []int64{current, current - 1} {
		if subtle.ConstantTimeCompare([]byte(hotp(secret, step)), []byte(code)) == 1 {
			return step
		}
	}
	return 0
}

// hotp is RFC 4226 §5.3 with SHA-1 and six digits.
func hotp(secret []byte, counter int64) string {
	mac := hmac.New(sha1.New, secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(counter)))
	sum := mac.Sum(nil)
	value := binary.BigEndian.Uint32(sum[sum[len(sum)-1]&0xf:]) & 0x7fffffff
	return fmt.Sprintf("%0*d", totpDigits, value%1_000_000)
}
