package server_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

func TestOrigins(t *testing.T) {
	const own = "https://app.example.com"
	allowed := []string{"Authorization", "Content-Type", "Traceparent", "Tracestate", "Baggage", "Sentry-Trace", "X-Request-ID", "X-Tenant"}
	asked := strings.Split(strings.ToLower(strings.Join(allowed, ",")), ",")
	slices.Sort(asked) // As browsers do.
	from := func(method, origin string, preflight bool) testkit.Request {
		header := http.Header{"Origin": {origin}}
		if preflight {
			header.Set("Access-Control-Request-Method", "PUT")
			header.Set("Access-Control-Request-Headers", strings.Join(asked, ","))
		}
		return testkit.Request{Method: method, Path: "/health", Header: header}
	}
	closed := map[string]string{"Access-Control-Allow-Origin": "", "Access-Control-Allow-Credentials": ""}
	open := map[string]string{"Access-Control-Allow-Origin": own, "Access-Control-Allow-Credentials": ""}
	preflight := map[string]string{
		"Access-Control-Allow-Origin": own, "Access-Control-Allow-Credentials": "",
		"Access-Control-Allow-Methods": "PUT",
		"Access-Control-Allow-Headers": strings.Join(asked, ","),
	}
	t.Run("with an allowed origin", func(t *testing.T) {
		svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) {
			s.CORSAllowedOrigins, s.CORSAllowedHeaders = []string{own}, []string{"X-Tenant"}
		}})
		svc.Run(t, []testkit.Scenario{
			{Name: "preflight", Request: from("OPTIONS", own, true), Status: 204, Header: preflight},
			{Name: "request", Request: from("GET", own, false), Status: 200, Header: open},
			{Name: "foreign preflight", Request: from("OPTIONS", "https://evil.example", true), Status: 204, Header: closed},
			{Name: "foreign request", Request: from("GET", "https://evil.example", false), Status: 200, Header: closed},
			{Name: "subdomain", Request: from("GET", "https://x.app.example.com", false), Status: 200, Header: closed},
			{Name: "longer name", Request: from("GET", own+".evil.example", false), Status: 200, Header: closed},
			{Name: "this machine", Request: from("GET", "http://localhost:3000", false), Status: 200, Header: closed},
			{Name: "other scheme", Request: from("GET", "http://app.example.com", false), Status: 200, Header: closed},
			{Name: "null", Request: from("GET", "null", false), Status: 200, Header: closed},
		})
	})
	t.Run("every method, and what answers tell", func(t *testing.T) {
		svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.CORSAllowedOrigins = []string{own} }})
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			request := from("OPTIONS", own, true)
			request.Header.Set("Access-Control-Request-Method", method)
			request.Header.Del("Access-Control-Request-Headers")
			if methods := svc.Expect(t, 204, request).Header.Get("Access-Control-Allow-Methods"); !strings.Contains(methods, method) {
				t.Errorf("pages may send %q, want %s among them", methods, method)
			}
		}
		exposed := strings.ToLower(svc.Expect(t, 200, from("GET", own, false)).Header.Get("Access-Control-Expose-Headers"))
		for _, name := range []string{"Retry-After", "WWW-Authenticate", "X-Request-ID"} {
			if !strings.Contains(exposed, strings.ToLower(name)) {
				t.Errorf("pages see %q, want %s among them", exposed, name)
			}
		}
	})
	t.Run("without", func(t *testing.T) {
		testkit.New(t, testkit.Options{}).Run(t, []testkit.Scenario{
			{Name: "preflight", Request: from("OPTIONS", own, true), Status: 405, Detail: "Method not allowed", Header: closed},
			{Name: "request", Request: from("GET", own, false), Status: 200, Header: closed},
		})
	})
}

// Pages that CORS lets in may send forms, too.
func TestFormsOfAllowedOrigins(t *testing.T) {
	const own = "https://app.example.com"
	for environment, want := range map[string]map[string]int{
		"production":         {own: 401, "http://localhost:3000": 403, "https://evil.example": 403},
		settings.Development: {own: 401, "http://localhost:3000": 401},
	} {
		svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) {
			s.Environment, s.CORSAllowedOrigins = environment, []string{own}
		}})
		for origin, status := range want {
			svc.Expect(t, status, testkit.Request{
				Method: "POST", Path: "/api/v1/auth/token", Body: url.Values{"username": {"nobody"}, "password": {testkit.Password}},
				Header: http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {origin}},
			})
		}
	}
}

// In development pages of this machine are let in, and the log tells why others
// are not.
func TestOriginsInDevelopment(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.Environment = settings.Development }})
	ask := func(origin string) (allowed bool) {
		response := svc.Expect(t, 200, testkit.Request{Method: "GET", Path: "/health", Header: http.Header{"Origin": {origin}}})
		return response.Header.Get("Access-Control-Allow-Origin") == origin
	}
	for _, origin := range []string{"http://localhost:3000", "http://127.0.0.1:5173", "http://[::1]:5173", "http://localhost"} {
		if !ask(origin) {
			t.Errorf("%s is refused", origin)
		}
	}
	ask("http://example.com") // The service's own pages.
	if lines := svc.Log.Lines(t, "level", "WARN"); len(lines) > 0 {
		t.Errorf("logged %v", lines)
	}
	for _, origin := range []string{"https://app.example.com", "http://localhost.evil.example", "http://127.0.0.1.evil.example:80", "http://[::2]:5173", "https://localhost:3000", "null"} {
		if ask(origin) {
			t.Errorf("%s is let in", origin)
		}
		if lines := svc.Log.Lines(t, "origin", origin); len(lines) != 1 || !strings.Contains(lines[0]["msg"].(string), "CORS_ALLOWED_ORIGINS") {
			t.Errorf("%s leaves %v", origin, lines)
		}
	}
}
