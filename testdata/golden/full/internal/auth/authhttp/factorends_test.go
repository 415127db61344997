package authhttp_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/testkit"
)

// factored is what John has in the table of what ends what since there are second
// factors: an app, a recovery code, and a log-in that waits for one of them.
type factored struct {
	app        *testkit.App
	sealed     string // the app's secret, as it is stored
	loginToken string
}

// secondFactorEndings is the part of second factors in the table of what ends what.
func secondFactorEndings() chapter {
	const others = "other session, other refresh token, login token"
	const last = "" // What goes with the last factor: the passkeys are there yet.
	const events = "disabled, disabled and enabled again, e-mail set by a superuser, e-mail set by a superuser and set back, " +
		"e-mail set by a superuser and confirmed, e-mail set by a superuser and declined, made a superuser, deleted by a superuser, deleted by the user"
	f := new(factored)
	return chapter{
		prepare: f.prepare,
		things: []thing{
			{"login token", f.takesCodes, "log out everywhere, sessions ended by a superuser, password changed, password reset, e-mail change confirmed, " + events},
			{"app", func(t *testing.T, s *situation) bool { return secretOf(t, s) == f.sealed }, "deleted by a superuser, deleted by the user"},
			{"recovery code", f.hasCode, "deleted by a superuser, deleted by the user"},
		},
		events: []event{
			{"first factor set up", func(t *testing.T, s *situation) error {
				if _, err := s.svc.SQL().Exec(`DELETE FROM totp`); err != nil {
					return err
				}
				enrol(t, s)
				return nil
			}, others + ", app" + last, "factor_changed"}, // Those of before; there are new ones.
			{"app renewed", func(t *testing.T, s *situation) error { enrol(t, s); return nil }, others + ", app", "factor_changed"},
			{"app removed", func(t *testing.T, s *situation) error {
				return s.svc.Auth.RemoveTOTP(t.Context(), s.svc.Identity(t, s.own.Access))
			}, others + ", app" + last, "factor_changed"},
			{"recovery codes renewed", func(t *testing.T, s *situation) error {
				_, err := s.svc.Auth.RenewRecoveryCodes(t.Context(), s.svc.Identity(t, s.own.Access))
				return err
			}, others + ", recovery code", "factor_changed"},
			{"recovery code used", func(t *testing.T, s *situation) error {
				s.svc.LoginWithCode(t, "johndoe", f.app.RecoveryCodes[9])
				return nil
			}, "recovery code", "recovery_code_used"},
			{"second step taken", func(t *testing.T, s *situation) error { return f.goOn(t, s, f.app.Code(t, 0)) }, "login token", ""},
			{"first step taken again", func(t *testing.T, s *situation) error { s.svc.LoginToken(t, "johndoe"); return nil }, "", ""},
			{"five wrong codes", func(t *testing.T, s *situation) error {
				for range 5 {
					if err := f.goOn(t, s, "000000"); err != error(auth.ErrInvalidCode) {
						return err
					}
				}
				return nil
			}, "login token", "account_locked"},
			{"ten minutes", func(_ *testing.T, s *situation) error { s.svc.Clock.Advance(10 * time.Minute); return nil }, "login token, lock", ""},
			{"second factor removed by a superuser", func(t *testing.T, s *situation) error {
				return s.svc.Auth.RemoveSecondFactor(t.Context(), s.admin, s.john.ID)
			}, "session, " + others + ", app, recovery code", "factor_changed"},
			{"second factor removed by an operator", func(t *testing.T, s *situation) error {
				return s.svc.Auth.ResetSecondFactor(t.Context(), "johndoe")
			}, "session, " + others + ", app, recovery code", "factor_changed"},
		},
	}
}

// prepare sets up John's app in his own session, and opens the other one anew, which
// that ends.
func (f *factored) prepare(t *testing.T, s *situation) {
	t.Helper()
	f.app = enrol(t, s)
	f.sealed = secretOf(t, s)
	s.svc.Clock.Advance(30 * time.Second) // So that the next code is a new one.
	s.other = s.svc.LoginWithCode(t, "johndoe", f.app.RecoveryCodes[0])
	f.loginToken = s.svc.LoginToken(t, "johndoe")
}

// enrol sets up an app for John, the first or in place of one.
func enrol(t *testing.T, s *situation) *testkit.App {
	t.Helper()
	identity := s.svc.Identity(t, s.own.Access)
	setup, err := s.svc.Auth.SetUpTOTP(t.Context(), identity)
	if err != nil {
		t.Fatal(err)
	}
	app := s.svc.App(setup.Secret)
	if app.RecoveryCodes, err = s.svc.Auth.ConfirmTOTP(t.Context(), identity, app.Code(t, 0)); err != nil {
		t.Fatal(err)
	}
	return app
}

// secretOf is the sealed secret of John's app, or empty.
func secretOf(t *testing.T, s *situation) string {
	t.Helper()
	var sealed string
	err := s.svc.SQL().QueryRow(`SELECT COALESCE(MAX(secret), '') FROM totp WHERE user_id = ?`, s.john.ID).Scan(&sealed)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// goOn takes the second step of the log-in that waits.
func (f *factored) goOn(t *testing.T, s *situation, code string) error {
	_, err := s.svc.Auth.ContinueLogin(t.Context(), client.Client{Addr: netip.MustParseAddr(home)}, f.loginToken, code)
	return err
}

// takesCodes reports whether the log-in that waits still does.
func (f *factored) takesCodes(t *testing.T, s *situation) bool {
	_, err := s.svc.Auth.ContinueLogin(t.Context(), client.Client{Addr: netip.MustParseAddr("203.0.113.200")}, f.loginToken, "000000")
	return !errors.Is(err, auth.ErrLoginToken)
}

// hasCode reports whether the last recovery code of John's first set can be used.
func (f *factored) hasCode(t *testing.T, s *situation) bool {
	t.Helper()
	sum := sha256.Sum256([]byte(strings.ReplaceAll(f.app.RecoveryCodes[9], "-", "")))
	return s.count(t, `SELECT COUNT(*) FROM recovery_codes WHERE user_id = ? AND used_at IS NULL AND code_hash = '`+hex.EncodeToString(sum[:])+`'`) == 1
}
