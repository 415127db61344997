package authhttp_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/testkit"
)

// together sends the requests at once and counts the statuses.
func together(t *testing.T, svc *testkit.Service, requests []testkit.Request) map[int]int {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	statuses := map[int]int{}
	for _, request := range requests {
		wg.Go(func() {
			status := svc.Do(t, request).Status
			mu.Lock()
			defer mu.Unlock()
			statuses[status]++
		})
	}
	wg.Wait()
	return statuses
}

func TestParallelRegistrations(t *testing.T) {
	for name, request := range map[string]func(i int) testkit.Request{
		"one email": func(i int) testkit.Request {
			return registration([]string{"john@example.com", "JOHN@example.com"}[i%2], fmt.Sprintf("user%d", i), testkit.Password)
		},
		"one name": func(i int) testkit.Request {
			return registration(fmt.Sprintf("u%d@example.com", i), []string{"johndoe", "JohnDoe", "JOHNDOE"}[i%3], testkit.Password)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var requests []testkit.Request
			for i := range 32 {
				requests = append(requests, request(i))
			}
			if got := together(t, testkit.New(t, testkit.Options{}), requests); got[201] != 1 || got[409] != 31 {
				t.Errorf("statuses are %v, want one 201 and 409 for the rest", got)
			}
		})
	}
}

func TestParallelChangesToOneName(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	var requests []testkit.Request
	for i := range 8 {
		name := fmt.Sprintf("user%d", i)
		svc.Register(t, name)
		requests = append(requests, putMe(svc.Login(t, name), map[string]string{"username": "wanted"}))
	}
	if got := together(t, svc, requests); got[200] != 1 || got[409] != 7 {
		t.Errorf("statuses are %v, want one 200 and 409 for the rest", got)
	}
}

// However the last superusers turn on each other, one is left.
func TestParallelEndsOfSuperusers(t *testing.T) {
	for name, attack := range map[string]func(own string, victim int64) testkit.Request{
		"demote": func(own string, victim int64) testkit.Request {
			return update(victim, own, map[string]any{"is_superuser": false})
		},
		"disable": func(own string, victim int64) testkit.Request {
			return update(victim, own, map[string]any{"is_active": false})
		},
		"delete": func(own string, victim int64) testkit.Request { return remove(victim, own) },
		"leave":  func(own string, _ int64) testkit.Request { return deleteMe(own) },
	} {
		t.Run(name, func(t *testing.T) {
			for range 5 {
				svc := testkit.New(t, testkit.Options{})
				ann, bob := svc.Superuser(t, "ann"), svc.Superuser(t, "bob")
				got := together(t, svc, []testkit.Request{attack(svc.Login(t, "ann"), bob.ID), attack(svc.Login(t, "bob"), ann.ID)})
				if got[500] != 0 {
					t.Errorf("statuses are %v", got)
				}
				var left int
				err := svc.SQL().QueryRow(`SELECT COUNT(*) FROM users WHERE is_superuser AND is_active`).Scan(&left)
				if err != nil || left != 1 {
					t.Fatalf("%d superusers are left, %v; want 1", left, err)
				}
			}
		})
	}
}

// Guesses sent at once get no further than guesses sent in a row.
func TestParallelGuesses(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: unlimited})
	svc.Register(t, "johndoe")
	var guesses []testkit.Request
	for range 32 {
		guesses = append(guesses, from(home, testkit.LoginRequest("johndoe", "wrong password")))
	}
	if got := together(t, svc, guesses); got[401] != 5 || got[429] != 27 {
		t.Errorf("statuses are %v, want five 401 and 429 for the rest", got)
	}
	for i := range guesses {
		guesses[i] = from(home, testkit.LoginRequest("johndoe", testkit.Password))
	}
	if got := together(t, svc, guesses); got[429] != 32 {
		t.Errorf("statuses of the right password are %v, want only 429", got)
	}
}

// between runs a step when the password was compared, before the log-in's own
// transaction.
type between struct {
	auth.Store
	once *sync.Once
	step func()
}

func (b between) Update(ctx context.Context, fn func(auth.Tx) error) error {
	b.once.Do(b.step)
	return b.Store.Update(ctx, fn)
}

func TestLoginRacesWithOtherSteps(t *testing.T) {
	at := client.Client{Addr: netip.MustParseAddr(home)}
	for name, tt := range map[string]struct {
		step func(svc *testkit.Service, admin, john auth.Identity) error
		want string
	}{
		"nothing": {func(*testkit.Service, auth.Identity, auth.Identity) error { return nil }, ""},
		"password changed": {func(svc *testkit.Service, _, john auth.Identity) error {
			return svc.Auth.ChangePassword(t.Context(), at, john, testkit.Password, newPassword)
		}, "Invalid credentials"},
		"disabled": {func(svc *testkit.Service, admin, john auth.Identity) error {
			_, err := svc.Auth.UpdateUser(t.Context(), admin, john.User.ID, auth.Changes{IsActive: new(false)})
			return err
		}, "Invalid credentials"},
		"deleted": {func(svc *testkit.Service, admin, john auth.Identity) error {
			return svc.Auth.DeleteUser(t.Context(), admin, john.User.ID)
		}, "Invalid credentials"},
		"locked": {func(svc *testkit.Service, _, _ auth.Identity) error {
			for range 5 {
				if _, err := svc.Auth.Login(t.Context(), at, "johndoe", "wrong password"); !errors.Is(err, auth.ErrInvalidCredentials) {
					return err
				}
			}
			return nil
		}, locked},
	} {
		t.Run(name, func(t *testing.T) {
			svc := testkit.New(t, testkit.Options{Configure: unlimited})
			svc.Superuser(t, "boss")
			svc.Register(t, "johndoe")
			admin, john := svc.Identity(t, svc.Login(t, "boss")), svc.Identity(t, svc.Login(t, "johndoe"))
			accounts := svc.Accounts(t, func(store auth.Store) auth.Store {
				return between{store, &sync.Once{}, func() {
					if err := tt.step(svc, admin, john); err != nil {
						t.Errorf("the step between: %v", err)
					}
				}}
			})
			pair, err := accounts.Login(t.Context(), at, "johndoe", testkit.Password)
			if tt.want == "" && (err != nil || pair.AccessToken == "") {
				t.Errorf("Login = %v", err)
			}
			if tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || pair.AccessToken != "") {
				t.Errorf("Login = %v, want %s", err, tt.want)
			}
		})
	}
}

// What a superuser asked for is not done once the right is gone, however long it has
// waited, nor what anybody asked for themself once their sessions have ended.
func TestRequestsThatWaitTooLong(t *testing.T) {
	acts := map[string]func(accounts *auth.Service, by auth.Identity, other int64) error{
		"change of another": func(accounts *auth.Service, by auth.Identity, other int64) error {
			_, err := accounts.UpdateUser(t.Context(), by, other, auth.Changes{IsSuperuser: new(true)})
			return err
		},
		"end of another": func(accounts *auth.Service, by auth.Identity, other int64) error {
			return accounts.DeleteUser(t.Context(), by, other)
		},
		"end of another's sessions": func(accounts *auth.Service, by auth.Identity, other int64) error {
			return accounts.EndSessions(t.Context(), by, other)
		},
		"change of oneself": func(accounts *auth.Service, by auth.Identity, _ int64) error {
			_, err := accounts.UpdateSelf(t.Context(), by, auth.Changes{Username: new("another")})
			return err
		},
		"end of oneself": func(accounts *auth.Service, by auth.Identity, _ int64) error {
			return accounts.DeleteSelf(t.Context(), by)
		},
	}
	ends := map[string]func(svc *testkit.Service, boss, by auth.Identity) error{
		"demoted": func(svc *testkit.Service, boss, by auth.Identity) error {
			_, err := svc.Auth.UpdateUser(t.Context(), boss, by.User.ID, auth.Changes{IsSuperuser: new(false)})
			return err
		},
		"disabled": func(svc *testkit.Service, boss, by auth.Identity) error {
			_, err := svc.Auth.UpdateUser(t.Context(), boss, by.User.ID, auth.Changes{IsActive: new(false)})
			return err
		},
		"deleted": func(svc *testkit.Service, boss, by auth.Identity) error {
			return svc.Auth.DeleteUser(t.Context(), boss, by.User.ID)
		},
		"with another password": func(svc *testkit.Service, _, by auth.Identity) error {
			return svc.Auth.ChangePassword(t.Context(), client.Client{}, by, testkit.Password, newPassword)
		},
	}
	for act, do := range acts {
		for end, take := range ends {
			if end == "demoted" && strings.HasSuffix(act, "oneself") {
				continue // That takes no right.
			}
			t.Run(act+", "+end, func(t *testing.T) {
				svc := testkit.New(t, testkit.Options{Configure: unlimited})
				svc.Superuser(t, "boss")
				svc.Superuser(t, "janedoe")
				john := svc.Register(t, "johndoe")
				token := svc.Login(t, "johndoe")
				boss, jane := svc.Identity(t, svc.Login(t, "boss")), svc.Identity(t, svc.Login(t, "janedoe"))
				accounts := svc.Accounts(t, func(store auth.Store) auth.Store {
					return between{store, &sync.Once{}, func() {
						if err := take(svc, boss, jane); err != nil {
							t.Errorf("the step between: %v", err)
						}
					}}
				})
				if err := do(accounts, jane, john.ID); !errors.Is(err, auth.ErrInvalidToken) {
					t.Errorf("error = %v, want %v", err, auth.ErrInvalidToken)
				}
				svc.Expect(t, 200, svc.WhoAmI(token)) // The other user's session goes on.
				var superusers int
				err := svc.SQL().QueryRow(`SELECT COUNT(*) FROM users WHERE is_superuser AND username = 'johndoe'`).Scan(&superusers)
				if err != nil || superusers != 0 {
					t.Errorf("the other user is a superuser, %v", err)
				}
			})
		}
	}
}

// A password that was changed while the old one is hashed anew is not brought back.
func TestHashingAnewKeepsANewPassword(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: unlimited})
	svc.Register(t, "johndoe")
	identity := svc.Identity(t, svc.Login(t, "johndoe"))
	at := client.Client{Addr: netip.MustParseAddr(home)}
	config := svc.Settings.Accounts()
	config.BcryptCost = bcrypt.MinCost + 1
	steps := make(chan func(), 2)
	steps <- func() {} // The log-in itself comes first.
	steps <- func() {
		if err := svc.Auth.ChangePassword(t.Context(), at, identity, testkit.Password, newPassword); err != nil {
			t.Errorf("the change between: %v", err)
		}
	}
	svc.Accounts(t, func(store auth.Store) auth.Store {
		stronger, err := auth.New(config, inTurn{store, steps}, svc.Server.Log, svc.Clock.Now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stronger.Login(t.Context(), at, "johndoe", testkit.Password); err != nil {
			t.Errorf("the log-in that hashes anew: %v", err)
		}
		return store
	})
	if len(steps) != 0 {
		t.Error("nothing was hashed anew")
	}
	for password, good := range map[string]bool{newPassword: true, testkit.Password: false} {
		if token := svc.TryLogin(t, "johndoe", password); (token != "") != good {
			t.Errorf("%q logs in: %t, want %t", password, !good, good)
		}
	}
}

// inTurn runs a step before each transaction.
type inTurn struct {
	auth.Store
	steps chan func()
}

func (i inTurn) Update(ctx context.Context, fn func(auth.Tx) error) error {
	(<-i.steps)()
	return i.Store.Update(ctx, fn)
}

// A password that is hashed anew meanwhile is still the same one: nothing that
// compared it before is refused, or counted as a failure.
func TestHashingAnewDisturbsNobody(t *testing.T) {
	for name, act := range map[string]func(t *testing.T, accounts *auth.Service, identity auth.Identity) error{
		"log in": func(t *testing.T, accounts *auth.Service, _ auth.Identity) error {
			_, err := accounts.Login(t.Context(), client.Client{Addr: netip.MustParseAddr(home)}, "johndoe", testkit.Password)
			return err
		},
		"change of oneself": func(t *testing.T, accounts *auth.Service, identity auth.Identity) error {
			_, err := accounts.UpdateSelf(t.Context(), identity, auth.Changes{Username: new("johnny")})
			return err
		},
		"change of the password": func(t *testing.T, accounts *auth.Service, identity auth.Identity) error {
			return accounts.ChangePassword(t.Context(), client.Client{Addr: netip.MustParseAddr(home)}, identity, testkit.Password, newPassword)
		},
	} {
		t.Run(name, func(t *testing.T) {
			svc := testkit.New(t, testkit.Options{})
			svc.Register(t, "johndoe")
			identity, err := svc.Auth.Identify(t.Context(), svc.Login(t, "johndoe"))
			if err != nil {
				t.Fatal(err)
			}
			config := svc.Settings.Accounts()
			config.BcryptCost = bcrypt.MinCost + 1
			accounts := svc.Accounts(t, func(store auth.Store) auth.Store {
				stronger, err := auth.New(config, store, svc.Server.Log, svc.Clock.Now)
				if err != nil {
					t.Fatal(err)
				}
				return between{store, &sync.Once{}, func() {
					if _, err := stronger.Login(t.Context(), client.Client{}, "johndoe", testkit.Password); err != nil {
						t.Errorf("the log-in that hashes anew: %v", err)
					}
				}}
			})
			if err := act(t, accounts, identity); err != nil {
				t.Errorf("refused: %v", err)
			}
			var failures int
			if err := svc.SQL().QueryRow(`SELECT COUNT(*) FROM login_failures`).Scan(&failures); err != nil || failures != 0 {
				t.Errorf("%d failures were counted, %v", failures, err)
			}
		})
	}
}
