package authhttp_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/server"
	"example.com/myapi/internal/testkit"
)

// Internal errors are for the log, not for the client.
func TestDatabaseTroubleIsNotTold(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	for _, table := range []string{"login_failures", "tokens"} {
		if _, err := svc.SQL().Exec(`DROP TABLE ` + table); err != nil {
			t.Fatal(err)
		}
	}
	unwanted := []string{"SQL", "login_failures", "tokens", "no such"}
	svc.Run(t, []testkit.Scenario{
		{Name: "in a handler", Request: testkit.LoginRequest("johndoe", testkit.Password), Status: 500, Detail: "Internal server error", Unwanted: unwanted},
		{Name: "in a guard", Request: svc.WhoAmI(token), Status: 500, Detail: "Internal server error", Unwanted: unwanted},
	})
	for _, message := range []string{"request failed", "user was not identified"} {
		if len(svc.Log.Lines(t, "msg", message)) != 1 {
			t.Errorf("%q is not logged", message)
		}
	}
}

// ownKind is a store whose errors have an unknown kind.
type ownKind struct{ auth.Store }

var errTeapot = &auth.Error{Kind: 99, Detail: "the secret reason"}

func (ownKind) User(context.Context, auth.UserKey) (auth.User, error) { return auth.User{}, errTeapot }

func (ownKind) Session(context.Context, string, time.Time) (auth.Identity, error) {
	return auth.Identity{}, errTeapot
}

// An error of a kind without a status is a mistake, which is logged.
func TestErrorOfAnotherKind(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	dependencies := svc.Dependencies
	dependencies.Auth = svc.Accounts(t, func(store auth.Store) auth.Store { return ownKind{store} })
	svc.Server = server.New(dependencies)
	unwanted := []string{"secret reason"}
	svc.Run(t, []testkit.Scenario{
		{Name: "in a handler", Request: testkit.LoginRequest("johndoe", testkit.Password), Status: 500, Detail: "Internal server error", Unwanted: unwanted},
		{Name: "in a guard", Request: svc.WhoAmI(token), Status: 500, Detail: "Internal server error", Unwanted: unwanted},
	})
	if lines := svc.Log.Lines(t, "error", "the secret reason"); len(lines) != 2 {
		t.Errorf("logged %d times, want 2", len(lines))
	}
}

var errAway = errors.New("dial tcp 10.0.0.7:9999: connection refused")

// away is a database that does not answer.
type away struct{ auth.Store }

func (away) User(context.Context, auth.UserKey) (auth.User, error) { return auth.User{}, errAway }

func (away) Session(context.Context, string, time.Time) (auth.Identity, error) {
	return auth.Identity{}, errAway
}

func (away) Unavailable(err error) bool { return errors.Is(err, errAway) }

// A client learns that it may try again, and nothing else.
func TestDatabaseIsAway(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	dependencies := svc.Dependencies
	dependencies.Auth = svc.Accounts(t, func(store auth.Store) auth.Store { return away{store} })
	svc.Server = server.New(dependencies)
	const detail = "The service is not available at present"
	unwanted := []string{"10.0.0.7", "refused"}
	svc.Run(t, []testkit.Scenario{
		{Name: "in a handler", Request: testkit.LoginRequest("johndoe", testkit.Password), Status: 503, Detail: detail, Unwanted: unwanted},
		{Name: "in a guard", Request: svc.WhoAmI(token), Status: 503, Detail: detail, Unwanted: unwanted},
	})
	if lines := svc.Log.Lines(t, "msg", "database is not available"); len(lines) != 2 {
		t.Errorf("logged %d times, want 2", len(lines))
	}
}
