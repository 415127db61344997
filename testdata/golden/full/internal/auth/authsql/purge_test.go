package authsql_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authmail"
	"example.com/myapi/internal/testkit"
)

func count(t *testing.T, svc *testkit.Service, table string) int {
	t.Helper()
	var n int
	if err := svc.SQL().QueryRow(`SELECT COUNT(*) FROM ` + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// purging stops PurgeEvery after its first round.
type purging struct {
	auth.Store
	stop func()
}

func (p purging) Purge(ctx context.Context, now time.Time) error {
	defer p.stop()
	return p.Store.Purge(ctx, now)
}

func purge(t *testing.T, svc *testkit.Service) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	svc.Accounts(t, func(store auth.Store) auth.Store { return purging{store, stop} }).PurgeEvery(ctx, time.Hour)
}

func TestPurge(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	expect := func(step string, accessTokens, failures, networks int) {
		t.Helper()
		purge(t, svc)
		for table, want := range map[string]int{
			"tokens WHERE token_type = 'access'": accessTokens, "login_failures": failures, "login_networks": networks, "users": 1,
		} {
			if got := count(t, svc, table); got != want {
				t.Errorf("%s: %d rows of %s, want %d", step, got, table, want)
			}
		}
	}
	svc.Login(t, "johndoe")
	svc.TryLogin(t, "johndoe", "wrong password")
	svc.TryLogin(t, "nobody", "wrong password")
	expect("at once", 1, 2, 1)
	svc.Clock.Advance(30*time.Minute - time.Second)
	expect("before the token expires", 1, 2, 1)
	svc.Clock.Advance(time.Second)
	expect("when the token expires", 0, 2, 1)
	svc.Clock.Advance(24*time.Hour - 30*time.Minute)
	expect("after a day", 0, 0, 1)
	svc.Clock.Advance(29 * 24 * time.Hour)
	expect("after 30 days", 0, 0, 0)
}

// Anyone can cause failures of unknown names; their number is bounded.
func TestPurgeBoundsFailures(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.TryLogin(t, "first", "wrong password")
	svc.TryLogin(t, "second", "wrong password")
	if _, err := svc.SQL().Exec(`UPDATE login_failures SET id = id + 999999 WHERE id = 2`); err != nil {
		t.Fatal(err)
	}
	purge(t, svc)
	if n := count(t, svc, "login_failures"); n != 1 {
		t.Errorf("%d failures are kept of numbers 1 and 1000001, want 1", n)
	}
}

// A mail that was sent counts to the limits of its address for a while; one that
// was given up can be looked at for longer.
func TestPurgeOfMails(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	mails.Refuse = func(to string) error {
		if to == "refused@example.com" {
			return &authmail.Refusal{Permanent: true, Err: errors.New("no such mailbox")}
		}
		return nil
	}
	expect := func(step string, want int) {
		t.Helper()
		purge(t, svc)
		if got := count(t, svc, "outbox"); got != want {
			t.Errorf("%s: %d mails are kept, want %d", step, got, want)
		}
	}
	svc.Register(t, "refused")
	svc.Register(t, "johndoe")
	mails.Deliver(t)
	expect("at once", 2)
	svc.Clock.Advance(24*time.Hour - time.Second)
	expect("before a day has passed", 2)
	svc.Clock.Advance(time.Second)
	expect("after a day", 1)
	svc.Register(t, "waiting")
	svc.Clock.Advance(29*24*time.Hour - time.Second)
	expect("before 30 days have passed", 2)
	svc.Clock.Advance(time.Second)
	expect("after 30 days, of those that are not yet sent", 1)
}
