package authhttp_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// frontend has an application on a host of its own.
func frontend(s *settings.Settings) { s.FrontendURL = "https://app.example.com/start" }

// changes adds an operation that changes something, and counts its calls.
func changes(svc *testkit.Service) *atomic.Int32 {
	var count atomic.Int32
	huma.Register(svc.API(), huma.Operation{OperationID: "change", Method: http.MethodPost, Path: "/api/v1/change"},
		func(context.Context, *struct{}) (*struct{}, error) { count.Add(1); return nil, nil })
	return &count
}

// pages are requests of pages, by what their browser tells; the service is reached
// as example.com, and its PUBLIC_URL is https://api.example.com.
var pages = []struct {
	name, site, origin string
	allowed            bool
}{
	{"another site", "cross-site", "https://evil.example", false},
	{"another site, old browser", "", "https://evil.example", false},
	{"another site, origin held back", "cross-site", "", false},
	{"a sibling that nobody listed", "same-site", "https://blog.example.com", false},
	{"a sibling, origin held back", "same-site", "", false},
	{"a sandboxed frame", "cross-site", "null", false},
	{"a sandboxed frame, old browser", "", "null", false},
	{"no browser: an origin in upper case", "", "HTTPS://APP.EXAMPLE.COM", false},
	{"another port", "same-site", "https://app.example.com:8443", false},
	{"another port, old browser", "", "https://app.example.com:8443", false},
	{"without TLS", "cross-site", "http://app.example.com", false},
	{"without TLS, old browser", "", "http://app.example.com", false},
	{"the service's host without TLS, old browser", "", "http://example.com", false},
	{"a longer name", "", "https://app.example.com.evil.example", false},
	{"the service's host in a longer name", "", "https://example.com.evil.example", false},

	{"a page of the service", "same-origin", "https://example.com", true},
	{"a page of the service, old browser", "", "https://example.com", true},
	{"typed by the user", "none", "", true},
	{"no browser", "", "", true},
	{"PUBLIC_URL", "same-site", "https://api.example.com", true},
	{"FRONTEND_URL", "same-site", "https://app.example.com", true},
	{"FRONTEND_URL, old browser", "", "https://app.example.com", true},
}

func ofPage(request testkit.Request, site, origin string) testkit.Request {
	if site != "" {
		request = testkit.Fetched(request, site)
	}
	if origin != "" {
		request = testkit.FromPage(request, origin)
	}
	return request
}

// A page of another site makes the browser act for its user (CSRF).
func TestCrossOriginRequestsWithCookies(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: frontend})
	svc.Register(t, "johndoe")
	cookie, access := svc.Cookie(t, "johndoe"), svc.Login(t, "johndoe")
	done := changes(svc)
	change := testkit.Request{Method: "POST", Path: "/api/v1/change"}
	for _, page := range pages {
		done.Store(0)
		want, detail := 204, ""
		if !page.allowed {
			want, detail = 403, "Cross-origin request refused"
		}
		svc.Run(t, []testkit.Scenario{{Name: page.name, Request: ofPage(testkit.WithCookie(change, cookie), page.site, page.origin), Status: want, Detail: detail}})
		if page.allowed != (done.Load() == 1) {
			t.Errorf("%s: changed %d times", page.name, done.Load())
		}
		svc.Expect(t, 200, ofPage(testkit.WithCookie(svc.WhoAmI(""), cookie), page.site, page.origin)) // CORS keeps the answer from it.
		withToken := change
		withToken.Token = access
		svc.Expect(t, 204, ofPage(withToken, page.site, page.origin)) // No page can send what it does not have.
	}
	svc.Expect(t, 403, ofPage(testkit.WithCookie(logout("logout"), cookie), "cross-site", "https://evil.example"))
	svc.Expect(t, 403, ofPage(testkit.WithCookie(logout("logout-all"), cookie), "cross-site", "https://evil.example"))
	if !svc.HasCookie(t, cookie) || !svc.Alive(t, access) {
		t.Error("another site has logged the user out")
	}
	if lines := svc.Log.Lines(t, "event", "authz_fail"); len(lines) == 0 || lines[0]["user_id"] == nil {
		t.Errorf("logged %v", lines)
	}
}

// A page of another site logs its visitor in as somebody else, or uses up their
// attempts.
func TestLoginCSRF(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: frontend})
	svc.Register(t, "johndoe")
	for _, page := range pages {
		want := 204
		if !page.allowed {
			want = 403
		}
		response := svc.Expect(t, want, ofPage(inCookie("johndoe"), page.site, page.origin))
		if sets := response.Header.Get("Set-Cookie") != ""; sets != page.allowed {
			t.Errorf("%s: sets a cookie = %t", page.name, sets)
		}
	}
	for range 20 {
		svc.Expect(t, 403, from(home, ofPage(inCookie("johndoe"), "cross-site", "https://evil.example")))
	}
	svc.Expect(t, 204, from(home, inCookie("johndoe")))
}

// A form of another site can send what is no JSON without asking first.
func TestFormsWithCookies(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	cookie := svc.Cookie(t, "johndoe")
	body := `{"username":"johndoe","password":"` + testkit.Password + `"}`
	for _, mediaType := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"} {
		for _, path := range []string{"/api/v1/auth/login?session=cookie", "/api/v1/users/me/password"} {
			request := testkit.Request{Method: "POST", Path: path, Body: body, Header: http.Header{"Content-Type": {mediaType}}}
			svc.Expect(t, 415, testkit.Fetched(testkit.WithCookie(request, cookie), "same-origin"))
		}
	}
	svc.Expect(t, 415, testkit.WithCookie(testkit.Request{Method: "POST", Path: "/api/v1/auth/login?session=cookie", Body: url.Values{"username": {"johndoe"}}}, cookie))
}

// Whoever knew the cookie before a log-in does not have the session after it.
func TestSessionFixation(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	svc.Register(t, "attacker")
	for _, before := range []string{svc.Cookie(t, "johndoe"), svc.Cookie(t, "attacker"), "chosen", strings.Repeat("x", 300), ""} {
		elsewhere := svc.Cookie(t, "johndoe")
		after := svc.Expect(t, 204, testkit.WithCookie(inCookie("johndoe"), before)).SetCookie(t)
		if after == before || svc.HasCookie(t, before) || !svc.HasCookie(t, after) {
			t.Errorf("before %q, after %q", before, after)
		}
		if !svc.HasCookie(t, elsewhere) {
			t.Error("another browser's session has ended")
		}
	}
	kept := svc.Cookie(t, "johndoe")
	svc.Expect(t, 401, testkit.WithCookie(testkit.InCookie(testkit.LoginRequest("johndoe", "wrong password")), kept))
	if !svc.HasCookie(t, kept) {
		t.Error("a log-in that failed has ended the session")
	}
}

// A session that has ended between its log-in and its cookie stays so.
func TestCookieOfAnEndedSession(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	tokens := svc.Session(t, "johndoe")
	if err := svc.Auth.LogoutAll(t.Context(), svc.Identity(t, tokens.Access).User); err != nil {
		t.Fatal(err)
	}
	keep := func(refresh string) error {
		_, err := svc.Auth.KeepInCookie(t.Context(), client.Client{Addr: netip.MustParseAddr(home)}, auth.TokenPair{RefreshToken: refresh}, "")
		return err
	}
	if err := keep(tokens.Refresh); !errors.Is(err, auth.ErrInvalidCredentials) {
		t.Errorf("after a log-out: %v", err)
	}
	tokens = svc.Session(t, "johndoe")
	if err := keep(tokens.Refresh); err != nil {
		t.Fatal(err)
	}
	if svc.Alive(t, tokens.Access) || svc.Refresh(t, tokens.Refresh).Access != "" {
		t.Error("the tokens of a session in a cookie are good")
	}
	if err := keep(tokens.Refresh); !errors.Is(err, auth.ErrInvalidCredentials) {
		t.Errorf("twice: %v", err)
	}
}

// What is good as one is nothing as another.
func TestCookiesAndTokensAreNotInterchangeable(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	cookie, tokens := svc.Cookie(t, "johndoe"), svc.Session(t, "johndoe")
	var claims struct {
		ID string `json:"jti"`
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(tokens.Access, ".")[1])
	if err != nil || json.Unmarshal(payload, &claims) != nil || claims.ID == "" {
		t.Fatalf("reading the token: %v", err)
	}
	whoAmI := svc.WhoAmI("")
	both := func(token, cookie string) testkit.Request {
		return testkit.WithCookie(svc.WhoAmI(token), cookie)
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "cookie as bearer", Request: svc.WhoAmI(cookie), Status: 401, Detail: "Invalid token"},
		{Name: "cookie as refresh token", Request: refreshRequest(cookie), Status: 401, Detail: invalidToken},
		{Name: "refreshing with the cookie", Request: testkit.WithCookie(refreshRequest("x"), cookie), Status: 401, Detail: invalidToken},
		{Name: "cookie as refresh token of a log-out", Request: testkit.Post("/auth/logout", map[string]string{"refresh_token": cookie}), Status: 401, Detail: invalidToken},
		{Name: "access token as cookie", Request: testkit.WithCookie(whoAmI, tokens.Access), Status: 401, Detail: "Invalid token"},
		{Name: "its id as cookie", Request: testkit.WithCookie(whoAmI, claims.ID), Status: 401, Detail: "Invalid token"},
		{Name: "refresh token as cookie", Request: testkit.WithCookie(whoAmI, tokens.Refresh), Status: 401, Detail: "Invalid token"},
		{Name: "nothing", Request: testkit.WithCookie(whoAmI, ""), Status: 401, Detail: "Invalid token"},
		{Name: "257 bytes", Request: testkit.WithCookie(whoAmI, strings.Repeat("x", 257)), Status: 401, Detail: "Invalid token"},
		{Name: "two", Request: testkit.WithCookie(testkit.WithCookie(whoAmI, cookie), "tossed"), Status: 401, Detail: "Invalid token"},
		{Name: "two in one header", Request: testkit.WithCookie(whoAmI, cookie+"; "+testkit.CookieName+"="+cookie), Status: 401, Detail: "Invalid token"},
		{Name: "under the name of development", Request: testkit.Request{Method: "GET", Path: whoAmI.Path, Header: http.Header{"Cookie": {"session=" + cookie}}}, Status: 401, Detail: "Not authenticated"},
		{Name: "a bad token beside a cookie", Request: both("bad", cookie), Status: 401, Detail: "Invalid token"},
		{Name: "a good token beside a bad cookie", Request: both(tokens.Access, "bad"), Status: 200},
		{Name: "beside those of others", Request: testkit.Request{Method: "GET", Path: whoAmI.Path, Header: http.Header{"Cookie": {"theme=dark; " + testkit.CookieName + "=" + cookie + "; lang=en"}}}, Status: 200},
	})
}

// What ends sessions ends those in cookies at once.
func TestWhatEndsCookies(t *testing.T) {
	for name, tt := range map[string]struct {
		do   func(t *testing.T, svc *testkit.Service, john testkit.User, own string) error
		own  bool // goes on
		rest bool
	}{
		"logged out": {func(t *testing.T, svc *testkit.Service, _ testkit.User, own string) error {
			return svc.Auth.Logout(t.Context(), svc.IdentityOfCookie(t, own))
		}, false, true},
		"revoked": {func(t *testing.T, svc *testkit.Service, _ testkit.User, own string) error {
			identity := svc.IdentityOfCookie(t, own)
			return svc.Auth.RevokeSession(t.Context(), identity.User, identity.SessionID)
		}, false, true},
		"logged out everywhere": {func(t *testing.T, svc *testkit.Service, _ testkit.User, own string) error {
			return svc.Auth.LogoutAll(t.Context(), svc.IdentityOfCookie(t, own).User)
		}, false, false},
		"ended by a superuser": {func(t *testing.T, svc *testkit.Service, john testkit.User, _ string) error {
			return svc.Auth.EndSessions(t.Context(), svc.Identity(t, svc.Login(t, "boss")), john.ID)
		}, false, false},
		"password changed": {func(t *testing.T, svc *testkit.Service, _ testkit.User, own string) error {
			from := client.Client{Addr: netip.MustParseAddr(home)}
			return svc.Auth.ChangePassword(t.Context(), from, svc.IdentityOfCookie(t, own), testkit.Password, newPassword)
		}, true, false},
		"password reset": {func(t *testing.T, svc *testkit.Service, john testkit.User, _ string) error {
			mails := svc.Mails(t)
			svc.Verify(t, mails, john)
			svc.ForgetPassword(t, john)
			return svc.Auth.ResetPassword(t.Context(), mails.Only(t, john.Email).Token(), newPassword)
		}, false, false},
		"e-mail change confirmed": {func(t *testing.T, svc *testkit.Service, _ testkit.User, own string) error {
			mails := svc.Mails(t)
			if _, err := svc.Auth.UpdateSelf(t.Context(), svc.IdentityOfCookie(t, own), auth.Changes{Email: new("new@example.com")}); err != nil {
				return err
			}
			return svc.Auth.VerifyEmail(t.Context(), mails.To(t, "new@example.com").Token())
		}, true, false},
		"e-mail set by a superuser": {func(t *testing.T, svc *testkit.Service, john testkit.User, _ string) error {
			_, err := svc.Auth.UpdateUser(t.Context(), svc.Identity(t, svc.Login(t, "boss")), john.ID, auth.Changes{Email: new("set@example.com")})
			return err
		}, false, false},
		"disabled": {func(t *testing.T, svc *testkit.Service, john testkit.User, _ string) error {
			_, err := svc.Auth.UpdateUser(t.Context(), svc.Identity(t, svc.Login(t, "boss")), john.ID, auth.Changes{IsActive: new(false)})
			return err
		}, false, false},
		"made a superuser": {func(t *testing.T, svc *testkit.Service, john testkit.User, _ string) error {
			_, err := svc.Auth.UpdateUser(t.Context(), svc.Identity(t, svc.Login(t, "boss")), john.ID, auth.Changes{IsSuperuser: new(true)})
			return err
		}, false, false},
		"deleted": {func(t *testing.T, svc *testkit.Service, _ testkit.User, own string) error {
			return svc.Auth.DeleteSelf(t.Context(), svc.IdentityOfCookie(t, own))
		}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			svc := testkit.New(t, testkit.Options{})
			svc.Superuser(t, "boss")
			john := svc.Register(t, "johndoe")
			own, other := svc.Cookie(t, "johndoe"), svc.Cookie(t, "johndoe")
			if err := tt.do(t, svc, john, own); err != nil {
				t.Fatal(err)
			}
			if got := svc.HasCookie(t, own); got != tt.own {
				t.Errorf("the own session goes on = %t", got)
			}
			if got := svc.HasCookie(t, other); got != tt.rest {
				t.Errorf("the other session goes on = %t", got)
			}
		})
	}
}

// Neither the log, nor the database, nor an answer has a cookie.
func TestCookiesLeaveNoSecrets(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	first := svc.Expect(t, 204, inCookie("johndoe")).SetCookie(t)
	second := svc.Expect(t, 204, testkit.WithCookie(inCookie("johndoe"), first)).SetCookie(t)
	var shown strings.Builder
	for _, request := range []testkit.Request{
		get(sessionPath, ""), svc.WhoAmI(""), get("/api/v1/users/me/sessions", ""), get("/api/v1/nothing", ""),
		ofPage(logout("logout-all"), "cross-site", "https://evil.example"), logout("logout"), logout("logout"),
		{Method: "GET", Path: "/openapi.json"},
	} {
		response := svc.Do(t, testkit.WithCookie(request, second))
		shown.WriteString(response.Body + strings.Join(response.Header.Values("Set-Cookie"), ""))
	}
	rows, err := svc.SQL().Query(`SELECT token, session_id FROM tokens`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var token, id string
		if err := rows.Scan(&token, &id); err != nil {
			t.Fatal(err)
		}
		shown.WriteString(token + id)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{first, second} {
		if strings.Contains(svc.Log.String()+shown.String(), secret) {
			t.Error("a cookie is in the log, an answer or the database")
		}
	}
}
