package authhttp_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// refresh exchanges a refresh token.
func refresh(t *testing.T, svc *testkit.Service, token string) testkit.Tokens {
	t.Helper()
	var tokens testkit.Tokens
	svc.Expect(t, http.StatusOK, refreshRequest(token)).JSON(t, &tokens)
	return tokens
}

func TestRefresh(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	first := svc.Session(t, "johndoe")
	svc.Run(t, []testkit.Scenario{
		{Name: "no token", Request: testkit.Post("/auth/refresh", map[string]string{}), Status: 422},
		{Name: "made-up token", Request: refreshRequest("nope"), Status: 401, Detail: invalidToken,
			Header: map[string]string{"WWW-Authenticate": `Bearer error="invalid_token", error_description="Invalid or expired token"`}},
		{Name: "an access token", Request: refreshRequest(first.Access[:200]), Status: 401, Detail: invalidToken},
		{Name: "a refresh token in place of an access token", Request: svc.WhoAmI(first.Refresh), Status: 401, Detail: "Invalid token"},
	})
	second := refresh(t, svc, first.Refresh)
	if second.Access == first.Access || second.Refresh == first.Refresh || !svc.Alive(t, second.Access) {
		t.Error("a refresh must give new, good tokens")
	}
	if len(second.Refresh) != 43 {
		t.Errorf("a refresh token has %d characters, want 43: 256 bits", len(second.Refresh))
	}
}

// withoutGrace ends a session at the second use of a refresh token.
func withoutGrace(s *settings.Settings) { s.RefreshGraceSeconds = 0 }

func TestSpentRefreshTokenEndsTheSession(t *testing.T) {
	for name, tt := range map[string]struct {
		configure func(*settings.Settings)
		refreshes int           // before the first token comes again
		wait      time.Duration // and how long after the last of them
	}{
		"its successor was spent":        {nil, 2, 0},
		"so was a later one":             {nil, 3, 0},
		"the grace is over":              {nil, 1, 10 * time.Second},
		"both":                           {nil, 2, time.Hour},
		"without a grace":                {withoutGrace, 1, 0},
		"without a grace, later":         {withoutGrace, 2, time.Minute},
		"a longer grace is over as well": {func(s *settings.Settings) { s.RefreshGraceSeconds = 60 }, 1, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			svc := testkit.New(t, testkit.Options{Configure: tt.configure})
			svc.Register(t, "johndoe")
			other, first := svc.Session(t, "johndoe"), svc.Session(t, "johndoe")
			last := first
			for range tt.refreshes {
				last = refresh(t, svc, last.Refresh)
			}
			svc.Clock.Advance(tt.wait)
			svc.Run(t, []testkit.Scenario{
				{Name: "the thief, or the owner, comes second", Request: refreshRequest(first.Refresh), Status: 401, Detail: invalidToken},
				{Name: "the newest token is void", Request: refreshRequest(last.Refresh), Status: 401, Detail: invalidToken},
			})
			if svc.Alive(t, last.Access) {
				t.Error("an access token of the session lives on")
			}
			if svc.Do(t, refreshRequest(other.Refresh)).Status != http.StatusOK {
				t.Error("another session ended")
			}
			if !strings.Contains(svc.Log.String(), "authn_token_reuse") {
				t.Error("the reuse is not in the log")
			}
		})
	}
}

// Two tabs, or a client that lost the answer, send a token again that was spent
// a moment ago: they get the same refresh token, and the session goes on.
func TestRefreshAgainWithinTheGrace(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	first := svc.Session(t, "johndoe")
	second := refresh(t, svc, first.Refresh)
	svc.Clock.Advance(9 * time.Second)
	again := refresh(t, svc, first.Refresh)
	if again.Refresh != second.Refresh {
		t.Error("the second answer has another refresh token")
	}
	if again.Access == second.Access || !svc.Alive(t, again.Access) || !svc.Alive(t, second.Access) {
		t.Error("each answer must have a good access token of its own")
	}
	third := refresh(t, svc, again.Refresh)
	if third.Refresh == second.Refresh || !svc.Alive(t, third.Access) {
		t.Error("the session does not go on")
	}
	if strings.Contains(svc.Log.String(), "authn_token_reuse") {
		t.Error("a reuse is in the log")
	}
}

// The grace does not open again what has ended.
func TestRefreshAgainOfAnEndedSession(t *testing.T) {
	for name, end := range map[string]func(*testkit.Service, auth.Identity) error{
		"log out": func(svc *testkit.Service, identity auth.Identity) error {
			return svc.Auth.Logout(t.Context(), identity)
		},
		"log out everywhere": func(svc *testkit.Service, identity auth.Identity) error {
			return svc.Auth.LogoutAll(t.Context(), identity.User)
		},
		"disabled": func(svc *testkit.Service, _ auth.Identity) error {
			_, err := svc.SQL().Exec(`UPDATE users SET is_active = FALSE`)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			svc := testkit.New(t, testkit.Options{})
			svc.Register(t, "johndoe")
			first := svc.Session(t, "johndoe")
			second := refresh(t, svc, first.Refresh)
			if err := end(svc, svc.Identity(t, second.Access)); err != nil {
				t.Fatal(err)
			}
			svc.Run(t, []testkit.Scenario{{Name: "again", Request: refreshRequest(first.Refresh), Status: 401, Detail: invalidToken}})
		})
	}
}

// The key may be changed while a token is exchanged.
func TestRefreshAgainAfterAChangeOfKeys(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	first := svc.Session(t, "johndoe")
	second := refresh(t, svc, first.Refresh)
	changed := testkit.New(t, testkit.Options{SharedWith: svc, Configure: func(s *settings.Settings) {
		s.SecretKeyPrevious, s.SecretKey = s.SecretKey, strings.Repeat("another key ", 6)
	}})
	if again := refresh(t, changed, first.Refresh); again.Refresh != second.Refresh {
		t.Error("the second answer has another refresh token")
	}
	if newest := refresh(t, changed, second.Refresh); !svc.Alive(t, second.Access) || newest.Refresh == second.Refresh {
		t.Error("the session does not go on")
	}
}

func TestRefreshInParallel(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	session := svc.Session(t, "johndoe")
	answers := make(chan testkit.Tokens, 20)
	var wg sync.WaitGroup
	for range cap(answers) {
		wg.Go(func() {
			var tokens testkit.Tokens
			response := svc.Do(t, refreshRequest(session.Refresh))
			if response.Status != http.StatusOK {
				t.Errorf("a refresh is answered with %d", response.Status)
				return
			}
			response.JSON(t, &tokens)
			answers <- tokens
		})
	}
	wg.Wait()
	close(answers)
	refreshTokens := map[string]bool{}
	for tokens := range answers {
		refreshTokens[tokens.Refresh] = true
		if !svc.Alive(t, tokens.Access) {
			t.Error("an access token is void")
		}
	}
	var rows int
	if err := svc.SQL().QueryRow(`SELECT COUNT(*) FROM tokens WHERE token_type = 'refresh'`).Scan(&rows); err != nil {
		t.Fatal(err)
	}
	if len(refreshTokens) != 1 || rows != 2 {
		t.Errorf("%d refresh tokens were handed out, and %d rows are stored; want one, and two with the spent one", len(refreshTokens), rows)
	}
}

func TestRefreshInParallelWithoutGrace(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: withoutGrace})
	svc.Register(t, "johndoe")
	session := svc.Session(t, "johndoe")
	var good atomic.Int32
	var mu sync.Mutex
	all := []testkit.Tokens{session}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			response := svc.Do(t, refreshRequest(session.Refresh))
			if response.Status != http.StatusOK {
				return
			}
			good.Add(1)
			var tokens testkit.Tokens
			response.JSON(t, &tokens)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, tokens)
		})
	}
	wg.Wait()
	if good.Load() > 1 {
		t.Errorf("%d uses succeeded, want at most 1", good.Load())
	}
	for _, tokens := range all {
		if svc.Alive(t, tokens.Access) || svc.Do(t, refreshRequest(tokens.Refresh)).Status != http.StatusUnauthorized {
			t.Error("the session lives on")
		}
	}
}

// A session that was ended remains ended, whatever was refreshed at that
// moment.
func TestRefreshRacesWithTheEndOfItsSession(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	for name, end := range map[string]func(testkit.Tokens, auth.Identity) error{
		"log out": func(_ testkit.Tokens, identity auth.Identity) error { return svc.Auth.Logout(t.Context(), identity) },
		"log out by refresh token": func(session testkit.Tokens, _ auth.Identity) error {
			return svc.Auth.LogoutByRefreshToken(t.Context(), session.Refresh)
		},
		"log out everywhere": func(_ testkit.Tokens, identity auth.Identity) error {
			return svc.Auth.LogoutAll(t.Context(), identity.User)
		},
		"revoke": func(_ testkit.Tokens, identity auth.Identity) error {
			return svc.Auth.RevokeSession(t.Context(), identity.User, identity.SessionID)
		},
	} {
		t.Run(name, func(t *testing.T) {
			for range 10 {
				session := svc.Session(t, "johndoe")
				identity := svc.Identity(t, session.Access)
				var refreshed testkit.Tokens
				var ended error
				var both sync.WaitGroup
				both.Go(func() {
					if response := svc.Do(t, refreshRequest(session.Refresh)); response.Status == http.StatusOK {
						response.JSON(t, &refreshed)
					}
				})
				both.Go(func() { ended = end(session, identity) })
				both.Wait()
				if ended != nil {
					t.Fatalf("the session was not ended: %v", ended)
				}
				if refreshed.Access != "" && svc.Alive(t, refreshed.Access) {
					t.Fatal("the session lives on")
				}
			}
		})
	}
}

func TestRefreshTokenExpires(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	session := svc.Session(t, "johndoe")
	svc.Clock.Advance(7 * 24 * time.Hour)
	svc.Run(t, []testkit.Scenario{{Name: "at its end", Request: refreshRequest(session.Refresh), Status: 401, Detail: invalidToken}})
}

func TestNoRefreshExtendsTheSession(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	session := svc.Session(t, "johndoe")
	for range 29 {
		svc.Clock.Advance(24 * time.Hour)
		session = refresh(t, svc, session.Refresh)
	}
	svc.Clock.Advance(24*time.Hour - 10*time.Minute)
	var last struct {
		testkit.Tokens
		ExpiresIn int `json:"expires_in"`
	}
	svc.Expect(t, http.StatusOK, refreshRequest(session.Refresh)).JSON(t, &last)
	if last.ExpiresIn != 600 {
		t.Errorf("the access token is good for %d s, want the 600 s that the session has left", last.ExpiresIn)
	}
	svc.Clock.Advance(10 * time.Minute)
	if svc.Alive(t, last.Access) {
		t.Error("the access token outlives the session")
	}
	svc.Run(t, []testkit.Scenario{{Name: "30 days after the log-in", Request: refreshRequest(last.Refresh), Status: 401, Detail: invalidToken}})
}

func TestRefreshKeepsTheTimeOfTheLogin(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	session := svc.Session(t, "johndoe")
	svc.Clock.Advance(16 * time.Minute)
	session = refresh(t, svc, session.Refresh)
	if err := svc.Auth.CheckRecent(svc.Identity(t, session.Access)); !errors.Is(err, auth.ErrRecentLogin) {
		t.Errorf("a refresh is taken for a log-in: %v", err)
	}
}

func TestRefreshOfADisabledUser(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	session := svc.Session(t, "johndoe")
	if _, err := svc.SQL().Exec(`UPDATE users SET is_active = FALSE`); err != nil {
		t.Fatal(err)
	}
	svc.Run(t, []testkit.Scenario{{Name: "is refused", Request: refreshRequest(session.Refresh), Status: 401, Detail: invalidToken}})
	if _, err := svc.SQL().Exec(`UPDATE users SET is_active = TRUE`); err != nil {
		t.Fatal(err)
	}
	if svc.Alive(t, session.Access) {
		t.Error("the session goes on once the user is allowed again")
	}
}

func TestRefreshIsLimitedPerClient(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	request := refreshRequest("nope")
	request.Addr = "203.0.113.7"
	for range 30 {
		svc.Expect(t, http.StatusUnauthorized, request)
	}
	svc.Run(t, []testkit.Scenario{{Name: "the 31st", Request: request, Status: 429, Detail: "Too many requests",
		Header: map[string]string{"Retry-After": "60"}}})
}
