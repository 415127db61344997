package authhttp_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// shownUser is what GET /users/me tells.
type shownUser struct {
	ID          int64
	Email       string
	Username    string
	IsVerified  bool `json:"is_verified"`
	HasPassword bool `json:"has_password"`
}

func whoIs(t *testing.T, svc *testkit.Service, access string) shownUser {
	t.Helper()
	identity := svc.Identity(t, access)
	return shownUser{
		ID: identity.User.ID, Email: identity.User.Email, Username: identity.User.Username,
		IsVerified: identity.User.IsVerified, HasPassword: identity.User.HasPassword(),
	}
}

// linked is a provider in the list of those that a user logs in with.
type linked struct {
	Provider    string
	Email       *string
	CreatedAt   time.Time `json:"created_at"`
	LastLoginAt time.Time `json:"last_login_at"`
}

func identitiesOf(t *testing.T, svc *testkit.Service, access string) []linked {
	t.Helper()
	var list []linked
	svc.Expect(t, http.StatusOK, testkit.Request{Method: "GET", Path: "/api/v1/users/me/identities", Token: access}).JSON(t, &list)
	return list
}

// providersOf names them.
func providersOf(t *testing.T, svc *testkit.Service, access string) string {
	t.Helper()
	var names []string
	for _, identity := range identitiesOf(t, svc, access) {
		names = append(names, identity.Provider)
	}
	return strings.Join(names, " ")
}

func countRows(t *testing.T, svc *testkit.Service, query string) int {
	t.Helper()
	var n int
	if err := svc.SQL().QueryRow(`SELECT COUNT(*) FROM ` + query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestListProviders(t *testing.T) {
	svc, _ := testkit.WithProvider(t)
	response := svc.Expect(t, http.StatusOK, testkit.Request{Method: "GET", Path: "/api/v1/auth/oauth"})
	const want = `[{"provider":"google","name":"Google"},{"provider":"github","name":"GitHub"},{"provider":"apple","name":"Apple"},{"provider":"oidc","name":"Example"}]`
	if strings.TrimSpace(response.Body) != want {
		t.Errorf("body is %s", response.Body)
	}
	off := testkit.New(t, testkit.Options{})
	if response := off.Expect(t, http.StatusOK, testkit.Request{Method: "GET", Path: "/api/v1/auth/oauth"}); strings.TrimSpace(response.Body) != "[]" {
		t.Errorf("without providers, body is %s", response.Body)
	}
	off.Expect(t, http.StatusNotFound, testkit.StartRequest("google", testkit.ReturnURL, testkit.Challenge("v")))
}

// The session whose access token comes along with a log-in ends (ASVS 7.2.4), unless
// the log-in is refused.
func TestLoginWithProviderReplacesTheSession(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	former := svc.LoginWith(t, provider, "google")
	named := svc.Named(t, provider, "google")
	request := testkit.ExchangeRequest(map[string]string{"code": named["code"] + "x", "code_verifier": named["code_verifier"]})
	request.Token = former.Access
	svc.Expect(t, http.StatusUnauthorized, request)
	if !svc.Alive(t, former.Access) {
		t.Fatal("a refused log-in has ended the session")
	}
	request = testkit.ExchangeRequest(named)
	request.Token = former.Access
	var tokens testkit.Tokens
	svc.Expect(t, http.StatusOK, request).JSON(t, &tokens)
	if svc.Alive(t, former.Access) || !svc.Alive(t, tokens.Access) {
		t.Error("the session was not replaced")
	}
}

// Each provider, from the first click to a session, and once more.
func TestLoginWithProvider(t *testing.T) {
	for _, name := range []string{"google", "github", "apple", "oidc"} {
		t.Run(name, func(t *testing.T) {
			svc, provider := testkit.WithProvider(t)
			first := svc.LoginWith(t, provider, name)
			jane := whoIs(t, svc, first.Access)
			if jane.Email != "jane@example.com" || !jane.IsVerified || jane.HasPassword {
				t.Errorf("the new user is %+v", jane)
			}
			svc.Clock.Advance(time.Hour)
			second := svc.LoginWith(t, provider, name)
			if again := whoIs(t, svc, second.Access); again.ID != jane.ID {
				t.Errorf("the second log-in is of %+v", again)
			}
			if !svc.Alive(t, svc.Refresh(t, second.Refresh).Access) {
				t.Error("the refresh token is refused")
			}
			list := identitiesOf(t, svc, second.Access)
			if len(list) != 1 || list[0].Provider != name || list[0].Email == nil || *list[0].Email != "jane@example.com" ||
				!list[0].LastLoginAt.Equal(list[0].CreatedAt.Add(time.Hour)) {
				t.Errorf("identities are %+v", list)
			}
			if users := countRows(t, svc, "users"); users != 1 {
				t.Errorf("there are %d users", users)
			}
		})
	}
}

// The token tells how the session was proved (RFC 8176), and lives as long as others.
func TestAMROfProvider(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	tokens := svc.LoginWith(t, provider, "google")
	if identity := svc.Identity(t, tokens.Access); strings.Join(identity.AMR, " ") != "oauth" || !identity.AuthTime.Equal(svc.Clock.Now()) {
		t.Errorf("the session was proved by %v at %v", identity.AMR, identity.AuthTime)
	}
}

func TestStartLogin(t *testing.T) {
	svc, _ := testkit.WithProvider(t)
	response := svc.Expect(t, http.StatusFound, testkit.StartRequest("google", testkit.ReturnURL, testkit.Challenge("verifier")))
	u, err := url.Parse(response.Header.Get("Location"))
	if err != nil || u.Scheme != "https" || u.Host != "accounts.google.com" {
		t.Fatalf("the browser is sent to %v, %v", u, err)
	}
	state := u.Query().Get("state")
	if want := "https://api.example.com/api/v1/auth/oauth/google/callback"; u.Query().Get("redirect_uri") != want || len(state) != 43 {
		t.Errorf("the provider gets %v", u.Query())
	}
	cookie := response.Header.Get("Set-Cookie")
	value, attributes, _ := strings.Cut(cookie, ";")
	if !strings.HasPrefix(value, "__Host-oauth_"+state[:8]+"=") || len(value) != len("__Host-oauth_12345678=")+43 ||
		attributes != " Path=/; Max-Age=600; HttpOnly; Secure; SameSite=Lax" {
		t.Errorf("the cookie is %s", cookie)
	}
	apple := svc.Expect(t, http.StatusFound, testkit.StartRequest("apple", testkit.ReturnURL, testkit.Challenge("verifier")))
	if cookie := apple.Header.Get("Set-Cookie"); !strings.HasSuffix(cookie, "; HttpOnly; Secure; SameSite=None") {
		t.Errorf("the cookie for Apple, whose site posts, is %s", cookie)
	}
}

// In development there is no https, so the cookie has no Secure, and a name of its own.
func TestStartLoginInDevelopment(t *testing.T) {
	svc, _ := testkit.WithProvider(t, func(s *settings.Settings) { s.Environment = settings.Development })
	cookie := svc.Start(t, "google").Cookie
	if !strings.HasPrefix(cookie.Name, "oauth_") || cookie.Secure || !cookie.HttpOnly {
		t.Errorf("the cookie is %s", cookie)
	}
}

// Each tab has a cookie, up to five; more take the oldest back.
func TestStartLoginInManyTabs(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	var sent []string
	for range 4 {
		trip := svc.Start(t, "google")
		sent = append(sent, trip.Cookie.Name+"="+trip.Cookie.Value)
	}
	start := func() (set, cleared []string) {
		request := testkit.StartRequest("google", testkit.ReturnURL, testkit.Challenge("verifier"))
		request.Header = http.Header{"Cookie": {"other=1; " + strings.Join(sent, "; ")}}
		response := svc.Expect(t, http.StatusFound, request)
		for _, cookie := range (&http.Response{Header: response.Header}).Cookies() {
			if cookie.MaxAge < 0 {
				cleared = append(cleared, cookie.Name)
			} else {
				set = append(set, cookie.Name+"="+cookie.Value)
			}
		}
		return set, cleared
	}
	set, cleared := start()
	if len(set) != 1 || len(cleared) != 0 {
		t.Fatalf("the fifth tab sets %v, and takes back %v", set, cleared)
	}
	sent = append(sent, set...)
	set, cleared = start()
	oldest, _, _ := strings.Cut(sent[0], "=")
	if len(set) != 1 || len(cleared) != 1 || cleared[0] != oldest {
		t.Fatalf("the sixth tab sets %v, and takes back %v, want %s", set, cleared, oldest)
	}
	// All tabs that are left can go on, whatever order they come back in.
	first, second := svc.Start(t, "google"), svc.Start(t, "github")
	for _, trip := range []testkit.Trip{second, first} {
		request := trip.Back(provider.Login(t, trip.Location))
		request.Header.Set("Cookie", first.Cookie.Name+"="+first.Cookie.Value+"; "+second.Cookie.Name+"="+second.Cookie.Value)
		svc.Expect(t, http.StatusSeeOther, request)
	}
}

func TestReturnURLs(t *testing.T) {
	listed := []string{"https://app.example.com/oauth", "com.example.app:/oauth"}
	svc, provider := testkit.WithProvider(t, func(s *settings.Settings) { s.OAuthReturnURLs = listed })
	for _, address := range listed {
		response := svc.Expect(t, http.StatusFound, testkit.StartRequest("google", address, testkit.Challenge("verifier")))
		trip := testkit.Trip{Location: response.Header.Get("Location"), Cookie: (&http.Response{Header: response.Header}).Cookies()[0]}
		back := svc.Expect(t, http.StatusSeeOther, trip.Back(provider.Login(t, trip.Location)))
		if location := back.Header.Get("Location"); !strings.HasPrefix(location, address+"#code=") {
			t.Errorf("the browser is sent to %s", location)
		}
	}
	for _, address := range []string{
		"", "//evil.example", `\evil.example`, "/oauth", "https://app.example.com/oauth/", "https://app.example.com/oauth/more", "https://app.example.com/oaut",
		"https://app.example.com/oauth?next=https://evil.example", "https://app.example.com/oauth#x", "https://app.example.com:444/oauth", "https://app.example.com:443/oauth",
		"http://app.example.com/oauth", "https://user@app.example.com/oauth", "https://app.example.com@evil.example/oauth", "https://APP.example.com/oauth",
		"https://app.example.com.evil.example/oauth", "https://app.example.com/./oauth", "https://app.example.com/oauth ", "com.example.app:/oauth2", "javascript:alert(1)",
		testkit.ReturnURL,
	} {
		response := svc.Expect(t, http.StatusUnprocessableEntity, testkit.StartRequest("google", address, testkit.Challenge("verifier")))
		if response.Header.Get("Location") != "" || response.Header.Get("Set-Cookie") != "" {
			t.Errorf("%q = %v", address, response.Header)
		}
	}
}

func TestStartLoginIsRefused(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	query := func(name, value string) testkit.Request {
		values := url.Values{"return_to": {testkit.ReturnURL}, "code_challenge": {testkit.Challenge("v")}}
		if values.Set(name, value); value == "" {
			values.Del(name)
		}
		return testkit.Request{Method: "GET", Path: "/api/v1/auth/oauth/google/start?" + values.Encode()}
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "unknown provider", Request: testkit.StartRequest("evil", testkit.ReturnURL, testkit.Challenge("v")), Status: 404, Detail: "Unknown provider"},
		{Name: "name in upper case", Request: testkit.StartRequest("Google", testkit.ReturnURL, testkit.Challenge("v")), Status: 404, Detail: "Unknown provider"},
		{Name: "no challenge", Request: query("code_challenge", ""), Status: 422},
		{Name: "short challenge", Request: query("code_challenge", testkit.Challenge("v")[1:]), Status: 422},
		{Name: "challenge of other letters", Request: query("code_challenge", strings.Repeat("+", 43)), Status: 422},
		{Name: "no return_to", Request: query("return_to", ""), Status: 422},
		{Name: "return_to that is not listed", Request: query("return_to", "https://evil.example/"), Status: 422,
			Messages: map[string]string{"query.return_to": "expected one of OAUTH_RETURN_URLS"}},
	})
	provider.Answers["discovery"] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
	svc.Run(t, []testkit.Scenario{
		{Name: "provider is away", Request: testkit.StartRequest("google", testkit.ReturnURL, testkit.Challenge("v")), Status: 503,
			Detail: "The provider is not available", Header: map[string]string{"Set-Cookie": "", "Retry-After": "30"}},
		{Name: "another provider", Request: testkit.StartRequest("github", testkit.ReturnURL, testkit.Challenge("v")), Status: 302},
	})
}

// A page of another site that loads the addresses as pictures does not use up the
// limits of its visitors.
func TestProviderLoginsAreOpened(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	trip := svc.Start(t, "google")
	back := trip.Back(provider.Login(t, trip.Location))
	start := testkit.StartRequest("google", testkit.ReturnURL, testkit.Challenge("v"))
	start.Header = http.Header{}
	for _, request := range []testkit.Request{start, back} {
		for _, use := range []string{"image", "empty", "iframe"} {
			for range 40 {
				request.Header.Set("Sec-Fetch-Dest", use)
				if response := svc.Expect(t, http.StatusForbidden, request); response.Header.Get("Set-Cookie") != "" {
					t.Fatalf("as %s, a cookie is set", use)
				}
			}
		}
	}
	start.Header.Set("Sec-Fetch-Dest", "document")
	svc.Expect(t, http.StatusFound, start)
	back.Header.Set("Sec-Fetch-Dest", "document")
	svc.Expect(t, http.StatusSeeOther, back)
}

// A person who declines comes back with that; whatever else a provider says is not shown.
func TestDeclinedAtTheProvider(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	for _, tt := range []struct{ provider, said, want string }{
		{"google", "access_denied", "access_denied"},
		{"apple", "user_cancelled_authorize", "access_denied"},
		{"google", "server_error", "provider_error"},
		{"google", "<script>", "provider_error"},
	} {
		trip := svc.Start(t, tt.provider)
		answer := provider.Login(t, trip.Location)
		answer.Params.Del("code")
		answer.Params.Set("error", tt.said)
		answer.Params.Set("error_description", "evil words")
		response := svc.Expect(t, http.StatusSeeOther, trip.Back(answer))
		if location := response.Header.Get("Location"); location != testkit.ReturnURL+"#error="+tt.want {
			t.Errorf("%s, %s: the browser is sent to %s", tt.provider, tt.said, location)
		}
	}
	if log := svc.Log.String(); strings.Contains(log, "evil words") || strings.Contains(log, "<script>") {
		t.Error("what the provider has written is in the log")
	}
}

// Limits are per address, and a flood from one does not reach another.
func TestLimitsOfProviderLogins(t *testing.T) {
	svc, _ := testkit.WithProvider(t)
	for _, tt := range []struct {
		limit   int
		request testkit.Request
	}{
		{30, testkit.StartRequest("google", testkit.ReturnURL, testkit.Challenge("v"))},
		{60, testkit.Request{Method: "GET", Path: "/api/v1/auth/oauth/google/callback?state=x"}},
		{30, testkit.ExchangeRequest(map[string]string{"code": "x", "code_verifier": "y"})},
	} {
		tt.request.Addr = "192.0.2.1"
		for range tt.limit {
			if response := svc.Do(t, tt.request); response.Status == http.StatusTooManyRequests {
				t.Fatalf("%s is limited too early", tt.request.Path)
			}
		}
		svc.Expect(t, http.StatusTooManyRequests, tt.request)
		tt.request.Addr = "192.0.2.2"
		if response := svc.Do(t, tt.request); response.Status == http.StatusTooManyRequests {
			t.Errorf("%s from another address is limited, too", tt.request.Path)
		}
	}
}

// Flows that ended are purged, and those of a flood, the oldest first.
func TestPurgeOfFlows(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	var store auth.Store
	svc.Accounts(t, func(of auth.Store) auth.Store { store = of; return of })
	purge := func() int {
		if err := store.Purge(t.Context(), svc.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		return countRows(t, svc, "oauth_flows")
	}
	svc.Start(t, "google")
	late := svc.Start(t, "google")
	svc.Clock.Advance(auth.FlowLifetime - time.Second)
	named := map[string]string{"code": svc.Code(t, provider, late), "code_verifier": late.Verifier}
	svc.Clock.Advance(59 * time.Second)
	if n := purge(); n != 2 {
		t.Errorf("%d flows are kept while a code is good, want 2", n)
	}
	svc.Expect(t, http.StatusOK, testkit.ExchangeRequest(named))
	svc.Clock.Advance(2 * time.Second)
	if n := purge(); n != 0 {
		t.Errorf("%d flows are kept after their end", n)
	}
	svc.Start(t, "google")
	newest := svc.Start(t, "google")
	if _, err := svc.SQL().Exec(`UPDATE oauth_flows SET id = id + 100000 WHERE state_hash = '` + hashOf(stateOf(t, newest)) + `'`); err != nil {
		t.Fatal(err)
	}
	if n := purge(); n != 1 {
		t.Errorf("%d flows are kept that are 100,000 apart, want 1", n)
	}
}

// hashOf is how a secret is stored.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func stateOf(t *testing.T, trip testkit.Trip) string {
	t.Helper()
	u, err := url.Parse(trip.Location)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("state")
}

// A name that is taken, reserved or no name here gets a number after it, or is another.
func TestUsernamesOfNewUsers(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	svc.Register(t, "Jane")
	for i, tt := range []struct{ at, want string }{
		{"jane", "jane-2"},
		{"jane", "jane-3"},
		{"admin", "user"},
		{"root@example.com", "user-2"},
		{"", "user-3"},
		{"x", "user-4"},
		{"Zoë Doe", "ZoDoe"},
		{"<b>bold</b>", "bboldb"},
		{strings.Repeat("long", 20), strings.Repeat("long", 10)},
	} {
		provider.User = testkit.ProviderUser{Subject: "subject-" + strconv.Itoa(i), Email: "user" + strconv.Itoa(i) + "@example.com", EmailVerified: true, Username: tt.at}
		if user := whoIs(t, svc, svc.LoginWith(t, provider, "oidc").Access); user.Username != tt.want {
			t.Errorf("%q becomes %q, want %q", tt.at, user.Username, tt.want)
		}
	}
	for i := range 12 {
		provider.User = testkit.ProviderUser{Subject: "of-a-crowd-" + strconv.Itoa(i), Email: "crowd" + strconv.Itoa(i) + "@example.com", EmailVerified: true, Username: "crowd"}
		if user := whoIs(t, svc, svc.LoginWith(t, provider, "oidc").Access); !strings.HasPrefix(user.Username, "crowd") {
			t.Errorf("number %d of a crowd becomes %q", i, user.Username)
		}
	}
}

// The set of security events that a log-in with a provider writes.
func TestProviderEvents(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	tokens := svc.LoginWith(t, provider, "google")
	provider.User.Subject = "1234567"
	svc.Expect(t, http.StatusCreated, testkit.LinkRequest(tokens.Access, svc.Named(t, provider, "github")))
	svc.Expect(t, http.StatusNoContent, testkit.Request{Method: "DELETE", Path: "/api/v1/users/me/identities/github", Token: tokens.Access})
	provider.User.Subject, provider.User.EmailVerified = "stranger", false
	svc.Expect(t, http.StatusForbidden, testkit.ExchangeRequest(svc.Named(t, provider, "google")))
	for _, want := range []map[string]any{
		{"event": "user_created", "provider": "google"},
		{"event": "authn_login_fail", "provider": "google"},
		{"event": "authn_login_success", "provider": "google"},
		{"event": "user_identity_linked", "provider": "github"},
		{"event": "user_identity_unlinked", "provider": "github"},
	} {
		lines := svc.Log.Lines(t, "event", want["event"])
		if !slices.ContainsFunc(lines, func(line map[string]any) bool { return line["provider"] == want["provider"] }) {
			t.Errorf("the log lacks %v", want)
		}
	}
	log := svc.Log.String()
	for _, secret := range append(provider.Secrets(), tokens.Access, tokens.Refresh) {
		if strings.Contains(log, secret) {
			t.Errorf("the log has %.20s…", secret)
		}
	}
}
