package auth_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/testkit"
)

// leaving cancels at the last query before the password is compared.
type leaving struct {
	auth.Store
	leave func()
}

func (l leaving) LoginHistory(ctx context.Context, account string, network netip.Prefix, now time.Time) (auth.LoginHistory, error) {
	defer l.leave()
	return l.Store.LoginHistory(ctx, account, network, now)
}

// Every log-in queues for the comparison of a password: an unknown name cannot
// be told by a quick answer. That each comparison is the same work is shown in
// TestHasherComparesWithTheDecoy.
func TestEveryLoginComparesAPassword(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	svc.Register(t, "inactive")
	if _, err := svc.SQL().Exec(`UPDATE users SET is_active = FALSE WHERE username = 'inactive'`); err != nil {
		t.Fatal(err)
	}
	for name, login := range map[string][2]string{
		"right": {"johndoe", testkit.Password}, "wrong": {"johndoe", "wrong password"}, "inactive": {"inactive", testkit.Password},
		"unknown name": {"nobody", testkit.Password}, "unknown email": {"nobody@example.com", testkit.Password}, "empty": {"", ""},
		"long": {"johndoe", strings.Repeat("x", 100)},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, leave := context.WithTimeout(t.Context(), 10*time.Second)
			defer leave()
			accounts := svc.Accounts(t, func(store auth.Store) auth.Store { return leaving{store, leave} })
			release := accounts.OccupyHasher()
			defer release()
			if _, err := accounts.Login(ctx, client.Client{}, login[0], login[1]); !errors.Is(err, context.Canceled) {
				t.Errorf("Login = %v, want it to have waited for a place to compare", err)
			}
		})
	}
	var failures int
	if err := svc.SQL().QueryRow(`SELECT COUNT(*) FROM login_failures`).Scan(&failures); err != nil || failures != 0 {
		t.Errorf("%d failures were counted of log-ins that compared nothing, %v", failures, err)
	}
}

func TestLoginHashesAnew(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	var store auth.Store
	svc.Accounts(t, func(s auth.Store) auth.Store { store = s; return s })
	config := svc.Settings.Accounts()
	config.BcryptCost = bcrypt.MinCost + 1
	accounts, err := auth.New(config, store, svc.Server.Log, svc.Clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	stored := func() string {
		user, err := store.User(t.Context(), auth.ByLogin("johndoe"))
		if err != nil {
			t.Fatal(err)
		}
		return user.HashedPassword
	}
	before := stored()
	if _, err := accounts.Login(t.Context(), client.Client{}, "johndoe", "wrong password"); err == nil || stored() != before {
		t.Errorf("a wrong password: %v, and the hash changed: %t", err, stored() != before)
	}
	if _, err := accounts.Login(t.Context(), client.Client{}, "johndoe", testkit.Password); err != nil {
		t.Fatal(err)
	}
	after := stored()
	if cost, err := bcrypt.Cost([]byte(after)); err != nil || cost != bcrypt.MinCost+1 {
		t.Errorf("the new hash has cost %d, %v", cost, err)
	}
	if _, err := accounts.Login(t.Context(), client.Client{}, "johndoe", testkit.Password); err != nil || stored() != after {
		t.Errorf("the next log-in: %v, and the hash changed again: %t", err, stored() != after)
	}
	svc.Login(t, "johndoe")
}

func TestNewRefusesOtherAlgorithms(t *testing.T) {
	for _, algorithm := range []string{"", "none", "RS256", "ES256", "hs256"} {
		if _, err := auth.New(auth.Config{Algorithm: algorithm, BcryptCost: bcrypt.MinCost}, nil, nil, time.Now); err == nil {
			t.Errorf("%q was taken", algorithm)
		}
	}
}

// Allowed takes effect at once, for everyone it refuses, whatever the reason.
func TestAllowedIsAskedEverywhere(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	user := func() auth.User {
		found, err := svc.Auth.State(t.Context(), "johndoe")
		if err != nil {
			t.Fatal(err)
		}
		return found.User
	}
	if _, err := svc.Auth.Authenticate(t.Context(), user(), testkit.Password); err != nil {
		t.Fatal(err)
	}
	if _, err := svc.SQL().Exec(`UPDATE users SET is_active = FALSE`); err != nil {
		t.Fatal(err)
	}
	if _, err := svc.Auth.Authenticate(t.Context(), user(), testkit.Password); !errors.Is(err, auth.ErrInvalidCredentials) {
		t.Errorf("Authenticate = %v", err)
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "running session", Request: svc.WhoAmI(token), Status: 401, Detail: "Invalid token"},
	})
	if svc.TryLogin(t, "johndoe", testkit.Password) != "" {
		t.Error("a user who is not allowed logs in")
	}
}
