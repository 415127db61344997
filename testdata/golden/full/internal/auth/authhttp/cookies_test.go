package authhttp_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

const sessionPath = "/api/v1/auth/session"

// inCookie is the request for a log-in of a User whose session goes into a cookie.
func inCookie(name string) testkit.Request {
	return testkit.InCookie(testkit.LoginRequest(name, testkit.Password))
}

func logout(path string) testkit.Request {
	return testkit.Request{Method: "POST", Path: "/api/v1/auth/" + path}
}

func TestCookieFromLoginToLogout(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	opened := svc.Expect(t, 204, inCookie("johndoe"))
	cookie := opened.SetCookie(t)
	if opened.Body != "" || len(cookie) != 43 {
		t.Errorf("the answer is %q, the cookie %q; want no token, and 256 bits", opened.Body, cookie)
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "the session", Request: testkit.WithCookie(get(sessionPath, ""), cookie), Status: 200,
			Want: []string{`"username":"johndoe"`, `"amr":["pwd"]`, `"csrf":"fetch-metadata"`, `"expires_at":"2026-03-08T12:00:00Z"`}},
		{Name: "a route", Request: testkit.WithCookie(svc.WhoAmI(""), cookie), Status: 200, Want: []string{"johndoe"}},
		{Name: "its row in the list", Request: testkit.WithCookie(get("/api/v1/users/me/sessions", ""), cookie), Status: 200, Want: []string{`"current":true`}},
		{Name: "no session", Request: get(sessionPath, ""), Status: 401, Detail: "Not authenticated"},
		{Name: "a bearer's session", Request: get(sessionPath, svc.Login(t, "johndoe")), Status: 200, Want: []string{`"username":"johndoe"`, `"expires_at":"2026-03-08T12:00:00Z"`}},
		{Name: "logging out", Request: testkit.WithCookie(logout("logout"), cookie), Status: 204, Header: map[string]string{
			"Set-Cookie":      testkit.CookieName + "=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax",
			"Clear-Site-Data": `"cache", "storage"`,
		}},
		{Name: "the stolen cookie", Request: testkit.WithCookie(svc.WhoAmI(""), cookie), Status: 401, Detail: "Invalid token"},
		{Name: "logging out again", Request: testkit.WithCookie(logout("logout"), cookie), Status: 401, Detail: "Invalid token", Header: map[string]string{"Set-Cookie": ""}},
	})
}

func TestLogoutAllByCookie(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	own, other, access := svc.Cookie(t, "johndoe"), svc.Cookie(t, "johndoe"), svc.Login(t, "johndoe")
	svc.Run(t, []testkit.Scenario{{Name: "everywhere", Request: testkit.WithCookie(logout("logout-all"), own), Status: 204, Header: map[string]string{
		"Set-Cookie": testkit.CookieName + "=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax", "Clear-Site-Data": `"cache", "storage"`,
	}}})
	if svc.HasCookie(t, own) || svc.HasCookie(t, other) || svc.Alive(t, access) {
		t.Error("a session goes on")
	}
}

// The guide's flow stays as it is: a bearer's answers know nothing of cookies.
func TestBearersGetNoCookie(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	none := map[string]string{"Set-Cookie": "", "Clear-Site-Data": ""}
	tokens := svc.Session(t, "johndoe")
	svc.Run(t, []testkit.Scenario{
		{Name: "log-in", Request: testkit.LoginRequest("johndoe", testkit.Password), Status: 200, Header: none, Want: []string{"access_token", "refresh_token"}},
		{Name: "form", Request: login["token"]("johndoe", testkit.Password), Status: 200, Header: none},
		{Name: "refresh", Request: refreshRequest(svc.Session(t, "johndoe").Refresh), Status: 200, Header: none},
		{Name: "a wrong password", Request: testkit.InCookie(testkit.LoginRequest("johndoe", "wrong password")), Status: 401, Detail: "Invalid credentials", Header: none},
		{Name: "another kind of session", Request: testkit.Request{Method: "POST", Path: "/api/v1/auth/login?session=token", Body: map[string]string{"username": "johndoe", "password": testkit.Password}},
			Status: 422, Header: none, Messages: map[string]string{"query.session": `expected value to be "cookie"`}},
		{Name: "log-out", Request: testkit.Request{Method: "POST", Path: "/api/v1/auth/logout", Token: tokens.Access}, Status: 204, Header: none},
		{Name: "log-out everywhere", Request: testkit.Request{Method: "POST", Path: "/api/v1/auth/logout-all", Token: svc.Login(t, "johndoe")}, Status: 204, Header: none},
	})
}

// Byte for byte: an attribute that is missing is a hole.
func TestAttributesOfCookies(t *testing.T) {
	for name, tt := range map[string]struct {
		configure func(*settings.Settings)
		want      string
	}{
		"production":  {func(*settings.Settings) {}, "__Host-session=VALUE; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Lax"},
		"strict":      {func(s *settings.Settings) { s.SessionCookieSameSite = "strict" }, "__Host-session=VALUE; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict"},
		"development": {func(s *settings.Settings) { s.Environment = settings.Development }, "session=VALUE; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"},
	} {
		svc := testkit.New(t, testkit.Options{Configure: tt.configure})
		svc.Register(t, "johndoe")
		response := svc.Expect(t, 204, inCookie("johndoe"))
		got := strings.ReplaceAll(strings.Join(response.Header.Values("Set-Cookie"), "\n"), response.SetCookie(t), "VALUE")
		if got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// A session ends when it is not used, and in the end whatever its use.
func TestEndsOfCookies(t *testing.T) {
	const day = 24 * time.Hour
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	idle := svc.Cookie(t, "johndoe")
	svc.Clock.Advance(7*day - time.Second)
	used := svc.Cookie(t, "johndoe")
	began := svc.Clock.Now()
	if svc.Clock.Advance(time.Second); svc.HasCookie(t, idle) {
		t.Error("a session that was not used for seven days goes on")
	}
	for svc.Clock.Now().Before(began.Add(29 * day)) {
		svc.Clock.Advance(6 * day)
		if alive := svc.HasCookie(t, used); alive != svc.Clock.Now().Before(began.Add(30*day)) {
			t.Errorf("after %s alive = %t", svc.Clock.Now().Sub(began), alive)
		}
	}
	if svc.Clock.Advance(day); svc.HasCookie(t, used) {
		t.Error("a session goes on past its last end")
	}
}

// The use of a session is stored once an hour, by one of the requests that come then.
func TestUsesOfCookiesInParallel(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	cookie := svc.Cookie(t, "johndoe")
	user := svc.IdentityOfCookie(t, cookie).User
	renewed := func() int { return len(svc.Log.Lines(t, "event", "session_renewed")) }
	svc.Clock.Advance(59 * time.Minute)
	if svc.HasCookie(t, cookie); renewed() != 0 {
		t.Error("a use was stored within the hour")
	}
	svc.Clock.Advance(time.Minute)
	readers := &gathering{}
	readers.wait.Add(20)
	accounts := svc.Accounts(t, func(store auth.Store) auth.Store { readers.Store = store; return readers })
	var requests sync.WaitGroup
	for range 20 {
		requests.Go(func() {
			session, err := accounts.IdentifyCookie(t.Context(), cookie)
			if err != nil {
				t.Errorf("a request is refused: %v", err)
			}
			accounts.NoteCookieUse(t.Context(), cookie, session)
		})
	}
	requests.Wait()
	used, ends := svc.CookieUse(t, user)
	if n := renewed(); n != 1 || !used.Equal(svc.Clock.Now()) || !ends.Equal(used.Add(7*24*time.Hour)) {
		t.Errorf("stored %d times, used at %s until %s", n, used, ends)
	}
}

// gathering is a store in which nobody goes on before all have read the session.
type gathering struct {
	auth.Store
	wait sync.WaitGroup
}

func (s *gathering) CookieSession(ctx context.Context, hash string, now time.Time) (auth.CookieSession, error) {
	session, err := s.Store.CookieSession(ctx, hash, now)
	s.wait.Done()
	s.wait.Wait()
	return session, err
}

// Allowed is asked on every request, whatever has become of the tokens.
func TestCookieOfSomebodyWhoIsNotAllowed(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	cookie := svc.Cookie(t, "johndoe")
	if _, err := svc.SQL().Exec(`UPDATE users SET is_active = FALSE`); err != nil {
		t.Fatal(err)
	}
	svc.Run(t, []testkit.Scenario{{Name: "refused", Request: testkit.WithCookie(svc.WhoAmI(""), cookie), Status: 401, Detail: "Invalid token"}})
}

// Plain handlers have the same guards.
func TestPlainGuardsAndCookies(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	cookie := svc.Cookie(t, "johndoe")
	guard := authhttp.NewGuard(svc.Auth, svc.Dependencies.Log)
	without := protect(guard.Plain().RequireUser, func(context.Context) string { return "Hello!" })
	rules := authhttp.CookieRules{Secure: true, Origins: []string{"https://app.example.com"}}
	allowing := authhttp.NewGuard(svc.Auth, svc.Dependencies.Log)
	if err := allowing.AllowCookies(rules); err != nil {
		t.Fatal(err)
	}
	if err := allowing.AllowCookies(authhttp.CookieRules{Origins: []string{"app.example.com"}}); err == nil {
		t.Error("an origin without a scheme is one")
	}
	hello := func(ctx context.Context) string {
		if user := authhttp.OptionalUser(ctx); user != nil {
			return "Hello " + user.Username + "!"
		}
		return "Hello guest!"
	}
	users, guests := protect(allowing.Plain().RequireUser, hello), protect(allowing.Plain().AllowGuests, hello)
	for _, tt := range []struct {
		name           string
		handler        http.Handler
		method, cookie string
		origin         string
		status         int
		want           string
	}{
		{"a guard that was not told", without, "GET", cookie, "", 401, "Not authenticated"},
		{"a user", users, "GET", cookie, "", 200, "Hello johndoe!"},
		{"no cookie", users, "GET", "", "", 401, "Not authenticated"},
		{"another site reads", users, "GET", cookie, "https://evil.example", 200, "Hello johndoe!"},
		{"another site writes", users, "POST", cookie, "https://evil.example", 403, "Cross-origin request refused"},
		{"a page of its own writes", users, "POST", cookie, "https://app.example.com", 200, "Hello johndoe!"},
		{"a user where guests may come", guests, "GET", cookie, "", 200, "Hello johndoe!"},
		{"a guest", guests, "GET", "", "", 200, "Hello guest!"},
		{"who was a user", guests, "GET", "of a session that has ended", "", 200, "Hello guest!"},
		{"another site writes where guests may come", guests, "POST", cookie, "https://evil.example", 403, "Cross-origin request refused"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), tt.method, "/hello", nil)
		if tt.cookie != "" {
			r.Header.Set("Cookie", testkit.CookieName+"="+tt.cookie)
		}
		if tt.origin != "" {
			r.Header.Set("Origin", tt.origin)
		}
		w := httptest.NewRecorder()
		tt.handler.ServeHTTP(w, r)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("%s = %d %s, want %d %s", tt.name, w.Code, w.Body, tt.status, tt.want)
		}
	}
}

// A token wins over a cookie on plain handlers, too.
func TestTokensBesideCookiesOnPlainHandlers(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	cookie, token := svc.Cookie(t, "johndoe"), svc.Login(t, "johndoe")
	guard := authhttp.NewGuard(svc.Auth, svc.Dependencies.Log)
	if err := guard.AllowCookies(authhttp.CookieRules{Secure: true}); err != nil {
		t.Fatal(err)
	}
	handler := protect(guard.Plain().RequireUser, func(context.Context) string { return "Hello!" })
	for name, tt := range map[string]struct {
		token, cookie string
		status        int
	}{
		"a bad token beside a cookie":      {"bad", cookie, 401},
		"a good token beside a bad cookie": {token, "bad", 200},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/hello", nil)
		r.Header.Set("Authorization", "Bearer "+tt.token)
		r.Header.Set("Cookie", testkit.CookieName+"="+tt.cookie)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != tt.status {
			t.Errorf("%s = %d %s, want %d", name, w.Code, w.Body, tt.status)
		}
	}
}

// A log-out with a refresh token in the body takes the cookie back, too: not for a
// page of another site that has a token of its own.
func TestCrossOriginLogout(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	svc.Register(t, "attacker")
	cookie, own := svc.Cookie(t, "johndoe"), svc.Session(t, "attacker")
	byToken := testkit.Post("/auth/logout", map[string]string{"refresh_token": own.Refresh})
	for _, sent := range []string{cookie, "of a session that has ended"} {
		request := testkit.WithCookie(byToken, sent)
		svc.Run(t, []testkit.Scenario{
			{Name: "a sibling", Request: ofPage(request, "same-site", "https://blog.example.com"), Status: 403, Detail: "Cross-origin request refused", Header: map[string]string{"Set-Cookie": "", "Clear-Site-Data": ""}},
			{Name: "an old browser", Request: ofPage(request, "", "https://blog.example.com"), Status: 403, Detail: "Cross-origin request refused", Header: map[string]string{"Set-Cookie": "", "Clear-Site-Data": ""}},
		})
	}
	if !svc.HasCookie(t, cookie) || !svc.Alive(t, own.Access) {
		t.Error("a refused log-out has ended a session")
	}
	svc.Expect(t, 204, ofPage(byToken, "cross-site", "https://blog.example.com")) // No cookie, nothing to take back.
}

// A form of another site does not use up its visitor's attempts, nor lock them out.
func TestCrossOriginForms(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: frontend})
	svc.Register(t, "johndoe")
	for range 20 {
		svc.Expect(t, 403, from(home, ofPage(login["token"]("johndoe", "wrong password"), "cross-site", "https://evil.example")))
	}
	svc.Expect(t, 204, from(home, inCookie("johndoe")))
	for _, page := range pages {
		want := 200
		if !page.allowed {
			want = 403
		}
		svc.Expect(t, want, ofPage(login["token"]("johndoe", testkit.Password), page.site, page.origin))
	}
}
