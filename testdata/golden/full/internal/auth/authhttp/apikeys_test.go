package authhttp_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

const ownKeys = "/api/v1/users/me/api-keys"

// newKey is the request for an API key.
func newKey(token string, body any) testkit.Request {
	return testkit.Request{Method: "POST", Path: ownKeys, Token: token, Body: body}
}

func readingKey() map[string]any { return map[string]any{"name": "backup", "scopes": []string{"read"}} }

// keyOwner registers a user who can make API keys.
func keyOwner(t *testing.T, svc *testkit.Service, name string) testkit.User {
	t.Helper()
	user := svc.Register(t, name)
	verify(t, svc, user)
	return user
}

// verify takes the address of a user as confirmed.
func verify(t *testing.T, svc *testkit.Service, user testkit.User) {
	t.Helper()
	if _, err := svc.SQL().Exec(`UPDATE users SET is_verified = TRUE WHERE id = ?`, user.ID); err != nil {
		t.Fatal(err)
	}
}

// madeKey is what the request for a key returns.
type madeKey struct {
	ID        int64   `json:"id"`
	Key       string  `json:"key"`
	Prefix    string  `json:"prefix"`
	ExpiresAt *string `json:"expires_at"`
}

func makeKey(t *testing.T, svc *testkit.Service, token string, body any) madeKey {
	t.Helper()
	var made madeKey
	svc.Expect(t, 201, newKey(token, body)).JSON(t, &made)
	return made
}

func deleteKey(id int64, token string) testkit.Request {
	return testkit.Request{Method: "DELETE", Path: fmt.Sprintf("%s/%d", ownKeys, id), Token: token}
}

func TestAPIKeyFromItsMakingToItsEnd(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	keyOwner(t, svc, "johndoe")
	token := svc.Login(t, "johndoe")
	response := svc.Expect(t, 201, newKey(token, map[string]any{"name": " nightly backup ", "scopes": []string{"write", "read", "write"}, "expires_in_days": 7}))
	checkKeys(t, response.Body, append(apiKeyKeys, "key"))
	var made madeKey
	response.JSON(t, &made)
	if !strings.HasPrefix(made.Key, made.Prefix) || len(made.Prefix) != len("myapi_")+6 || *made.ExpiresAt != "2026-03-08T12:00:00Z" {
		t.Errorf("made %+v", made)
	}
	svc.Expect(t, 200, get("/api/v1/users/me", made.Key))
	list := svc.Expect(t, 200, get(ownKeys, token)).Body
	for _, want := range []string{`"name":"nightly backup"`, `"scopes":["read","write"]`, made.Prefix} {
		if !strings.Contains(list, want) || strings.Contains(list, made.Key) {
			t.Errorf("the list lacks %s, or has the key: %s", want, list)
		}
	}
	var keys []json.RawMessage
	if err := json.Unmarshal([]byte(list), &keys); err != nil || len(keys) != 1 {
		t.Fatalf("%v: %s", err, list)
	}
	checkKeys(t, string(keys[0]), apiKeyKeys)
	svc.Expect(t, 204, deleteKey(made.ID, token))
	svc.Run(t, []testkit.Scenario{
		{Name: "the key has ended at once", Request: get("/api/v1/users/me", made.Key), Status: 401, Detail: "Invalid token"},
		{Name: "it is listed no more", Request: get(ownKeys, token), Status: 200, Want: []string{"[]"}},
		{Name: "it cannot be deleted again", Request: deleteKey(made.ID, token), Status: 404, Detail: "API key not found"},
	})
}

// apiKeyKeys are all that is published about an API key.
var apiKeyKeys = []string{"id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at", "last_used_ip"}

func TestRequestsForAPIKeys(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	keyOwner(t, svc, "johndoe")
	token := svc.Login(t, "johndoe")
	with := func(changes map[string]any) testkit.Request {
		body := readingKey()
		maps.Copy(body, changes)
		maps.DeleteFunc(body, func(_ string, value any) bool { return value == "missing" })
		return newKey(token, body)
	}
	const days, name = "out of the range that is allowed", "expected 1 to 100 characters on one line"
	svc.Run(t, []testkit.Scenario{
		{Name: "an unknown scope", Request: with(map[string]any{"scopes": []string{"read", "root"}}), Status: 422, Messages: map[string]string{"body.scopes": "unknown scope"}},
		{Name: "no scope", Request: with(map[string]any{"scopes": []string{}}), Status: 422, Messages: map[string]string{"body.scopes": "expected at least one scope"}},
		{Name: "no name", Request: with(map[string]any{"name": "  "}), Status: 422, Messages: map[string]string{"body.name": name}},
		{Name: "a name of 101 characters", Request: with(map[string]any{"name": strings.Repeat("ä", 101)}), Status: 422, Messages: map[string]string{"body.name": name}},
		{Name: "a name of 100 characters", Request: with(map[string]any{"name": strings.Repeat("ä", 100)}), Status: 201},
		{Name: "a name of two lines", Request: with(map[string]any{"name": "a\nb"}), Status: 422, Messages: map[string]string{"body.name": name}},
		{Name: "a name with NUL", Request: with(map[string]any{"name": "a\x00b"}), Status: 422, Messages: map[string]string{"body.name": name}},
		{Name: "a name that is turned around", Request: with(map[string]any{"name": "a\u202eb"}), Status: 422, Messages: map[string]string{"body.name": name}},
		{Name: "all at once", Request: with(map[string]any{"name": "", "scopes": []string{"x"}, "expires_in_days": 0}), Status: 422,
			Messages: map[string]string{"body.name": name, "body.scopes": "unknown scope", "body.expires_in_days": days}},
		{Name: "no end", Request: with(map[string]any{"expires_in_days": 0}), Status: 422, Messages: map[string]string{"body.expires_in_days": days}},
		{Name: "an end before now", Request: with(map[string]any{"expires_in_days": -1}), Status: 422, Messages: map[string]string{"body.expires_in_days": days}},
		{Name: "too late an end", Request: with(map[string]any{"expires_in_days": 366}), Status: 422, Messages: map[string]string{"body.expires_in_days": days}},
		{Name: "the latest end", Request: with(map[string]any{"expires_in_days": 365}), Status: 201, Want: []string{`"expires_at":"2027-03-01T12:00:00Z"`}},
		{Name: "the usual end", Request: with(nil), Status: 201, Want: []string{`"expires_at":"2026-05-30T12:00:00Z"`}},
		{Name: "null is the usual end", Request: with(map[string]any{"expires_in_days": nil}), Status: 201, Want: []string{`"expires_at":"2026-05-30T12:00:00Z"`}},
		{Name: "admin of a user", Request: with(map[string]any{"scopes": []string{"admin", "read"}}), Status: 403, Detail: "Not enough permissions"},
		{Name: "a guest", Request: newKey("", readingKey()), Status: 401, Detail: "Not authenticated"},
	})
	svc.Clock.Advance(16 * time.Minute)
	svc.Run(t, []testkit.Scenario{{Name: "an old log-in", Request: with(nil), Status: 401, Detail: "Recent log-in required"}})
}

// A key of which nothing is said lasts no longer than the service allows.
func TestUsualEndOfAPIKeys(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.APIKeyMaxDays = 30 }})
	keyOwner(t, svc, "johndoe")
	if made := makeKey(t, svc, svc.Login(t, "johndoe"), readingKey()); made.ExpiresAt == nil || *made.ExpiresAt != "2026-03-31T12:00:00Z" {
		t.Errorf("made %+v, want one that lasts 30 days", made)
	}
}

func TestKeysWithoutAnEnd(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.APIKeyMaxDays = 0 }})
	keyOwner(t, svc, "johndoe")
	body := readingKey()
	body["expires_in_days"] = 0
	made := makeKey(t, svc, svc.Login(t, "johndoe"), body)
	if made.ExpiresAt != nil {
		t.Errorf("it expires at %s", *made.ExpiresAt)
	}
	svc.Clock.Advance(20 * 365 * 24 * time.Hour)
	svc.Expect(t, 200, get("/api/v1/users/me", made.Key))
}

func TestAPIKeysPerUser(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	keyOwner(t, svc, "johndoe")
	token := svc.Login(t, "johndoe")
	var requests []testkit.Request
	for range 40 {
		requests = append(requests, newKey(token, readingKey()))
	}
	if got := together(t, svc, requests); got[201] != 20 || got[400] != 20 {
		t.Errorf("statuses are %v, want 20 times 201 and 400 for the rest", got)
	}
	svc.Run(t, []testkit.Scenario{{Name: "one more", Request: newKey(token, readingKey()), Status: 400, Detail: "Too many API keys"}})
	svc.Clock.Advance(90 * 24 * time.Hour)
	makeKey(t, svc, svc.Login(t, "johndoe"), readingKey()) // Those that have expired do not count.
}

func TestSuperusersAndAPIKeys(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Superuser(t, "boss")
	john := keyOwner(t, svc, "johndoe")
	key, admin := svc.APIKey(t, "johndoe", "read"), svc.Login(t, "boss")
	path := fmt.Sprintf("/api/v1/users/%d/api-keys", john.ID)
	end := testkit.Request{Method: "DELETE", Path: path, Token: admin}
	nobody := testkit.Request{Method: "DELETE", Path: "/api/v1/users/999/api-keys", Token: admin}
	svc.Run(t, []testkit.Scenario{
		{Name: "a user lists", Request: get(path, svc.Login(t, "johndoe")), Status: 403, Detail: "Not enough permissions"},
		{Name: "a superuser lists", Request: get(path, admin), Status: 200, Want: []string{`"scopes":["read"]`}, Unwanted: []string{key}},
		{Name: "a superuser's key lists", Request: get(path, svc.APIKey(t, "boss", "admin")), Status: 200},
		{Name: "those of nobody", Request: get("/api/v1/users/999/api-keys", admin), Status: 404, Detail: "User not found"},
		{Name: "a user ends", Request: testkit.Request{Method: "DELETE", Path: path, Token: svc.Login(t, "johndoe")}, Status: 403, Detail: "Not enough permissions"},
		{Name: "the key goes on", Request: get("/api/v1/users/me", key), Status: 200},
		{Name: "a superuser ends", Request: end, Status: 204},
		{Name: "the key has ended", Request: get("/api/v1/users/me", key), Status: 401, Detail: "Invalid token"},
		{Name: "ends those of nobody", Request: nobody, Status: 404, Detail: "User not found"},
	})
	svc.Clock.Advance(16 * time.Minute)
	svc.Run(t, []testkit.Scenario{{Name: "an old log-in ends", Request: end, Status: 401, Detail: "Recent log-in required"}})
}

// A key is purged 30 days after it has expired, until when it is listed.
func TestExpiredAPIKeys(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	keyOwner(t, svc, "johndoe")
	body := readingKey()
	body["expires_in_days"] = 1
	key := makeKey(t, svc, svc.Login(t, "johndoe"), body).Key
	svc.Clock.Advance(24*time.Hour - time.Microsecond)
	svc.Expect(t, 200, get("/api/v1/users/me", key))
	svc.Clock.Advance(time.Microsecond)
	svc.Run(t, []testkit.Scenario{
		{Name: "expired", Request: get("/api/v1/users/me", key), Status: 401, Detail: "Token expired"},
		{Name: "listed", Request: get(ownKeys, svc.Login(t, "johndoe")), Status: 200, Want: []string{"backup"}},
	})
	purge(t, svc)
	svc.Clock.Advance(30*24*time.Hour - time.Microsecond)
	purge(t, svc)
	if list := svc.Expect(t, 200, get(ownKeys, svc.Login(t, "johndoe"))).Body; !strings.Contains(list, "backup") {
		t.Errorf("purged too early: %s", list)
	}
	svc.Clock.Advance(time.Microsecond)
	purge(t, svc)
	svc.Run(t, []testkit.Scenario{{Name: "purged", Request: get(ownKeys, svc.Login(t, "johndoe")), Status: 200, Want: []string{"[]"}}})
}

// The last use is stored in the background, once a minute, and each line of the
// log names the key.
func TestUsesOfAPIKeys(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	keyOwner(t, svc, "johndoe")
	token := svc.Login(t, "johndoe")
	made := makeKey(t, svc, token, readingKey())
	use := func(addr, want string) {
		t.Helper()
		request := get("/api/v1/users/me", made.Key)
		request.Addr = addr
		svc.Expect(t, 200, request)
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
			list := svc.Expect(t, 200, get(ownKeys, token)).Body
			if strings.Contains(list, want) {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("the list never had %s: %s", want, list)
			}
		}
	}
	use("203.0.113.7", `"last_used_at":"2026-03-01T12:00:00Z","last_used_ip":"203.0.113.7"`)
	svc.Clock.Advance(time.Minute - time.Microsecond)
	use("203.0.113.8", `"last_used_ip":"203.0.113.7"`)
	svc.Clock.Advance(time.Microsecond)
	use("203.0.113.9", `"last_used_at":"2026-03-01T12:01:00Z","last_used_ip":"203.0.113.9"`)
	named := slices.DeleteFunc(svc.Log.Lines(t, "msg", "request"), func(line map[string]any) bool { return line["api_key_id"] == nil })
	if len(named) != 3 || named[0]["api_key_id"] != float64(made.ID) {
		t.Errorf("%d lines name the key %d: %v", len(named), made.ID, named)
	}
}

func TestLimitsOfAPIKeys(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.APIKeyRequestsPerMinute = 3 }})
	svc.Register(t, "johndoe")
	key, other := svc.APIKey(t, "johndoe", "read"), svc.APIKey(t, "johndoe", "read")
	for range 3 {
		svc.Expect(t, 200, get("/api/v1/users/me", key))
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "one too many", Request: get("/api/v1/users/me", key), Status: 429, Detail: "Too many requests", Header: map[string]string{"Retry-After": "60"}},
		{Name: "another key", Request: get("/api/v1/users/me", other), Status: 200},
		{Name: "a session", Request: get("/api/v1/users/me", svc.Login(t, "johndoe")), Status: 200},
	})
	svc.Clock.Advance(time.Minute)
	svc.Expect(t, 200, get("/api/v1/users/me", key))
	svc.Clock.Advance(-time.Minute)
	wrong := from(home, get("/api/v1/users/me", otherwise(key)))
	for range 60 {
		svc.Expect(t, http.StatusUnauthorized, wrong)
	}
	svc.Expect(t, http.StatusTooManyRequests, wrong)
	svc.Expect(t, http.StatusUnauthorized, from("198.51.100.77", wrong)) // The limit is of each client.
	svc.Expect(t, http.StatusOK, from(home, get("/api/v1/users/me", other)))
}
