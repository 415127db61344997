package authhttp_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

func withCode(name, code string) testkit.Request {
	return testkit.Post("/auth/login", map[string]string{"username": name, "password": testkit.Password, "code": code})
}

func confirm(token, code string) testkit.Request {
	return post("/users/me/totp/confirm", token, map[string]string{"code": code})
}

// The session whose access token comes along with the second step ends (ASVS 7.2.4),
// unless the code is wrong.
func TestSecondStepReplacesTheSession(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	former := svc.LoginWithCode(t, "johndoe", app.Code(t, 0)).Access
	svc.Clock.Advance(30 * time.Second)
	step := svc.LoginToken(t, "johndoe")
	request := testkit.CodeRequest(step, app.Code(t, 3))
	request.Token = former
	svc.Expect(t, 401, request)
	if !svc.Alive(t, former) {
		t.Error("a wrong code has ended the session")
	}
	request = testkit.CodeRequest(step, app.Code(t, 0))
	request.Token = former
	svc.Expect(t, 200, request)
	if svc.Alive(t, former) {
		t.Error("the session was not replaced")
	}
}

// TestSecondFactorFromItsSetUpToItsEnd is what an owner does.
func TestSecondFactorFromItsSetUpToItsEnd(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	own, other := svc.Session(t, "johndoe"), svc.Login(t, "johndoe")
	shows := func(token string, want ...string) {
		t.Helper()
		svc.Run(t, []testkit.Scenario{{Name: "state", Request: get("/api/v1/users/me/second-factor", token), Status: 200, Want: want}})
	}
	shows(own.Access, `"enabled":false`, `"methods":[]`, `"recovery_codes_left":0`, `"required":false`)
	svc.Run(t, []testkit.Scenario{{Name: "nothing to confirm", Request: confirm(own.Access, "123456"), Status: 404, Detail: "Nothing to confirm"}})

	var setup struct{ Secret, URI, QR_SVG string }
	svc.Expect(t, 200, post("/users/me/totp", own.Access, nil)).JSON(t, &setup)
	uri, err := url.Parse(setup.URI)
	if err != nil || uri.Scheme != "otpauth" || uri.Host != "totp" || !strings.HasSuffix(uri.Path, ":johndoe") ||
		uri.Query().Get("secret") != setup.Secret || uri.Query().Get("issuer") != svc.Settings.AppName {
		t.Errorf("the URI is %s, %v", setup.URI, err)
	}
	if len(setup.Secret) != 32 || !strings.HasPrefix(setup.QR_SVG, "<svg ") {
		t.Errorf("the set-up is %+v", setup)
	}
	shows(own.Access, `"enabled":false`)
	svc.Expect(t, 200, testkit.LoginRequest("johndoe", testkit.Password)) // Not active yet.

	app := svc.App(setup.Secret)
	svc.Run(t, []testkit.Scenario{{Name: "a wrong code", Request: confirm(own.Access, app.Code(t, -2)), Status: 400, Detail: invalidCode}})
	var confirmed struct {
		Codes []string `json:"recovery_codes"`
	}
	svc.Expect(t, 200, confirm(own.Access, app.Code(t, 0))).JSON(t, &confirmed)
	if len(confirmed.Codes) != 10 {
		t.Fatalf("recovery codes are %q", confirmed.Codes)
	}
	if svc.Alive(t, other) || !svc.Alive(t, own.Access) {
		t.Error("the other session lives on, or the own one does not")
	}
	shows(own.Access, `"enabled":true`, `"methods":["totp","recovery_code"]`, `"recovery_codes_left":10`)
	if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Text, "Log-ins require a code") {
		t.Errorf("sent %+v", notice)
	}

	svc.Clock.Advance(30 * time.Second)
	var step struct {
		LoginToken string `json:"login_token"`
	}
	asked := svc.Expect(t, 401, testkit.LoginRequest("johndoe", testkit.Password))
	asked.JSON(t, &step)
	if problem := asked.Problem(t); problem.Detail != secondFactor || asked.Header.Get("WWW-Authenticate") != askForCode ||
		!strings.Contains(asked.Body, `"methods":["totp","recovery_code"]`) || !strings.Contains(asked.Body, `"expires_in":600`) {
		t.Errorf("the right password is answered with %s, %v", asked.Body, asked.Header)
	}
	var tokens testkit.Tokens
	svc.Expect(t, 200, testkit.CodeRequest(step.LoginToken, app.Code(t, 0))).JSON(t, &tokens)
	if amr := svc.Identity(t, tokens.Access).AMR; fmt.Sprint(amr) != "[pwd otp mfa]" {
		t.Errorf("the session is proved by %v", amr)
	}
	if amr := svc.Identity(t, svc.Refresh(t, tokens.Refresh).Access).AMR; fmt.Sprint(amr) != "[pwd otp mfa]" {
		t.Errorf("the refreshed session is proved by %v", amr)
	}

	svc.Expect(t, 200, withCode("johndoe", confirmed.Codes[0]))
	if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Subject, "recovery code") || !strings.Contains(notice.Text, "left: 9") {
		t.Errorf("sent %+v", notice)
	}
	access := svc.LoginWithCode(t, "johndoe", confirmed.Codes[1]).Access
	shows(access, `"recovery_codes_left":8`)
	svc.Expect(t, 204, testkit.Request{Method: "DELETE", Path: "/api/v1/users/me/totp", Token: access})
	shows(access, `"enabled":false`, `"recovery_codes_left":0`)
	svc.Expect(t, 200, testkit.LoginRequest("johndoe", testkit.Password))
	svc.Run(t, []testkit.Scenario{{Name: "removed twice", Request: testkit.Request{Method: "DELETE", Path: "/api/v1/users/me/totp", Token: access}, Status: 404, Detail: noFactor}})
}

// Another app takes the place of the first; the recovery codes stay.
func TestRenewedApp(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	mails.Deliver(t)
	own, other := svc.LoginWithCode(t, "johndoe", app.Code(t, 0)), svc.LoginWithCode(t, "johndoe", app.RecoveryCodes[0])
	mails.Deliver(t)
	var setup struct{ Secret string }
	svc.Expect(t, 200, post("/users/me/totp", own.Access, nil))
	svc.Expect(t, 200, post("/users/me/totp", own.Access, nil)).JSON(t, &setup) // in place of the one before
	renewed := svc.App(setup.Secret)
	svc.Clock.Advance(30 * time.Second)
	if svc.LoginWithCode(t, "johndoe", app.Code(t, 0)).Access == "" {
		t.Error("the app stops to work before another is confirmed")
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "the new one logs in", Request: withCode("johndoe", renewed.Code(t, 0)), Status: 401, Detail: invalidCode},
		{Name: "confirmed by the old one", Request: confirm(own.Access, app.Code(t, 0)), Status: 400, Detail: invalidCode},
		{Name: "confirmed", Request: confirm(own.Access, renewed.Code(t, 0)), Status: 200, Want: []string{`"recovery_codes":[]`}},
	})
	if svc.Alive(t, other.Access) || !svc.Alive(t, own.Access) {
		t.Error("the other session lives on, or the own one does not")
	}
	mails.Only(t, "johndoe@example.com")
	svc.Clock.Advance(30 * time.Second)
	svc.Run(t, []testkit.Scenario{
		{Name: "the old app", Request: withCode("johndoe", app.Code(t, 0)), Status: 401, Detail: invalidCode},
		{Name: "the new app", Request: withCode("johndoe", renewed.Code(t, 0)), Status: 200},
		{Name: "a recovery code", Request: withCode("johndoe", app.RecoveryCodes[1]), Status: 200},
	})
}

func TestRenewedRecoveryCodes(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	access := svc.LoginWithCode(t, "johndoe", app.Code(t, 0)).Access
	mails.Deliver(t)
	var renewed struct {
		Codes []string `json:"recovery_codes"`
	}
	svc.Expect(t, 200, post("/users/me/recovery-codes", access, nil)).JSON(t, &renewed)
	mails.Only(t, "johndoe@example.com")
	svc.Run(t, []testkit.Scenario{
		{Name: "one of before", Request: withCode("johndoe", app.RecoveryCodes[0]), Status: 401, Detail: invalidCode},
		{Name: "a new one", Request: withCode("johndoe", strings.ToUpper(strings.ReplaceAll(renewed.Codes[9], "-", " "))), Status: 200},
	})
}

// SECOND_FACTOR_REQUIRED: without one, a user can set it up and log out.
func TestRequiredSecondFactor(t *testing.T) {
	for rule, covered := range map[string][]string{"none": nil, "superusers": {"boss"}, "all": {"boss", "johndoe"}} {
		svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.RateLimitEnabled, s.SecondFactorRequired = false, rule }})
		mails := svc.Mails(t)
		svc.Superuser(t, "boss")
		svc.Verify(t, mails, svc.Register(t, "johndoe"))
		for _, name := range []string{"boss", "johndoe"} {
			covers := strings.Contains(strings.Join(covered, " "), name)
			status := map[bool]int{false: 200, true: 403}[covers]
			token := svc.Login(t, name)
			refused := map[bool]string{true: "Set up a second factor first"}[covers]
			svc.Run(t, []testkit.Scenario{
				{Name: rule + " " + name + " me", Request: get("/api/v1/users/me", token), Status: 200},
				{Name: rule + " " + name + " state", Request: get("/api/v1/users/me/second-factor", token), Status: 200, Want: []string{fmt.Sprintf(`"required":%t`, covers)}},
				{Name: rule + " " + name + " sessions", Request: get("/api/v1/users/me/sessions", token), Status: status, Detail: refused},
				{Name: rule + " " + name + " any other route", Request: svc.WhoAmI(token), Status: status, Detail: refused},
			})
			svc.Expect(t, 200, post("/users/me/totp", token, nil))
			if !covers {
				continue
			}
			app := svc.SecondFactor(t, name)
			token = svc.LoginWithCode(t, name, app.Code(t, 0)).Access
			svc.Run(t, []testkit.Scenario{
				{Name: rule + " " + name + " with the factor", Request: svc.WhoAmI(token), Status: 200},
				{Name: rule + " " + name + " removes it", Request: testkit.Request{Method: "DELETE", Path: "/api/v1/users/me/totp", Token: token}, Status: 403, Detail: "A second factor is required"},
			})
		}
	}
}

// A superuser removes what a user has lost.
// A change of factors takes a session that is live at its moment, of somebody who is
// allowed.
func TestStaleSessionsChangeNoFactors(t *testing.T) {
	for name, happen := range map[string]func(*testkit.Service, auth.Identity) error{
		"disabled": func(svc *testkit.Service, _ auth.Identity) error {
			_, err := svc.SQL().Exec(`UPDATE users SET is_active = FALSE`)
			return err
		},
		"expired": func(svc *testkit.Service, _ auth.Identity) error {
			svc.Clock.Advance(svc.Settings.AccessTokenLifetime() + time.Second)
			return nil
		},
		"logged out": func(svc *testkit.Service, identity auth.Identity) error {
			return svc.Auth.Logout(t.Context(), identity)
		},
	} {
		t.Run(name, func(t *testing.T) {
			svc, _ := verified(t, "johndoe")
			svc.SecondFactor(t, "johndoe")
			svc.Superuser(t, "boss")
			boss := svc.Identity(t, svc.Login(t, "boss"))
			if err := happen(svc, boss); err != nil {
				t.Fatal(err)
			}
			if _, err := svc.Auth.SetUpTOTP(t.Context(), boss); !errors.Is(err, auth.ErrInvalidToken) {
				t.Errorf("setting an app up: %v, want %v", err, auth.ErrInvalidToken)
			}
			if err := svc.Auth.RemoveSecondFactor(t.Context(), boss, userNamed(t, svc, "johndoe")); !errors.Is(err, auth.ErrInvalidToken) {
				t.Errorf("removing another's: %v, want %v", err, auth.ErrInvalidToken)
			}
		})
	}
}

// With the last factor go the codes that stand for it.
func TestRecoveryCodesGoWithTheFactor(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	session := svc.LoginWithCode(t, "johndoe", app.Code(t, 0))
	if err := svc.Auth.RemoveTOTP(t.Context(), svc.Identity(t, session.Access)); err != nil {
		t.Fatal(err)
	}
	var left int
	if err := svc.SQL().QueryRow(`SELECT COUNT(*) FROM recovery_codes`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d codes are left, %v", left, err)
	}
}

func TestSuperuserRemovesSecondFactor(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	boss := svc.Superuser(t, "boss")
	admin := svc.Login(t, "boss")
	app := svc.SecondFactor(t, "johndoe")
	mails.Deliver(t)
	session, token := svc.LoginWithCode(t, "johndoe", app.Code(t, 0)), svc.LoginToken(t, "johndoe")
	john := svc.Identity(t, session.Access).User.ID
	path := func(id int64) string { return fmt.Sprintf("/api/v1/users/%d/second-factor", id) }
	svc.Run(t, []testkit.Scenario{
		{Name: "by the user", Request: testkit.Request{Method: "DELETE", Path: path(boss.ID), Token: session.Access}, Status: 403, Detail: "Not enough permissions"},
		{Name: "one's own", Request: testkit.Request{Method: "DELETE", Path: path(boss.ID), Token: admin}, Status: 400, Detail: "Use /users/me for your own account"},
		{Name: "nobody's", Request: testkit.Request{Method: "DELETE", Path: path(john + 100), Token: admin}, Status: 404, Detail: "User not found"},
		{Name: "John's", Request: testkit.Request{Method: "DELETE", Path: path(john), Token: admin}, Status: 204},
		{Name: "John's again", Request: testkit.Request{Method: "DELETE", Path: path(john), Token: admin}, Status: 404, Detail: noFactor},
		{Name: "the log-in of before", Request: testkit.CodeRequest(token, app.RecoveryCodes[0]), Status: 401, Detail: invalidToken},
	})
	if svc.Alive(t, session.Access) {
		t.Error("the user's session lives on")
	}
	if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Text, "was removed") {
		t.Errorf("sent %+v", notice)
	}
	svc.Expect(t, 200, testkit.LoginRequest("johndoe", testkit.Password))
	svc.Clock.Advance(20 * time.Minute)
	svc.Run(t, []testkit.Scenario{{Name: "an old log-in", Request: testkit.Request{Method: "DELETE", Path: path(john), Token: admin}, Status: 401, Detail: "Recent log-in required"}})
}

// A secret that was sealed by a former key opens log-ins, and is sealed anew then.
func TestChangedEncryptionKey(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	const other = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	changed := func(previous ...string) *testkit.Service {
		return testkit.New(t, testkit.Options{SharedWith: svc, Configure: func(s *settings.Settings) {
			s.RateLimitEnabled, s.EncryptionKey, s.EncryptionKeyPrevious = false, other, previous
		}})
	}
	lost, kept := changed(), changed(testkit.EncryptionKey)
	count := func(svc *testkit.Service, want auth.SealedSecrets) {
		t.Helper()
		if got, err := svc.Auth.SealedSecrets(t.Context()); err != nil || got != want {
			t.Errorf("the secrets are %+v, %v; want %+v", got, err, want)
		}
	}
	count(lost, auth.SealedSecrets{Lost: 1})
	count(kept, auth.SealedSecrets{Previous: 1})
	svc.Clock.Advance(30 * time.Second)
	lost.Expect(t, 503, withCode("johndoe", app.Code(t, 0)))
	kept.Expect(t, 200, withCode("johndoe", app.Code(t, 0)))
	count(lost, auth.SealedSecrets{Current: 1})
	svc.Clock.Advance(30 * time.Second)
	lost.Expect(t, 200, withCode("johndoe", app.Code(t, 0)))
	svc.Expect(t, 503, withCode("johndoe", app.Code(t, 0)))
}
