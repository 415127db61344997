package authhttp_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/server"
	"example.com/myapi/internal/testkit"
)

// failing adds an operation whose handler returns an error of the accounts, and
// returns a request for it.
func failing(svc *testkit.Service, token string) testkit.Request {
	guard := authhttp.NewGuard(svc.Auth, svc.Server.Log)
	huma.Get(svc.API(), "/api/v1/failing", func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		_, err := svc.Auth.Login(ctx, client.From(ctx), "johndoe", testkit.Password)
		return nil, guard.Problem(ctx, err)
	})
	return testkit.Request{Method: "GET", Path: "/api/v1/failing", Token: token}
}

// on puts another store under the accounts of a service.
func on(t *testing.T, svc *testkit.Service, wrap func(auth.Store) auth.Store) {
	t.Helper()
	dependencies := svc.Dependencies
	dependencies.Auth = svc.Accounts(t, wrap)
	svc.Server = server.New(dependencies)
}

// Internal errors are for the log, not for the client.
func TestDatabaseTroubleIsNotTold(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	unwanted := []string{"SQL", "login_failures", "tokens", "no such"}
	for _, step := range []struct {
		where, table string
		request      testkit.Request
	}{
		{"in a handler", "login_failures", failing(svc, token)},
		{"in a guard", "tokens", svc.WhoAmI(token)},
	} {
		if _, err := svc.SQL().Exec(`DROP TABLE ` + step.table); err != nil {
			t.Fatal(err)
		}
		svc.Run(t, []testkit.Scenario{{Name: step.where, Request: step.request, Status: 500, Detail: "Internal server error", Unwanted: unwanted}})
	}
	for _, message := range []string{"request failed", "user was not identified"} {
		if len(svc.Log.Lines(t, "msg", message)) != 1 {
			t.Errorf("%q is not logged", message)
		}
	}
}

var errTeapot = &auth.Error{Kind: 99, Detail: "the secret reason"}

// noUsers and noSessions are stores that fail where a handler, and a guard, asks.
type (
	noUsers struct {
		auth.Store
		err error
	}
	noSessions struct {
		auth.Store
		err error
	}
)

func (s noUsers) User(context.Context, auth.UserKey) (auth.User, error) { return auth.User{}, s.err }

func (s noSessions) Session(context.Context, string, time.Time) (auth.Identity, error) {
	return auth.Identity{}, s.err
}

func (noUsers) Unavailable(err error) bool { return errors.Is(err, errAway) }

func (noSessions) Unavailable(err error) bool { return errors.Is(err, errAway) }

// An error of a kind without a status is a mistake, which is logged.
func TestErrorOfAnotherKind(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	unwanted := []string{"secret reason"}
	on(t, svc, func(store auth.Store) auth.Store { return noUsers{store, errTeapot} })
	svc.Run(t, []testkit.Scenario{{Name: "in a handler", Request: failing(svc, token), Status: 500, Detail: "Internal server error", Unwanted: unwanted}})
	on(t, svc, func(store auth.Store) auth.Store { return noSessions{store, errTeapot} })
	svc.Run(t, []testkit.Scenario{{Name: "in a guard", Request: svc.WhoAmI(token), Status: 500, Detail: "Internal server error", Unwanted: unwanted}})
	if lines := svc.Log.Lines(t, "error", "the secret reason"); len(lines) != 2 {
		t.Errorf("logged %d times, want 2", len(lines))
	}
}

var errAway = errors.New("dial tcp 10.0.0.7:9999: connection refused")

// A client learns that it may try again, and nothing else.
func TestDatabaseIsAway(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	const detail = "The service is not available at present"
	unwanted, later := []string{"10.0.0.7", "refused"}, map[string]string{"Retry-After": "5"}
	on(t, svc, func(store auth.Store) auth.Store { return noUsers{store, errAway} })
	svc.Run(t, []testkit.Scenario{{Name: "in a handler", Request: failing(svc, token), Status: 503, Detail: detail, Header: later, Unwanted: unwanted}})
	on(t, svc, func(store auth.Store) auth.Store { return noSessions{store, errAway} })
	svc.Run(t, []testkit.Scenario{
		{Name: "in a guard", Request: svc.WhoAmI(token), Status: 503, Detail: detail, Header: later, Unwanted: unwanted},
	})
	guard := authhttp.NewGuard(svc.Accounts(t, func(store auth.Store) auth.Store { return noSessions{store, errAway} }), svc.Server.Log)
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/hello", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	recorder := httptest.NewRecorder()
	protect(guard.Plain().RequireUser, func(context.Context) string { return "Hello!" }).ServeHTTP(recorder, r)
	if recorder.Code != 503 || recorder.Header().Get("Retry-After") != "5" {
		t.Errorf("a plain handler's guard answers %d with %v", recorder.Code, recorder.Header())
	}
	if lines := svc.Log.Lines(t, "msg", "database is not available"); len(lines) != 3 {
		t.Errorf("logged %d times, want 3", len(lines))
	}
}
