package server_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/server"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// Reading changes nothing: a page of another site can make browsers send GET and
// HEAD with the cookie (RFC 9110 §9.2.1).
func TestGETAndHEADChangeNothing(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.Environment = settings.Development }})
	svc.Superuser(t, "boss")
	login := testkit.InCookie(testkit.LoginRequest("boss", testkit.Password))
	cookie := "session=" + svc.Expect(t, 204, login).SetCookie(t)
	before := contents(t, svc)
	var walked int
	for _, pattern := range svc.Patterns() {
		method, path, ok := strings.Cut(pattern, " ")
		if !ok {
			method, path = "GET", pattern
		}
		if method != http.MethodGet {
			continue
		}
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			response := svc.Do(t, testkit.Request{Method: method, Path: variable.ReplaceAllString(path, "1"), Header: http.Header{"Cookie": {cookie}, "Sec-Fetch-Site": {"cross-site"}}})
			if response.Status == http.StatusUnauthorized || response.Status == http.StatusForbidden {
				t.Errorf("%s %s = %d", method, path, response.Status)
			}
			if response.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s %s sets a cookie", method, path)
			}
		}
		walked++
	}
	if after := contents(t, svc); walked < 8 || !slices.Equal(after, before) {
		t.Errorf("%d routes; before %q, after %q", walked, before, after)
	}
}

// contents are the rows of the tables that requests change.
func contents(t *testing.T, svc *testkit.Service) []string {
	t.Helper()
	var all []string
	for _, table := range []string{"users", "tokens", "login_failures", "login_networks", "outbox", "notes", "tasks", "articles"} {
		rows, err := svc.SQL().Query(`SELECT * FROM ` + table)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			row := make([]any, len(columns))
			for i := range row {
				row[i] = new(any)
			}
			if err := rows.Scan(row...); err != nil {
				t.Fatal(err)
			}
			text := table
			for _, value := range row {
				text += fmt.Sprintf(" %v", *value.(*any))
			}
			all = append(all, text)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		rows.Close()
	}
	slices.Sort(all)
	return all
}

// The OpenAPI document tells of every operation that takes a user that it takes a
// cookie, and no operation but log-ins and log-outs sets one.
func TestDocumentOfCookies(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	scheme := svc.OpenAPI().Components.SecuritySchemes["Cookie"]
	if scheme == nil || scheme.Type != "apiKey" || scheme.In != "cookie" || scheme.Name != testkit.CookieName {
		t.Errorf("the scheme is %+v", scheme)
	}
	var setting []string
	for path, item := range svc.OpenAPI().Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "PUT": item.Put, "POST": item.Post, "DELETE": item.Delete, "PATCH": item.Patch} {
			if op == nil {
				continue
			}
			pattern := method + " " + path
			takes := slices.ContainsFunc(op.Security, func(way map[string][]string) bool { _, ok := way["Cookie"]; return ok })
			if public := slices.Contains(server.Public, pattern); takes == public && pattern != "POST /api/v1/auth/logout" {
				t.Errorf("%s is public = %t, and takes a cookie = %t", pattern, public, takes)
			}
			if takes && method != http.MethodGet && op.Responses["403"] == nil {
				t.Errorf("%s does not tell that other sites are refused", pattern)
			}
			for status, response := range op.Responses {
				if response.Headers["Set-Cookie"] != nil {
					setting = append(setting, pattern+" "+status)
				}
			}
		}
	}
	slices.Sort(setting)
	want := []string{"POST /api/v1/auth/login 204", "POST /api/v1/auth/login/code 204", "POST /api/v1/auth/logout 204", "POST /api/v1/auth/logout-all 204"}
	want = append(want, "GET /api/v1/auth/oauth/{provider}/callback 303", "GET /api/v1/auth/oauth/{provider}/start 302",
		"POST /api/v1/auth/oauth/exchange 204", "POST /api/v1/auth/oauth/{provider}/callback 303") // Those bind a log-in to its browser.
	slices.Sort(want)
	want = append(want, "POST /api/v1/auth/login/passkey 204", "POST /api/v1/auth/passkey 204")
	slices.Sort(want)
	if !slices.Equal(setting, want) {
		t.Errorf("cookies are set by %q, want %q", setting, want)
	}
}

// Pages of origins that are listed may use the cookie, and no others: not those of
// this machine that development lets in, and never with a wildcard.
func TestOriginsAndCookies(t *testing.T) {
	const listed, other, local = "https://app.example.com", "https://evil.example", "http://localhost:3000"
	for _, environment := range []string{"production", settings.Development} {
		svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) {
			s.Environment, s.CORSAllowedOrigins = environment, []string{listed}
		}})
		svc.Register(t, "johndoe")
		for _, origin := range []string{listed, other, local, "null", "https://x.app.example.com"} {
			for _, method := range []string{"GET", "OPTIONS"} {
				header := http.Header{"Origin": {origin}}
				if method == "OPTIONS" {
					header.Set("Access-Control-Request-Method", "POST")
					header.Set("Access-Control-Request-Headers", "content-type")
				}
				answer := svc.Do(t, testkit.Request{Method: method, Path: "/health", Header: header}).Header
				want := ""
				if origin == listed {
					want = "true"
				}
				if got := answer.Get("Access-Control-Allow-Credentials"); got != want || answer.Get("Access-Control-Allow-Origin") == "*" {
					t.Errorf("%s: %s from %s allows credentials = %q, origin %q", environment, method, origin, got, answer.Get("Access-Control-Allow-Origin"))
				}
			}
			want := 403
			if origin == listed {
				want = 204
			}
			login := testkit.Fetched(testkit.FromPage(testkit.InCookie(testkit.LoginRequest("johndoe", testkit.Password)), origin), "same-site")
			svc.Expect(t, want, login)
		}
	}
}
