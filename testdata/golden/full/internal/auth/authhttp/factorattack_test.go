package authhttp_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/testkit"
)

// A code counts once, by whichever way, and only near its time.
func TestCodesCountOnce(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	svc.Superuser(t, "boss")
	others := svc.SecondFactor(t, "boss")
	refused := func(name, code string) testkit.Scenario {
		return testkit.Scenario{Name: name, Request: withCode("johndoe", code), Status: 401, Detail: invalidCode}
	}
	code := app.Code(t, 0)
	svc.Run(t, []testkit.Scenario{
		refused("that confirmed the app", app.Code(t, -2)),
		refused("of two steps ago", app.Code(t, -2)),
		refused("of the next step", app.Code(t, 1)),
		refused("of another user", others.Code(t, 0)),
		refused("another user's recovery code", others.RecoveryCodes[0]),
		{Name: "the current one", Request: withCode("johndoe", code[:3]+" "+code[3:]), Status: 200},
		refused("twice", code),
		refused("of the step before one that was used", app.Code(t, -1)),
		{Name: "twice, in the second step", Request: testkit.CodeRequest(svc.LoginToken(t, "johndoe"), code), Status: 401, Detail: invalidCode},
		{Name: "a recovery code", Request: withCode("johndoe", app.RecoveryCodes[0]), Status: 200},
		refused("a recovery code, twice", app.RecoveryCodes[0]),
		{Name: "a recovery code, twice, in the second step", Request: testkit.CodeRequest(svc.LoginToken(t, "johndoe"), app.RecoveryCodes[0]), Status: 401, Detail: invalidCode},
	})
	svc.Clock.Advance(30 * time.Second)
	late := app.Code(t, 0)
	svc.Clock.Advance(30 * time.Second)
	svc.Run(t, []testkit.Scenario{{Name: "of the step before", Request: withCode("johndoe", late), Status: 200}, refused("of it, twice", late)})
	svc.Clock.Advance(-time.Hour)
	svc.Run(t, []testkit.Scenario{refused("by a clock that went back", app.Code(t, 0))})
}

// The code with which an app was confirmed does not log in.
func TestConfirmingCodeIsSpent(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	identity := svc.Identity(t, svc.Login(t, "johndoe"))
	setup, err := svc.Auth.SetUpTOTP(t.Context(), identity)
	if err != nil {
		t.Fatal(err)
	}
	code := svc.App(setup.Secret).Code(t, 0)
	if _, err := svc.Auth.ConfirmTOTP(t.Context(), identity, code); err != nil {
		t.Fatal(err)
	}
	svc.Run(t, []testkit.Scenario{{Name: "it logs in", Request: withCode("johndoe", code), Status: 401, Detail: invalidCode}})
}

// Of many that use one code, one recovery code or one login token at once, one gets
// in.
func TestParallelUsesOfCodes(t *testing.T) {
	for name, request := range map[string]func(*testing.T, *testkit.Service, *testkit.App) testkit.Request{
		"a code": func(t *testing.T, _ *testkit.Service, app *testkit.App) testkit.Request {
			return withCode("johndoe", app.Code(t, 0))
		},
		"a recovery code": func(_ *testing.T, _ *testkit.Service, app *testkit.App) testkit.Request {
			return withCode("johndoe", app.RecoveryCodes[0])
		},
		"a login token": func(t *testing.T, svc *testkit.Service, app *testkit.App) testkit.Request {
			return testkit.CodeRequest(svc.LoginToken(t, "johndoe"), app.Code(t, 0))
		},
	} {
		t.Run(name, func(t *testing.T) {
			svc, _ := verified(t, "johndoe")
			app := svc.SecondFactor(t, "johndoe")
			sent := request(t, svc, app)
			var requests []testkit.Request
			for range 20 {
				requests = append(requests, sent)
			}
			if got := together(t, svc, requests); got[200] != 1 || got[401] != 19 {
				t.Errorf("statuses are %v, want one 200 and 401 for the rest", got)
			}
		})
	}
}

// With one login token and many codes, one session opens.
func TestParallelCodesForOneLoginToken(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	token := svc.LoginToken(t, "johndoe")
	var requests []testkit.Request
	for _, code := range app.RecoveryCodes {
		requests = append(requests, testkit.CodeRequest(token, code), testkit.CodeRequest(token, code))
	}
	if got := together(t, svc, requests); got[200] != 1 || got[401] != 19 {
		t.Errorf("statuses are %v, want one 200 and 401 for the rest", got)
	}
	if left := svc.LoginWithCode(t, "johndoe", app.Code(t, 0)); left.Access == "" {
		t.Error("the app does not log in")
	}
	state, err := svc.Auth.SecondFactor(t.Context(), svc.Identity(t, svc.LoginWithCode(t, "johndoe", unspent(t, svc, app)).Access).User)
	if err != nil || state.RecoveryCodes != 8 {
		t.Errorf("codes that are left: %+v, %v; want one spent by the session, and one just now", state, err)
	}
}

// unspent is a recovery code that logs in.
func unspent(t *testing.T, svc *testkit.Service, app *testkit.App) string {
	t.Helper()
	var used int
	for _, code := range app.RecoveryCodes {
		sum := sha256.Sum256([]byte(strings.ReplaceAll(code, "-", "")))
		err := svc.SQL().QueryRow(`SELECT COUNT(*) FROM recovery_codes WHERE used_at IS NOT NULL AND code_hash = ?`, hex.EncodeToString(sum[:])).Scan(&used)
		if err != nil {
			t.Fatal(err)
		}
		if used == 0 {
			return code
		}
	}
	t.Fatal("all are spent")
	return ""
}

// Five wrong codes end a login token, and lock the account, as wrong passwords do.
func TestGuessingCodes(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	mails.Deliver(t)
	token := svc.LoginToken(t, "johndoe")
	for i := range 5 {
		svc.Run(t, []testkit.Scenario{{Name: "from anywhere", Request: testkit.CodeRequest(token, fmt.Sprintf("00000%d", i)), Status: 401, Detail: invalidCode}})
	}
	svc.Run(t, []testkit.Scenario{{Name: "the right one", Request: testkit.CodeRequest(token, app.Code(t, 0)), Status: 401, Detail: invalidToken}})

	fail(t, svc, 2, "johndoe", home)
	for range 2 {
		svc.Expect(t, 401, from(home, testkit.CodeRequest(svc.LoginToken(t, "johndoe"), "000000")))
	}
	svc.Run(t, []testkit.Scenario{{Name: "the right password forgives nothing", Request: from(home, testkit.LoginRequest("johndoe", testkit.Password)), Status: 401, Detail: secondFactor}})
	token = svc.LoginToken(t, "johndoe")
	svc.Run(t, []testkit.Scenario{
		{Name: "the fifth failure", Request: from(home, withCode("johndoe", "000000")), Status: 401, Detail: invalidCode},
		{Name: "a right code during the lock", Request: from(home, testkit.CodeRequest(token, app.Code(t, 0))), Status: 429, Detail: locked, Header: lockedFor(time.Minute)},
		{Name: "a wrong code during the lock", Request: from(home, testkit.CodeRequest(token, "000000")), Status: 429, Detail: locked, Header: lockedFor(time.Minute)},
		{Name: "in one step", Request: from(home, withCode("johndoe", app.Code(t, 0))), Status: 429, Detail: locked, Header: lockedFor(time.Minute)},
	})
	if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Subject, "Wrong codes") || !strings.Contains(notice.Text, "right password") {
		t.Errorf("sent %+v", notice)
	}
	svc.Clock.Advance(time.Minute)
	svc.Expect(t, 401, from(home, withCode("johndoe", "000000"))) // locks again
	if sent := mails.Deliver(t); len(sent) != 0 {
		t.Errorf("the owner hears of it twice a day: %+v", sent)
	}
	svc.Clock.Advance(2 * time.Minute)
	svc.Expect(t, 200, from(home, withCode("johndoe", app.Code(t, 0))))
	fail(t, svc, 4, "johndoe", home) // It has cleared the failures.
	svc.Expect(t, 200, from(home, withCode("johndoe", app.RecoveryCodes[0])))
}

// What is sent with a wrong password shows nothing of the second factor.
func TestPasswordFirst(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	svc.Register(t, "plain")
	app := svc.SecondFactor(t, "johndoe")
	for _, name := range []string{"johndoe", "plain", "nobody"} {
		svc.Run(t, []testkit.Scenario{{Name: name, Status: 401, Detail: "Invalid credentials", Header: map[string]string{"WWW-Authenticate": "Bearer"},
			Request: testkit.Post("/auth/login", map[string]string{"username": name, "password": "wrong password", "code": app.RecoveryCodes[0]})}})
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "the code is not spent", Request: withCode("johndoe", app.RecoveryCodes[0]), Status: 200},
		{Name: "a code that nobody needs", Request: withCode("plain", "123456"), Status: 200},
		{Name: "by the form", Request: login["token"]("johndoe", testkit.Password), Status: 401, Detail: secondFactor},
	})
}

// A reset of the password neither removes the second factor nor gets around it (ASVS
// 6.4.3).
func TestResetKeepsTheSecondFactor(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	mails.Deliver(t)
	waiting := svc.LoginToken(t, "johndoe")
	svc.Expect(t, 202, forgotRequest("johndoe@example.com"))
	reset := mails.Only(t, "johndoe@example.com").Token()
	for name, token := range map[string]string{"reset token": reset, "login token": waiting} {
		svc.Run(t, []testkit.Scenario{
			{Name: name + " as bearer", Request: svc.WhoAmI(token), Status: 401, Detail: "Invalid token"},
			{Name: name + " as refresh token", Request: refreshRequest(token), Status: 401, Detail: invalidToken},
			{Name: name + " verifies", Request: verifyRequest(token), Status: 400, Detail: invalidToken},
		})
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "reset token as login token", Request: testkit.CodeRequest(reset, app.Code(t, 0)), Status: 401, Detail: invalidToken},
		{Name: "login token as reset token", Request: resetRequest(waiting, newPassword), Status: 400, Detail: invalidToken},
		{Name: "reset", Request: resetRequest(reset, newPassword), Status: 200},
		{Name: "the log-in of before", Request: testkit.CodeRequest(waiting, app.Code(t, 0)), Status: 401, Detail: invalidToken},
		{Name: "without a code", Request: testkit.LoginRequest("johndoe", newPassword), Status: 401, Detail: secondFactor},
		{Name: "with a code", Request: testkit.Post("/auth/login", map[string]string{"username": "johndoe", "password": newPassword, "code": app.Code(t, 0)}), Status: 200},
	})
}

// What changes a second factor requires a recent log-in, with the factor if there is
// one, of somebody whose address is confirmed.
func TestWhoChangesSecondFactors(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	before := svc.Login(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	if svc.Alive(t, before) {
		t.Error("a session of before the set-up lives on")
	}
	john := svc.Identity(t, svc.LoginWithCode(t, "johndoe", app.Code(t, 0)).Access)
	old := svc.LoginWithCode(t, "johndoe", app.RecoveryCodes[0]).Access
	without := john
	without.AMR = []string{"pwd"}
	if err := svc.Auth.CheckFactor(without); err != error(auth.ErrSecondFactor) {
		t.Errorf("a session without the factor is %v", err)
	}
	if _, err := svc.SQL().Exec(`UPDATE tokens SET amr = 'pwd' WHERE session_id = ?`, john.SessionID); err != nil {
		t.Fatal(err)
	}
	if _, err := svc.Auth.SetUpTOTP(t.Context(), john); err != error(auth.ErrSecondFactor) {
		t.Errorf("set up without the factor: %v", err)
	}
	if _, err := svc.Auth.RenewRecoveryCodes(t.Context(), john); err != error(auth.ErrSecondFactor) {
		t.Errorf("codes renewed without the factor: %v", err)
	}
	if err := svc.Auth.RemoveTOTP(t.Context(), john); err != error(auth.ErrSecondFactor) {
		t.Errorf("removed without the factor: %v", err)
	}
	svc.Clock.Advance(16 * time.Minute)
	squatter := svc.Register(t, "squatter")
	unconfirmed := svc.Login(t, squatter.Username)
	for _, request := range []testkit.Request{
		post("/users/me/totp", old, nil), confirm(old, app.Code(t, 0)), post("/users/me/recovery-codes", old, nil),
		{Method: "DELETE", Path: "/api/v1/users/me/totp", Token: old},
	} {
		svc.Run(t, []testkit.Scenario{{Name: request.Method + " " + request.Path, Request: request, Status: 401, Detail: "Recent log-in required"}})
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "an unconfirmed address", Request: post("/users/me/totp", unconfirmed, nil), Status: 403, Detail: "User not verified"},
		{Name: "and confirming", Request: confirm(unconfirmed, "123456"), Status: 403, Detail: "User not verified"},
	})
}

// A session that ends meanwhile sets nothing up.
func TestSecondFactorOfAnEndedSession(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	identity := svc.Identity(t, svc.Login(t, "johndoe"))
	setup, err := svc.Auth.SetUpTOTP(t.Context(), identity)
	if err != nil {
		t.Fatal(err)
	}
	if err := svc.Auth.LogoutAll(t.Context(), identity.User); err != nil {
		t.Fatal(err)
	}
	if _, err := svc.Auth.ConfirmTOTP(t.Context(), identity, svc.App(setup.Secret).Code(t, 0)); err != error(auth.ErrInvalidToken) {
		t.Errorf("confirmed: %v", err)
	}
	svc.Expect(t, 200, testkit.LoginRequest("johndoe", testkit.Password))
}

// A new secret can be confirmed for an hour.
func TestPendingSecretsExpire(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	identity := svc.Identity(t, svc.Login(t, "johndoe"))
	setup, err := svc.Auth.SetUpTOTP(t.Context(), identity)
	if err != nil {
		t.Fatal(err)
	}
	svc.Clock.Advance(time.Hour + time.Second)
	identity = svc.Identity(t, svc.Login(t, "johndoe"))
	if _, err := svc.Auth.ConfirmTOTP(t.Context(), identity, svc.App(setup.Secret).Code(t, 0)); err != error(auth.ErrNothingToConfirm) {
		t.Errorf("confirmed: %v", err)
	}
}

// A row that somebody copies to their own account does not open.
func TestCopiedSecretDoesNotOpen(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	svc.Superuser(t, "boss")
	app, other := svc.SecondFactor(t, "boss"), svc.SecondFactor(t, "johndoe")
	_, err := svc.SQL().Exec(`UPDATE totp SET secret = (SELECT secret FROM (SELECT secret FROM totp WHERE user_id = ?) AS copied) WHERE user_id = ?`,
		userNamed(t, svc, "boss"), userNamed(t, svc, "johndoe"))
	if err != nil {
		t.Fatal(err)
	}
	svc.Expect(t, 503, withCode("johndoe", app.Code(t, 0)))
	svc.Expect(t, 503, withCode("johndoe", other.Code(t, 0)))
	svc.Expect(t, 200, withCode("johndoe", other.RecoveryCodes[0]))
	if !strings.Contains(svc.Log.String(), "ENCRYPTION_KEY") {
		t.Error("nothing about it is logged")
	}
}

func userNamed(t *testing.T, svc *testkit.Service, name string) int64 {
	t.Helper()
	state, err := svc.Auth.State(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return state.User.ID
}

// Neither the log, nor the database, nor an answer after the first has a secret.
func TestSecondFactorsLeaveNoSecrets(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	token := svc.LoginToken(t, "johndoe")
	code := app.Code(t, 0)
	svc.Do(t, testkit.CodeRequest(token, "987654"))
	access := svc.LoginWithCode(t, "johndoe", code).Access
	shown := svc.Do(t, get("/api/v1/users/me", access)).Body + svc.Do(t, get("/api/v1/users/me/second-factor", access)).Body
	svc.Do(t, testkit.CodeRequest(token, app.RecoveryCodes[0]))
	for _, mail := range mails.Deliver(t) {
		shown += mail.Text
	}
	var stored string
	if err := svc.SQL().QueryRow(`SELECT secret FROM totp`).Scan(&stored); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{app.Secret, token, app.RecoveryCodes[0], app.RecoveryCodes[9], strings.ReplaceAll(app.RecoveryCodes[1], "-", "")} {
		if strings.Contains(svc.Log.String()+shown+stored, secret) {
			t.Errorf("%s is in the log, an answer, a mail or the database", secret)
		}
	}
	// A time may have these digits by chance, but never alone.
	if found := regexp.MustCompile(`.*\b(` + code + `|987654)\b.*`).FindString(svc.Log.String()); found != "" {
		t.Errorf("a code is in the log: %s", found)
	}
	var plain int
	if err := svc.SQL().QueryRow(`SELECT COUNT(*) FROM recovery_codes WHERE LENGTH(code_hash) <> 64`).Scan(&plain); err != nil || plain != 0 {
		t.Errorf("%d recovery codes are stored otherwise than hashed, %v", plain, err)
	}
	for _, event := range []string{"authn_factor_added", "authn_login_success", "authn_login_fail"} {
		if len(svc.Log.Lines(t, "event", event)) == 0 {
			t.Errorf("%s was not logged", event)
		}
	}
}

// A guard for routes that take a second factor.
func TestGuardOfSecondFactor(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	plain := svc.Login(t, "johndoe")
	guard := authhttp.NewGuard(svc.Auth, svc.Dependencies.Log)
	handler := protect(guard.Plain().RequireSecondFactor, func(context.Context) string { return "Hello!" })
	if refused := callPlain(handler, plain); refused.Code != 401 || refused.Header().Get("WWW-Authenticate") != askForCode {
		t.Errorf("without the factor = %d %v", refused.Code, refused.Header())
	}
	app := svc.SecondFactor(t, "johndoe")
	if admitted := callPlain(handler, svc.LoginWithCode(t, "johndoe", app.Code(t, 0)).Access); admitted.Code != 200 {
		t.Errorf("with the factor = %d %s", admitted.Code, admitted.Body)
	}
}

// callPlain sends a request to a plain handler.
func callPlain(handler http.Handler, token string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/hello", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	return recorder
}
