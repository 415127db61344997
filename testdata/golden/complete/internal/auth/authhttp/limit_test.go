package authhttp_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

const limited = "Too many requests"

func TestLoginLimit(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	for range 2 {
		svc.Expect(t, 200, from(home, testkit.LoginRequest("johndoe", testkit.Password)))
		svc.Clock.Advance(10 * time.Second)
	}
	for range 3 { // Five in all: the two ways to log in share the limit.
		svc.Expect(t, 200, from(home, login["token"]("johndoe", testkit.Password)))
	}
	for name, request := range login {
		svc.Run(t, []testkit.Scenario{
			{Name: name, Request: from(home, request("johndoe", testkit.Password)), Status: 429, Detail: limited, Header: lockedFor(40 * time.Second)},
			{Name: name + " with nonsense", Request: from(home, request("nobody", "")), Status: 429, Detail: limited},
			{Name: name + " from elsewhere", Request: from("203.0.113.8", request("johndoe", testkit.Password)), Status: 200},
		})
	}
	svc.Clock.Advance(40*time.Second - time.Millisecond)
	svc.Expect(t, 429, from(home, testkit.LoginRequest("johndoe", testkit.Password)))
	svc.Clock.Advance(time.Millisecond)
	svc.Expect(t, 200, from(home, testkit.LoginRequest("johndoe", testkit.Password)))
	svc.Run(t, []testkit.Scenario{
		{Name: "until the next", Request: from(home, testkit.LoginRequest("johndoe", testkit.Password)), Status: 429, Detail: limited, Header: lockedFor(10 * time.Second)},
	})
}

// A browser sends the form of any page without asking first. That of another site
// neither uses up its visitor's log-ins nor locks them out.
func TestFormsOfOtherSites(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	ofPage := func(site, origin, password string) testkit.Request {
		request := from(home, login["token"]("johndoe", password))
		request.Header = http.Header{"Sec-Fetch-Site": {site}, "Origin": {origin}}
		return request
	}
	for range 20 {
		svc.Expect(t, 403, ofPage("cross-site", "https://evil.example", "wrong password"))
	}
	for _, page := range []struct {
		name, site, origin string
		status             int
	}{
		{"another site, old browser", "", "https://evil.example", 403},
		{"another site, origin held back", "cross-site", "", 403},
		{"a sibling", "same-site", "https://blog.example.com", 403},
		{"a sandboxed frame", "cross-site", "null", 403},
		{"a page of this machine", "cross-site", "http://localhost:3000", 403},
		{"a page of the service", "same-origin", "https://example.com", 200},
		{"a page of the service, old browser", "", "https://example.com", 200},
		{"typed by the user", "none", "", 200},
		{"no browser", "", "", 200},
	} {
		detail := ""
		if page.status == 403 {
			detail = "Cross-origin request refused"
		}
		svc.Run(t, []testkit.Scenario{{Name: page.name, Request: ofPage(page.site, page.origin, testkit.Password), Status: page.status, Detail: detail}})
	}
	if lines := svc.Log.Lines(t, "event", "authz_fail"); len(lines) != 25 {
		t.Errorf("logged %d refusals, want 25", len(lines))
	}
}

func TestRegisterLimit(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	for i := range 20 {
		svc.Expect(t, 201, from(home, registration(fmt.Sprintf("u%d@example.com", i), fmt.Sprintf("user%d", i), testkit.Password)))
	}
	again := from(home, registration("more@example.com", "more", testkit.Password))
	svc.Run(t, []testkit.Scenario{
		{Name: "the 21st", Request: again, Status: 429, Detail: limited, Header: lockedFor(time.Hour)},
		{Name: "the limit of log-in is another", Request: from(home, testkit.LoginRequest("user1", testkit.Password)), Status: 200},
	})
	svc.Clock.Advance(time.Hour)
	svc.Expect(t, 201, again)
}

// A request counts for the address that a trusted proxy tells, and for nothing
// that a client tells of itself.
func TestLimitsCountTheTrueClient(t *testing.T) {
	const proxy, stranger = "10.0.0.1", "203.0.113.50"
	forwarded := func(addr, header string) testkit.Request {
		request := from(addr, testkit.LoginRequest("nobody", testkit.Password))
		request.Header = http.Header{"X-Forwarded-For": {header}}
		return request
	}
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) {
		s.LoginMaxFailures = 0
		s.TrustedProxies = []settings.Network{{Prefix: netip.MustParsePrefix("10.0.0.0/8")}}
	}})
	for i := range 5 {
		svc.Expect(t, 401, forwarded(stranger, fmt.Sprintf("198.51.100.%d", i)))
		svc.Expect(t, 401, forwarded(proxy, fmt.Sprintf("192.0.2.%d, 203.0.113.60", i)))
		svc.Expect(t, 401, forwarded(proxy, fmt.Sprintf("2001:db8::%d", i)))
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "stranger with a new address", Request: forwarded(stranger, "198.51.100.99"), Status: 429, Detail: limited},
		{Name: "client behind the proxy with a new first element", Request: forwarded(proxy, "192.0.2.99, 203.0.113.60"), Status: 429, Detail: limited},
		{Name: "IPv6 subscriber with a new address", Request: forwarded(proxy, "2001:db8::99"), Status: 429, Detail: limited},
		{Name: "another client behind the proxy", Request: forwarded(proxy, "203.0.113.61"), Status: 401, Detail: "Invalid credentials"},
		{Name: "other headers", Request: from(stranger, testkit.Request{Method: "POST", Path: "/api/v1/auth/login", Body: map[string]string{"username": "a", "password": "b"},
			Header: http.Header{"X-Real-Ip": {"198.51.100.98"}, "Forwarded": {"for=198.51.100.98"}, "Cf-Connecting-Ip": {"198.51.100.98"}}}), Status: 429, Detail: limited},
	})
}

func TestLimitsCanBeOff(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: unlimited})
	svc.Register(t, "johndoe")
	for range 12 {
		svc.Expect(t, 200, from(home, testkit.LoginRequest("johndoe", testkit.Password)))
	}
}

func TestLimitsAreSettings(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) {
		s.RateLimitLogin.Requests, s.RateLimitLogin.Window = 2, 10*time.Second
	}})
	svc.Register(t, "johndoe")
	login := from(home, testkit.LoginRequest("johndoe", testkit.Password))
	for i, want := range []int{200, 200, 429} {
		if response := svc.Do(t, login); response.Status != want {
			t.Errorf("log-in %d = %d, want %d", i+1, response.Status, want)
		}
	}
	svc.Clock.Advance(10 * time.Second)
	svc.Expect(t, 200, login)
}
