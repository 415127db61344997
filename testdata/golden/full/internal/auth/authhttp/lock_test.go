package authhttp_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// Each failure from the fifth in a row locks for longer: 1 minute to 1 hour. A
// unknown name locks in the same way, so a lock does not reveal who has an
// account.
func TestLockDoubles(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: unlimited})
	svc.Register(t, "johndoe")
	for _, name := range []string{"johndoe", "nobody"} {
		fail(t, svc, 4, name, home)
		for _, minutes := range []int{1, 2, 4, 8, 16, 32, 60, 60} {
			lock := time.Duration(minutes) * time.Minute
			fail(t, svc, 1, name, home)
			try := from(home, testkit.LoginRequest(name, testkit.Password))
			svc.Run(t, []testkit.Scenario{
				{Name: fmt.Sprintf("%s, %v", name, lock), Request: try, Status: 429, Detail: locked, Header: lockedFor(lock)},
			})
			svc.Clock.Advance(lock - time.Second)
			svc.Run(t, []testkit.Scenario{
				{Name: fmt.Sprintf("%s, the last second of %v", name, lock), Request: try, Status: 429, Detail: locked, Header: lockedFor(time.Second)},
			})
			svc.Clock.Advance(time.Second)
		}
	}
	svc.Expect(t, 200, from(home, testkit.LoginRequest("johndoe", testkit.Password)))
	if locks := svc.Log.Lines(t, "event", "authn_login_lock"); len(locks) != 16 {
		t.Errorf("%d locks are logged, want 16", len(locks))
	}
}

func TestLockIsOfOneAccountAndOneNetwork(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: unlimited})
	svc.Register(t, "johndoe")
	svc.Register(t, "other")
	session := svc.Login(t, "johndoe")
	fail(t, svc, 3, "johndoe", home)
	fail(t, svc, 2, "JohnDoe@Example.com", home) // One account, whatever it is called.
	fail(t, svc, 5, "johndoe", "2001:db8:1:2::1")
	fail(t, svc, 3, "nobody", home)
	fail(t, svc, 2, "NoBody", home)
	fail(t, svc, 3, "caf\u00e9@example.com", home)
	fail(t, svc, 2, "CAFE\u0301@example.com", home)
	good := func(name, addr string) testkit.Request {
		return from(addr, testkit.LoginRequest(name, testkit.Password))
	}
	wrong := from(home, testkit.LoginRequest("johndoe", "wrong password"))
	beside := testkit.New(t, testkit.Options{SharedWith: svc, Configure: unlimited})
	beside.Run(t, []testkit.Scenario{{Name: "at another replica", Request: good("johndoe", home), Status: 429, Detail: locked, Header: lockedFor(time.Minute)}})
	svc.Run(t, []testkit.Scenario{
		{Name: "right password", Request: good("johndoe", home), Status: 429, Detail: locked, Header: lockedFor(time.Minute)},
		{Name: "wrong password", Request: wrong, Status: 429, Detail: locked, Header: lockedFor(time.Minute)},
		{Name: "by email", Request: good("johndoe@example.com", home), Status: 429, Detail: locked},
		{Name: "by name in other case", Request: good("JOHNDOE", home), Status: 429, Detail: locked},
		{Name: "by form", Request: from(home, login["token"]("johndoe", testkit.Password)), Status: 429, Detail: locked},
		{Name: "unknown name", Request: good("NOBODY", home), Status: 429, Detail: locked},
		{Name: "unknown email in another Unicode form", Request: good("cafe\u0301@example.com", home), Status: 429, Detail: locked},
		{Name: "other account", Request: good("other", home), Status: 200},
		{Name: "other network", Request: good("johndoe", "203.0.113.8"), Status: 200},
		{Name: "the same IPv6 /64", Request: good("johndoe", "2001:db8:1:2:ffff::9"), Status: 429, Detail: locked},
		{Name: "another IPv6 /64", Request: good("johndoe", "2001:db8:1:3::1"), Status: 200},
		{Name: "still locked after a log-in elsewhere", Request: good("johndoe", home), Status: 429, Detail: locked},
		{Name: "running session", Request: from(home, svc.WhoAmI(session)), Status: 200},
	})
}

func TestRefusedAttemptsDoNotProlongTheLock(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: unlimited})
	svc.Register(t, "johndoe")
	fail(t, svc, 5, "johndoe", home)
	for range 30 {
		svc.Expect(t, 429, from(home, testkit.LoginRequest("johndoe", "wrong password")))
		svc.Clock.Advance(2 * time.Second)
	}
	svc.Expect(t, 200, from(home, testkit.LoginRequest("johndoe", testkit.Password)))
}

func TestGoodLoginClearsFailures(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: unlimited})
	svc.Register(t, "johndoe")
	for range 3 {
		fail(t, svc, 4, "johndoe", home)
		svc.Expect(t, 200, from(home, testkit.LoginRequest("johndoe", testkit.Password)))
	}
	fail(t, svc, 4, "johndoe", home)
	svc.Clock.Advance(24 * time.Hour) // Then failures are forgotten.
	fail(t, svc, 4, "johndoe", home)
	svc.Expect(t, 200, from(home, testkit.LoginRequest("johndoe", testkit.Password)))
}

func TestWrongCurrentPasswordCounts(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: unlimited})
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	fail(t, svc, 2, "johndoe", home)
	for range 3 {
		svc.Expect(t, 400, from(home, changePassword(token, "wrong password", newPassword)))
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "change", Request: from(home, changePassword(token, testkit.Password, newPassword)), Status: 429, Detail: locked, Header: lockedFor(time.Minute)},
		{Name: "log-in", Request: from(home, testkit.LoginRequest("johndoe", testkit.Password)), Status: 429, Detail: locked, Header: lockedFor(time.Minute)},
		{Name: "session", Request: from(home, svc.WhoAmI(token)), Status: 200},
		{Name: "change from elsewhere", Request: changePassword(token, testkit.Password, newPassword), Status: 204},
	})
}

// 100 failures in 24 hours from anywhere restrict an account to the networks
// that it is known to be used from (NIST SP 800-63B-4 §3.2.2).
func TestManyNetworks(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: unlimited})
	svc.Register(t, "johndoe")
	good := func(addr string) testkit.Request {
		return from(addr, testkit.LoginRequest("johndoe", testkit.Password))
	}
	const old, unknown = "203.0.113.9", "203.0.113.99"
	svc.Expect(t, 200, good(old))
	svc.Clock.Advance(29 * 24 * time.Hour)
	svc.Expect(t, 200, good(home))
	svc.Clock.Advance(25 * time.Hour) // Now the log-in from old was 30 days ago.
	for i := range 99 {
		fail(t, svc, 1, "johndoe", "")
		if i == 0 {
			svc.Clock.Advance(time.Hour)
		}
	}
	svc.Expect(t, 200, good(unknown))
	fail(t, svc, 1, "johndoe", "")
	svc.Run(t, []testkit.Scenario{
		{Name: "a network never seen", Request: good("203.0.113.100"), Status: 429, Detail: locked, Header: lockedFor(23 * time.Hour)},
		{Name: "a network last seen 30 days ago", Request: good(old), Status: 429, Detail: locked},
		{Name: "a network seen 25 hours ago", Request: good(home), Status: 200},
		{Name: "a network seen just now", Request: good(unknown), Status: 200},
		{Name: "a known network with a wrong password", Request: from(home, testkit.LoginRequest("johndoe", "wrong password")), Status: 401, Detail: "Invalid credentials"},
	})
	svc.Clock.Advance(24 * time.Hour)
	svc.Expect(t, 200, good("203.0.113.100"))
}

// A failure counts for 24 hours: the row begins anew then.
func TestFailuresOfYesterdayLockNobody(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: unlimited})
	svc.Register(t, "johndoe")
	fail(t, svc, 5, "johndoe", home)
	svc.Clock.Advance(auth.HistoryLength + time.Second)
	fail(t, svc, 1, "johndoe", home)
	svc.Expect(t, 200, from(home, testkit.LoginRequest("johndoe", testkit.Password)))
}

// A network is known for 30 days after its last good log-in, and not after its first.
func TestNetworksStayKnown(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: unlimited})
	svc.Register(t, "johndoe")
	good := from(home, testkit.LoginRequest("johndoe", testkit.Password))
	for range 3 {
		svc.Expect(t, 200, good)
		svc.Clock.Advance(auth.NetworkMemory - time.Hour)
	}
	fail(t, svc, auth.AccountFailures, "johndoe", "")
	svc.Expect(t, 200, good)
}

// Who hangs up before the answer has guessed, too.
func TestGuessOfAClientThatLeavesCounts(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: unlimited})
	svc.Register(t, "johndoe")
	ctx, leave := context.WithCancel(t.Context())
	accounts := svc.Accounts(t, func(store auth.Store) auth.Store { return between{store, &sync.Once{}, leave} })
	_, err := accounts.Login(ctx, client.Client{Addr: netip.MustParseAddr(home)}, "johndoe", "wrong password")
	if !errors.Is(err, auth.ErrInvalidCredentials) {
		t.Errorf("error = %v, want %v", err, auth.ErrInvalidCredentials)
	}
	var failures int
	if err := svc.SQL().QueryRow(`SELECT COUNT(*) FROM login_failures`).Scan(&failures); err != nil || failures != 1 {
		t.Errorf("%d failures were counted, %v; want 1", failures, err)
	}
}

func TestLocksCanBeOff(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.RateLimitEnabled, s.LoginMaxFailures = false, 0 }})
	svc.Register(t, "johndoe")
	fail(t, svc, 101, "johndoe", home)
	svc.Expect(t, 200, from(home, testkit.LoginRequest("johndoe", testkit.Password)))
}
