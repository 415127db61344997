package server_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/server"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// Whoever adds an operation need not remember API keys: without a scope that fits
// they reach nothing, and what is for sessions they reach with none.
func TestEveryRouteIsPublicSessionOnlyOrHasAScope(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.APIKeyRequestsPerMinute = 0 }})
	svc.Superuser(t, "boss")
	everything := svc.APIKey(t, "boss", "read", "write", "admin")
	nothing := svc.APIKey(t, "boss", "read")
	if _, err := svc.SQL().Exec(`UPDATE api_keys SET scopes = 'unknown' WHERE scopes = 'read'`); err != nil {
		t.Fatal(err)
	}
	var scoped, closed int
	needed := map[string]bool{}
	for path, item := range svc.OpenAPI().Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "PUT": item.Put, "POST": item.Post, "DELETE": item.Delete, "PATCH": item.Patch} {
			pattern := method + " " + path
			if op == nil {
				continue
			}
			if slices.Contains(server.Public, pattern) {
				needed[authhttp.NeededScope(op)] = true
				continue
			}
			request := testkit.Request{Method: method, Path: variable.ReplaceAllString(path, "1"), Token: nothing}
			response := svc.Do(t, request)
			detail := response.Problem(t).Detail
			if authhttp.IsSessionOnly(server.SessionOnly, op) {
				closed++
				request.Token = everything
				if again := svc.Do(t, request); again.Status != 403 || again.Problem(t).Detail != "Not available with an API key" || response.Status != 403 {
					t.Errorf("%s with a key: %d, %d %s", pattern, response.Status, again.Status, again.Body)
				}
				continue
			}
			scoped++
			scope := authhttp.NeededScope(op)
			needed[scope] = true
			challenge := `Bearer error="insufficient_scope", scope="` + scope + `"`
			if response.Status != 403 || detail != "API key lacks the scope "+scope || response.Header.Get("WWW-Authenticate") != challenge {
				t.Errorf("%s with a key of no fitting scope: %d %s, %q", pattern, response.Status, detail, response.Header.Get("WWW-Authenticate"))
			}
		}
	}
	for _, scope := range auth.Scopes() {
		if !needed[scope] && scope != auth.ScopeWrite {
			t.Errorf("no operation needs the scope %s", scope)
		}
	}
	if scoped < 4 || closed < 8 {
		t.Errorf("only %d operations take keys and %d do not: the walk does less than it says", scoped, closed)
	}
}

func TestSessionOnlyListHasNoOldEntries(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	for _, entry := range server.SessionOnly {
		found := slices.ContainsFunc(svc.Patterns(), func(pattern string) bool {
			_, path, _ := strings.Cut(pattern, " ")
			return pattern == entry || strings.HasPrefix(entry, "/") && strings.HasPrefix(path, entry)
		})
		if !found {
			t.Errorf("%s is on the list of what API keys cannot do, but no route", entry)
		}
	}
}
