package authhttp_test

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/testkit"
)

// Nothing secret is logged at any level, however it is sent or mistyped.
func TestLogHasNoSecrets(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Superuser(t, "boss")
	john := svc.Register(t, "johndoe")
	admin, token, expired := svc.Login(t, "boss"), svc.Login(t, "johndoe"), svc.Login(t, "johndoe")
	const (
		wrong     = "wrong secret hunter2"
		asName    = "typed as a name hunter3"
		asEmail   = "typed-as-an-email-hunter4"
		inQuery   = "hunter5"
		asJSON    = "hunter6"
		basic     = "am9obmRvZTpodW50ZXI3"
		asPath    = "hunter8"
		userAgent = "hunter9"
	)
	for _, request := range []testkit.Request{
		registration(asEmail, "john2", testkit.Password),
		registration("a@example.com", asName, testkit.Password),
		registration("johndoe@example.com", "johndoe", testkit.Password),
		registration("a@example.com", "john2", "short17"),
		register(`{"email":"a@example.com","password":"` + asJSON),
		register(`{"password":{"` + asJSON + `":1}}`),
		testkit.LoginRequest("johndoe", wrong),
		testkit.LoginRequest(asName, wrong),
		testkit.LoginRequest(testkit.Password, "johndoe"),
		form(url.Values{"username": {"johndoe"}, "password": {wrong}, "scope": {asName}}),
		form(url.Values{"username": {"johndoe"}, "password": {testkit.Password}}),
		form(url.Values{"username": {asName}}),
		changePassword(token, wrong, newPassword),
		changePassword(token, testkit.Password, "short17"),
		changePassword(token, testkit.Password, newPassword),
		putMe(token, map[string]any{"email": "new@example.com", "password": wrong}),
		putMe(token, map[string]any{"username": asName}),
		update(john.ID, admin, map[string]any{"is_active": false}),
		testkit.LoginRequest("johndoe", newPassword),
		get("/api/v1/users/me", expired),
		get("/api/v1/users/me?access_token="+token+"&password="+inQuery, ""),
		get("/api/v1/users/"+asPath, admin),
		{Method: "GET", Path: "/api/v1/users/me", Header: http.Header{"Authorization": {"Basic " + basic}, "User-Agent": {userAgent}}},
		remove(john.ID, admin),
		{Method: "POST", Path: "/api/v1/auth/logout", Token: admin},
	} {
		svc.Do(t, request)
	}
	svc.Clock.Advance(time.Hour)
	svc.Do(t, get("/api/v1/users/me", token))
	actOnAccounts(t, svc, wrong)
	log := svc.Log.String()
	for _, secret := range []string{
		testkit.Password, newPassword, testkit.SecretKey, wrong, asName, asEmail, inQuery, asJSON, basic, userAgent, "short17",
		token, admin, expired, strings.Split(token, ".")[2], "Bearer", "$2a$", "@example.com", "johndoe", "janedoe",
	} {
		if i := strings.Index(log, secret); i >= 0 {
			t.Errorf("%q is in the log: …%s…", secret, log[max(0, i-200):min(len(log), i+50)])
		}
	}
	for _, event := range []string{
		"user_created", "authn_login_success", "authn_login_fail", "authn_password_change", "authn_password_change_fail",
		"authn_token_revoked", "authz_admin", "user_deleted",
	} {
		if len(svc.Log.Lines(t, "event", event)) == 0 {
			t.Errorf("%s was not logged, so the test did less than it says", event)
		}
	}
}

// actOnAccounts does what is logged as an event, whichever endpoints there are.
func actOnAccounts(t *testing.T, svc *testkit.Service, wrong string) {
	t.Helper()
	svc.Superuser(t, "another")
	jane := svc.Register(t, "janedoe")
	admin, own := svc.Identity(t, svc.Login(t, "another")), svc.Identity(t, svc.Login(t, "janedoe"))
	at := client.Client{Addr: netip.MustParseAddr(home)}
	svc.TryLogin(t, wrong, wrong)
	if err := svc.Auth.ChangePassword(t.Context(), at, own, wrong, newPassword); !errors.Is(err, auth.ErrWrongPassword) {
		t.Errorf("changing a password with a wrong one: %v", err)
	}
	if err := svc.Auth.ChangePassword(t.Context(), at, own, testkit.Password, newPassword); err != nil {
		t.Error(err)
	}
	if _, err := svc.Auth.UpdateUser(t.Context(), admin, jane.ID, auth.Changes{IsActive: new(false)}); err != nil {
		t.Error(err)
	}
	if err := svc.Auth.DeleteUser(t.Context(), admin, jane.ID); err != nil {
		t.Error(err)
	}
	if err := svc.Auth.Logout(t.Context(), admin); err != nil {
		t.Error(err)
	}
}

// What is stored is of no use to who reads it.
func TestDatabaseHasNoSecrets(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	svc.TryLogin(t, "typed as a name", "wrong password")
	claims := decode(t, strings.Split(token, ".")[1])
	for query, secret := range map[string]any{
		`SELECT COUNT(*) FROM tokens WHERE token = '%s'`:                      claims["jti"],
		`SELECT COUNT(*) FROM tokens WHERE token LIKE '%.%'`:                  nil,
		`SELECT COUNT(*) FROM users WHERE hashed_password NOT LIKE '$2a$%'`:   nil,
		`SELECT COUNT(*) FROM login_failures WHERE account LIKE '%typed as%'`: nil,
	} {
		if secret != nil {
			query = strings.ReplaceAll(query, "%s", secret.(string))
		}
		var n int
		if err := svc.SQL().QueryRow(query).Scan(&n); err != nil || n != 0 {
			t.Errorf("%s = %d, %v", query, n, err)
		}
	}
}

// The tokens of mails and refreshes are logged at no level, and stored as a
// hash only.
func TestMailsAndRefreshesLeaveNoSecrets(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	mails.Refuse = func(string) error { return errors.New("the server is away") }
	if _, err := mails.Worker().SendNext(t.Context(), 0); err == nil {
		t.Fatal("a mail was sent without a server")
	}
	mails.Refuse = nil
	verification := mails.Only(t, john.Email).Token()
	if err := svc.Auth.VerifyEmail(t.Context(), verification); err != nil {
		t.Fatal(err)
	}
	session := svc.Session(t, "johndoe")
	second := svc.Refresh(t, session.Refresh)
	svc.ForgetPassword(t, john)
	reset := mails.Only(t, john.Email).Token()
	svc.ChangeEmail(t, second.Access, "new@example.com")
	change := mails.To(t, "new@example.com").Token()
	secrets := []string{verification, reset, change, session.Access, session.Refresh, second.Access, second.Refresh}
	stored := svc.SQL().QueryRow
	for _, secret := range secrets {
		if random := strings.Split(secret, "."); len(random) == 1 && len(secret) < 43 { // 256 bits in base64
			t.Errorf("%q can be guessed", secret)
		}
		var n int
		err := stored(`SELECT (SELECT COUNT(*) FROM tokens WHERE token = ?) + (SELECT COUNT(*) FROM outbox WHERE last_error LIKE ?)`,
			secret, "%"+secret+"%").Scan(&n)
		if secret == "" || err != nil || n != 0 {
			t.Errorf("%q is stored %d times, %v", secret, n, err)
		}
	}
	svc.Do(t, resetRequest(reset, "short17"))
	if err := svc.Auth.ResetPassword(t.Context(), reset, newPassword); err != nil {
		t.Error(err)
	}
	for _, request := range []testkit.Request{
		verifyRequest(verification),
		resetRequest(verification, newPassword),
		verifyRequest(change),
		refreshRequest(session.Refresh),
		declineRequest(change),
		testkit.Post("/auth/logout", map[string]string{"refresh_token": second.Refresh}),
		{Method: "GET", Path: "/verify-email?token=" + change},
	} {
		svc.Do(t, request)
	}
	mails.Deliver(t)
	log := svc.Log.String()
	for _, secret := range append(secrets, testkit.Password, newPassword, "short17", "#token", "@example.com", "johndoe") {
		if i := strings.Index(log, secret); i >= 0 {
			t.Errorf("%q is in the log: …%s…", secret, log[max(0, i-200):min(len(log), i+50)])
		}
	}
	for _, event := range []string{"user_email_verified", "authn_password_reset", "authn_token_created", "user_updated"} {
		if len(svc.Log.Lines(t, "event", event)) == 0 {
			t.Errorf("%s was not logged, so the test did less than it says", event)
		}
	}
}
