package server_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/server"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

var variable = regexp.MustCompile(`\{[^}]*\}`)

// unguarded walks all routes that are not on the public list and returns those
// that answer a guest, or the bearer of a bad token, with anything but 401.
func unguarded(t *testing.T, svc *testkit.Service) []string {
	t.Helper()
	var found []string
	for _, pattern := range svc.Patterns() {
		method, path, ok := strings.Cut(pattern, " ")
		if !ok {
			method, path = "GET", pattern
		}
		if slices.Contains(server.Public, pattern) {
			continue
		}
		request := testkit.Request{Method: method, Path: variable.ReplaceAllString(path, "1")}
		guest := svc.Do(t, request)
		request.Token = "bad"
		bad := svc.Do(t, request)
		if guest.Status != 401 || guest.Header.Get("WWW-Authenticate") != "Bearer" || bad.Status != 401 {
			found = append(found, pattern)
		}
	}
	return found
}

func TestEveryRouteNeedsAUserOrIsPublic(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	if found := unguarded(t, svc); len(found) > 0 {
		t.Errorf("neither guarded nor on the public list: %q", found)
	}
	for path, item := range svc.OpenAPI().Paths {
		for method, operation := range map[string]*huma.Operation{
			"GET": item.Get, "PUT": item.Put, "POST": item.Post, "DELETE": item.Delete, "PATCH": item.Patch,
			"HEAD": item.Head, "OPTIONS": item.Options, "TRACE": item.Trace,
		} {
			if operation != nil && !slices.Contains(svc.Patterns(), method+" "+path) {
				t.Errorf("%s %s is an operation that the walk misses", method, path)
			}
		}
	}
}

// Who adds an operation need not remember a guard.
func TestNewOperationsAreGuarded(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	huma.Register(svc.API(), huma.Operation{OperationID: "new", Method: "GET", Path: "/api/v1/new"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body string }, error) {
			return &struct{ Body string }{authhttp.CurrentUser(ctx).Username}, nil
		})
	svc.Run(t, []testkit.Scenario{
		{Name: "guest", Request: testkit.Request{Method: "GET", Path: "/api/v1/new"}, Status: 401, Detail: "Not authenticated"},
		{Name: "user", Request: testkit.Request{Method: "GET", Path: "/api/v1/new", Token: svc.Login(t, "johndoe")},
			Status: 200, Want: []string{`"johndoe"`}},
	})
}

func TestPublicListHasNoOldEntries(t *testing.T) {
	withAllRoutes := func(s *settings.Settings) {
		s.DocsEnabled, s.ChangePasswordURL = true, "https://app.example.com/password"
		s.Environment = settings.Development
	}
	patterns := testkit.New(t, testkit.Options{Configure: withAllRoutes}).Patterns()
	for _, entry := range server.Public {
		if !slices.Contains(patterns, entry) {
			t.Errorf("%s is on the public list, but no route", entry)
		}
	}
}

func TestDocumentTellsWhoNeedsAUser(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	var document struct {
		Paths      map[string]map[string]struct{ Security []map[string][]string }
		Components struct {
			SecuritySchemes map[string]struct {
				Type  string
				Flows map[string]struct{ TokenURL string }
			}
		}
	}
	svc.Expect(t, 200, testkit.Request{Method: "GET", Path: "/openapi.json"}).JSON(t, &document)
	for path, methods := range document.Paths {
		for method, operation := range methods {
			secured := len(operation.Security) >= 1 && operation.Security[0]["OAuth2PasswordBearer"] != nil
			if public := slices.Contains(server.Public, strings.ToUpper(method)+" "+path); secured == public {
				t.Errorf("%s %s: security is %v, public is %t", method, path, operation.Security, public)
			}
		}
	}
	schemes := document.Components.SecuritySchemes
	if len(schemes) != 3 || schemes["OAuth2PasswordBearer"].Type != "oauth2" ||
		schemes["OAuth2PasswordBearer"].Flows["password"].TokenURL != "/api/v1/auth/token" {
		t.Errorf("security schemes are %+v", schemes)
	}
}
