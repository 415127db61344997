package authhttp_test

import (
	"errors"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/testkit"
)

// keyring is a superuser with a key that reads, one that has the scope admin as
// well, and what may end them.
type keyring struct {
	svc            *testkit.Service
	john           testkit.User
	token          string // of a session of his
	boss           string // of one of another superuser
	reading, admin string
}

func newKeyring(t *testing.T) keyring {
	t.Helper()
	k := keyring{svc: testkit.New(t, testkit.Options{})}
	k.svc.Superuser(t, "boss")
	k.john = k.svc.Superuser(t, "johndoe")
	k.boss, k.token = k.svc.Login(t, "boss"), k.svc.Login(t, "johndoe")
	k.reading, k.admin = k.svc.APIKey(t, "johndoe", "read"), k.svc.APIKey(t, "johndoe", "admin", "read")
	return k
}

func (k keyring) change(t *testing.T, changes map[string]any) {
	t.Helper()
	k.svc.Expect(t, 200, update(k.john.ID, k.boss, changes))
}

// TestWhatEndsAPIKeys is the column of API keys in the table of what ends what.
func TestWhatEndsAPIKeys(t *testing.T) {
	const ends, stays = true, false
	for event, tt := range map[string]struct {
		happen         func(*testing.T, keyring)
		reading, admin bool
	}{
		"nothing": {func(*testing.T, keyring) {}, stays, stays},
		"log out": {func(t *testing.T, k keyring) {
			k.svc.Expect(t, 204, testkit.Request{Method: "POST", Path: "/api/v1/auth/logout", Token: k.token})
		}, stays, stays},
		"password changed": {func(t *testing.T, k keyring) {
			k.svc.Expect(t, 204, changePassword(k.token, testkit.Password, newPassword))
		}, stays, stays},
		"name changed": {func(t *testing.T, k keyring) { k.change(t, map[string]any{"username": "john"}) }, stays, stays},
		"e-mail set by a superuser": {func(t *testing.T, k keyring) {
			k.change(t, map[string]any{"email": "set@example.com"})
		}, ends, ends},
		"disabled": {func(t *testing.T, k keyring) { k.change(t, map[string]any{"is_active": false}) }, ends, ends},
		"disabled and enabled again": {func(t *testing.T, k keyring) {
			k.change(t, map[string]any{"is_active": false})
			k.change(t, map[string]any{"is_active": true})
		}, ends, ends},
		"superuser taken": {func(t *testing.T, k keyring) { k.change(t, map[string]any{"is_superuser": false}) }, stays, ends},
		"superuser taken and given": {func(t *testing.T, k keyring) {
			k.change(t, map[string]any{"is_superuser": false})
			k.change(t, map[string]any{"is_superuser": true})
		}, stays, ends},
		"deleted": {func(t *testing.T, k keyring) { k.svc.Expect(t, 204, remove(k.john.ID, k.boss)) }, ends, ends},
	} {
		t.Run(event, func(t *testing.T) {
			k := newKeyring(t)
			tt.happen(t, k)
			for key, ended := range map[string]bool{k.reading: tt.reading, k.admin: tt.admin} {
				want := map[bool]int{ends: 401, stays: 200}[ended]
				if got := k.svc.Do(t, get("/api/v1/users/me", key)).Status; got != want {
					t.Errorf("a key (admin: %t) = %d, want %d", key == k.admin, got, want)
				}
			}
		})
	}
}

// Whatever else a key is for, the end of a superuser's rights ends one that has the scope
// admin.
func TestEndOfRightsEndsAllKeysForThem(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: unlimited})
	svc.Superuser(t, "boss")
	john := svc.Superuser(t, "johndoe")
	for _, scopes := range [][]string{{"admin"}, {"admin", "read"}, {"admin", "read", "write"}} {
		svc.APIKey(t, "johndoe", scopes...)
	}
	boss := svc.Identity(t, svc.Login(t, "boss"))
	if _, err := svc.Auth.UpdateUser(t.Context(), boss, john.ID, auth.Changes{IsSuperuser: new(false)}); err != nil {
		t.Fatal(err)
	}
	if keys, err := svc.Auth.APIKeys(t.Context(), john.ID); err != nil || len(keys) != 0 {
		t.Errorf("keys that are left: %+v, %v", keys, err)
	}
}

// An access token that has expired meanwhile makes no key.
func TestExpiredSessionMakesNoKey(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	keyOwner(t, svc, "johndoe")
	identity := svc.Identity(t, svc.Login(t, "johndoe"))
	svc.Clock.Advance(svc.Settings.AccessTokenLifetime() + time.Second)
	_, key, err := svc.Auth.CreateAPIKey(t.Context(), client.Client{Addr: netip.MustParseAddr(home)}, identity,
		auth.APIKeyRequest{Name: "late", Scopes: []string{"read"}})
	if !errors.Is(err, auth.ErrInvalidToken) || key != "" {
		t.Errorf("CreateAPIKey = %v", err)
	}
}

// The rights of a key are those that its user has now: a key that was not deleted
// in time is of no more use than its user's log-in.
func TestKeysOfWhoMayLess(t *testing.T) {
	for what, status := range map[string]int{"is_superuser": 403, "is_active": 401} {
		k := newKeyring(t)
		if _, err := k.svc.SQL().Exec(`UPDATE users SET `+what+` = FALSE WHERE id = ?`, k.john.ID); err != nil {
			t.Fatal(err)
		}
		k.svc.Expect(t, status, get("/api/v1/users", k.admin))
	}
}

// Whatever ends keys at the moment that one is made ends that one, too.
func TestKeysThatAreMadeMeanwhile(t *testing.T) {
	for event, happen := range map[string]func(*testing.T, keyring){
		"disabled":        func(t *testing.T, k keyring) { k.change(t, map[string]any{"is_active": false}) },
		"superuser taken": func(t *testing.T, k keyring) { k.change(t, map[string]any{"is_superuser": false}) },
		"e-mail set":      func(t *testing.T, k keyring) { k.change(t, map[string]any{"email": "set@example.com"}) },
		"logged out": func(t *testing.T, k keyring) {
			k.svc.Expect(t, 204, testkit.Request{Method: "POST", Path: "/api/v1/auth/logout", Token: k.token})
		},
	} {
		t.Run(event, func(t *testing.T) {
			k := newKeyring(t)
			identity, err := k.svc.Auth.Identify(t.Context(), k.token)
			if err != nil {
				t.Fatal(err)
			}
			accounts := k.svc.Accounts(t, func(store auth.Store) auth.Store {
				return between{store, &sync.Once{}, func() { happen(t, k) }}
			})
			_, key, err := accounts.CreateAPIKey(t.Context(), client.Client{Addr: netip.MustParseAddr(home)}, identity,
				auth.APIKeyRequest{Name: "late", Scopes: []string{"read"}})
			if !errors.Is(err, auth.ErrInvalidToken) || key != "" {
				t.Errorf("CreateAPIKey = %v", err)
			}
		})
	}
}

// A user without a confirmed address may be somebody else's, who has yet to find
// out.
func TestAPIKeysNeedAConfirmedAddress(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	john := svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	svc.Run(t, []testkit.Scenario{{Name: "not confirmed", Request: newKey(token, readingKey()), Status: 403, Detail: "User not verified"}})
	verify(t, svc, john)
	makeKey(t, svc, token, readingKey())
}

// apiKeyEndings is the part of API keys in the table of what ends what. Those of
// superusers are in TestWhatEndsAPIKeys.
func apiKeyEndings() chapter {
	var key string
	var made auth.APIKey
	return chapter{
		prepare: func(t *testing.T, s *situation) {
			key = s.svc.APIKey(t, "johndoe", "read")
			keys, err := s.svc.Auth.APIKeys(t.Context(), s.john.ID)
			if err != nil || len(keys) != 1 {
				t.Fatalf("the keys are %+v, %v", keys, err)
			}
			made = keys[0]
		},
		things: []thing{{
			name:  "API key",
			lives: func(t *testing.T, s *situation) bool { return s.svc.Do(t, get("/api/v1/users/me", key)).Status == 200 },
			ends: "password reset, e-mail set by a superuser, e-mail set by a superuser and set back, e-mail set by a superuser and confirmed, " +
				"e-mail set by a superuser and declined, disabled, disabled and enabled again, deleted by a superuser, deleted by the user",
		}},
		events: []event{
			{"another API key made", func(t *testing.T, s *situation) error {
				from, request := client.Client{Addr: netip.MustParseAddr(home)}, auth.APIKeyRequest{Name: "another", Scopes: []string{"read"}}
				_, _, err := s.svc.Auth.CreateAPIKey(t.Context(), from, s.svc.Identity(t, s.own.Access), request)
				return err
			}, "", "api_key_created"},
			{"API key deleted", func(t *testing.T, s *situation) error {
				return s.svc.Auth.DeleteAPIKey(t.Context(), auth.User{ID: s.john.ID}, made.ID)
			}, "API key", ""},
			{"API keys ended by a superuser", func(t *testing.T, s *situation) error {
				return s.svc.Auth.EndAPIKeys(t.Context(), s.admin.User, s.john.ID)
			}, "API key", ""},
		},
	}
}

// The owner learns of each key, and at a change of the password of those that go
// on.
func TestMailsAboutAPIKeys(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := keyOwner(t, svc, "johndoe")
	mails.Deliver(t)
	token := svc.Login(t, "johndoe")
	body := readingKey()
	body["name"] = "see evil.example.com <b>"
	made := makeKey(t, svc, token, body)
	notice := mails.Only(t, john.Email)
	for _, want := range []string{"see evil[.]example[.]com <b>", made.Prefix, "from the address 198.18."} {
		if !strings.Contains(notice.Text, want) {
			t.Errorf("the notice lacks %q: %s", want, notice.Text)
		}
	}
	if strings.Contains(notice.Raw, made.Key) || strings.Contains(notice.Raw, "<b>:") || !strings.Contains(notice.Subject, "API key") {
		t.Errorf("the notice is %s", notice.Raw)
	}
	gone := makeKey(t, svc, token, readingKey())
	svc.Expect(t, 204, deleteKey(gone.ID, token))
	if notice := mails.Only(t, john.Email); !strings.Contains(notice.Text, "deleted") || strings.Contains(notice.Text, "evil") {
		t.Errorf("the notice of a key that was deleted is %s", notice.Text)
	}
	svc.Expect(t, 204, changePassword(token, testkit.Password, newPassword))
	if notice := mails.Only(t, john.Email); !strings.Contains(notice.Text, "API keys that still work: 1.") {
		t.Errorf("the notice of a new password is %s", notice.Text)
	}
	svc.Expect(t, 204, deleteKey(made.ID, token))
	svc.Expect(t, 204, changePassword(token, newPassword, testkit.Password))
	if notice := mails.Only(t, john.Email); strings.Contains(notice.Text, "API key") {
		t.Errorf("the notice without keys is %s", notice.Text)
	}
}
