package authhttp_test

import (
	"context"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/ratelimit"
	"example.com/myapi/internal/testkit"
)

// purge deletes what no longer counts.
func purge(t *testing.T, svc *testkit.Service) {
	t.Helper()
	svc.Accounts(t, func(store auth.Store) auth.Store {
		if err := store.Purge(t.Context(), svc.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		return store
	})
}

// otherwise is a key with the right checksum that nobody has made.
func otherwise(key string) string {
	end := len(key) - 6
	body := []byte(key[:end])
	body[end-1] ^= 1 // It may leave base62, but only to a neighbour of it.
	if !strings.ContainsRune(base62, rune(body[end-1])) {
		body[end-1] = '0'
	}
	sum := crc32.ChecksumIEEE(body)
	var digits [6]byte
	for i := 5; i >= 0; i-- {
		digits[i] = base62[sum%62]
		sum /= 62
	}
	return string(body) + string(digits[:])
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// Nobody gets a key for somebody else by saying so (CVE-2025-61928).
func TestKeysAreOnesOwn(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	john, jane := keyOwner(t, svc, "johndoe"), keyOwner(t, svc, "janedoe")
	token, hers := svc.Login(t, "johndoe"), svc.Login(t, "janedoe")
	for _, name := range []string{"user_id", "userId", "UserID", "id"} {
		body := readingKey()
		body[name] = jane.ID
		svc.Expect(t, 422, newKey(token, body))
	}
	if list := svc.Expect(t, 200, get(ownKeys, hers)).Body; strings.TrimSpace(list) != "[]" {
		t.Errorf("she has keys: %s", list)
	}
	made := makeKey(t, svc, token, readingKey())
	svc.Run(t, []testkit.Scenario{
		{Name: "his key shows him", Request: get("/api/v1/users/me", made.Key), Status: 200, Want: []string{`"username":"johndoe"`}, Unwanted: []string{"janedoe"}},
		{Name: "she cannot delete it", Request: deleteKey(made.ID, hers), Status: 404, Detail: "API key not found"},
		{Name: "she does not see it", Request: get(ownKeys, hers), Status: 200, Want: []string{"[]"}},
		{Name: "his key does not list users", Request: get(fmt.Sprintf("/api/v1/users/%d", john.ID), made.Key), Status: 403, Detail: "API key lacks the scope admin",
			Header: map[string]string{"WWW-Authenticate": `Bearer error="insufficient_scope", scope="admin"`}},
	})
}

// Whoever finds a key cannot turn it into the account.
func TestWhatNoAPIKeyCanDo(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Superuser(t, "boss")
	john := keyOwner(t, svc, "johndoe")
	key := svc.APIKey(t, "boss", "read", "write", "admin")
	for _, request := range []testkit.Request{
		newKey(key, readingKey()), get(ownKeys, key), deleteKey(1, key),
		putMe(key, map[string]string{"email": "new@example.com"}), putMe(key, map[string]string{"username": "john"}), deleteMe(key),
		changePassword(key, testkit.Password, newPassword),
		update(john.ID, key, map[string]any{"is_superuser": true}), remove(john.ID, key),
		{Method: "DELETE", Path: fmt.Sprintf("/api/v1/users/%d/api-keys", john.ID), Token: key},
		{Method: "POST", Path: "/api/v1/auth/logout", Token: key},
		{Method: "POST", Path: "/api/v1/auth/logout-all", Token: key},
		get("/api/v1/users/me/sessions", key),
		{Method: "DELETE", Path: "/api/v1/users/me/sessions/x", Token: key},
		{Method: "DELETE", Path: fmt.Sprintf("/api/v1/users/%d/sessions", john.ID), Token: key},
	} {
		response := svc.Expect(t, 403, request)
		if detail := response.Problem(t).Detail; detail != "Not available with an API key" {
			t.Errorf("%s %s: %s", request.Method, request.Path, detail)
		}
	}
	svc.Expect(t, 200, get("/api/v1/users/me", svc.Login(t, "johndoe")))
	if len(svc.Log.Lines(t, "event", "authz_fail")) == 0 {
		t.Error("no refusal was logged")
	}
}

// A plain handler has no operation: the method decides. RequireRecentLogin never
// holds, and RequireSuperuser needs the scope admin.
func TestGuardsOfPlainHandlersAndAPIKeys(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Superuser(t, "boss")
	reading, writing, admin := svc.APIKey(t, "boss", "read"), svc.APIKey(t, "boss", "write"), svc.APIKey(t, "boss", "read", "admin")
	guard := authhttp.NewGuard(svc.Auth, svc.Dependencies.Log)
	hello := func(ctx context.Context) string { return "Hello " + authhttp.OptionalUser(ctx).Username + "!" }
	if got := call(protect(guard.Plain().RequireUser, hello), reading).Code; got != 401 {
		t.Errorf("a guard that does not allow API keys answers %d", got)
	}
	guard.AllowAPIKeys(nil, ratelimit.New(false, svc.Clock.Now), 0)
	plain := guard.Plain()
	for name, tt := range map[string]struct {
		guard plainGuard
		key   string
		want  int
	}{
		"user, read": {plain.RequireUser, reading, 200}, "user, write": {plain.RequireUser, writing, 200},
		"superuser, write": {plain.RequireSuperuser, writing, 403}, "superuser, admin": {plain.RequireSuperuser, admin, 200},
		"recent log-in, write": {plain.RequireRecentLogin, writing, 401}, "guests, read": {plain.AllowGuests, reading, 200},
	} {
		if got := call(protect(tt.guard, hello), tt.key); got.Code != tt.want {
			t.Errorf("%s = %d %s, want %d", name, got.Code, got.Body, tt.want)
		}
	}
	for key, want := range map[string]int{reading: 403, writing: 200} {
		r := httptest.NewRequest(http.MethodPost, "/hello", nil)
		r.Header.Set("Authorization", "Bearer "+key)
		recorder := httptest.NewRecorder()
		if protect(plain.RequireUser, hello).ServeHTTP(recorder, r); recorder.Code != want {
			t.Errorf("a POST with the scope of %t for writing = %d, want %d", key == writing, recorder.Code, want)
		}
	}
	narrow := svc.APIKey(t, "boss", "admin")
	if got := call(protect(plain.RequireUser, hello), narrow).Code; got != 403 {
		t.Errorf("a key that may not read reads: %d", got)
	}
}

// lookups counts what a request asks the database for.
type lookups struct {
	auth.Store
	keys, sessions *atomic.Int64
}

func (l lookups) APIKey(ctx context.Context, hash string) (auth.APIKey, auth.User, error) {
	l.keys.Add(1)
	return l.Store.APIKey(ctx, hash)
}

func (l lookups) Session(ctx context.Context, hash string, now time.Time) (auth.Identity, error) {
	l.sessions.Add(1)
	return l.Store.Session(ctx, hash, now)
}

// What is no key costs no query, and a key costs one.
func TestLookupsOfAPIKeys(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	key, token := svc.APIKey(t, "johndoe", "read"), svc.Login(t, "johndoe")
	var keys, sessions atomic.Int64
	accounts := svc.Accounts(t, func(store auth.Store) auth.Store { return lookups{store, &keys, &sessions} })
	guard := authhttp.NewGuard(accounts, svc.Dependencies.Log)
	guard.AllowAPIKeys(nil, ratelimit.New(false, svc.Clock.Now), 0)
	handler := protect(guard.Plain().RequireUser, func(context.Context) string { return "Hello!" })
	parts := strings.Split(token, ".")
	for name, tt := range map[string]struct {
		token                  string
		status, keys, sessions int64
	}{
		"a key":                                {key, 200, 1, 0},
		"a session":                            {token, 200, 0, 1},
		"a key that nobody has":                {otherwise(key), 401, 1, 0},
		"a mistyped key":                       {key[:len(key)-1] + "_", 401, 0, 0},
		"another checksum":                     {key[:len(key)-6] + "000000", 401, 0, 0},
		"4 KiB of prefix":                      {strings.Repeat("a", 4<<10) + key, 401, 0, 0},
		"a JWT with a key in the signature":    {parts[0] + "." + parts[1] + "." + key, 401, 0, 0},
		"a key and then a JWT":                 {key + "." + token, 401, 0, 0},
		"the hash in its place":                {strings.Repeat("a", 64), 401, 0, 0},
		"the beginning that the list has":      {key[:12], 401, 0, 0},
		"a key in another case of the letters": {strings.ToUpper(key), 401, 0, 0},
	} {
		keys.Store(0)
		sessions.Store(0)
		if got := call(handler, tt.token).Code; int64(got) != tt.status || keys.Load() != tt.keys || sessions.Load() != tt.sessions {
			t.Errorf("%s = %d with %d and %d lookups", name, got, keys.Load(), sessions.Load())
		}
	}
}

// A key counts in the one header, and nowhere else.
func TestWhereAPIKeysAreSent(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	key := svc.APIKey(t, "johndoe", "read")
	const me = "/api/v1/users/me"
	with := func(name string, values ...string) testkit.Request {
		return testkit.Request{Method: "GET", Path: me, Header: http.Header{name: values}}
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "the header", Request: with("Authorization", "Bearer "+key), Status: 200},
		{Name: "two headers", Request: with("Authorization", "Bearer "+key, "Bearer "+key), Status: 401, Detail: "Not authenticated"},
		{Name: "another scheme", Request: with("Authorization", "Basic "+key), Status: 401, Detail: "Not authenticated"},
		{Name: "no scheme", Request: with("Authorization", key), Status: 401, Detail: "Not authenticated"},
		{Name: "X-API-Key", Request: with("X-API-Key", key), Status: 401, Detail: "Not authenticated"},
		{Name: "a cookie", Request: with("Cookie", "access_token="+key), Status: 401, Detail: "Not authenticated"},
		{Name: "the query", Request: get(me+"?access_token="+key+"&api_key="+key, ""), Status: 401, Detail: "Not authenticated"},
		{Name: "as refresh token", Request: refreshRequest(key), Status: 401, Detail: "Invalid or expired token"},
		{Name: "as reset token", Request: resetRequest(key, newPassword), Status: 400, Detail: "Invalid or expired token"},
		{Name: "as verification token", Request: verifyRequest(key), Status: 400, Detail: "Invalid or expired token"},
		{Name: "a refresh token as key", Request: get(me, svc.Session(t, "johndoe").Refresh), Status: 401, Detail: "Invalid token"},
	})
}

// Neither the log nor the database has a key.
func TestAPIKeysLeaveNoSecrets(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	keyOwner(t, svc, "johndoe")
	made := makeKey(t, svc, svc.Login(t, "johndoe"), readingKey())
	for _, request := range []testkit.Request{
		get("/api/v1/users/me", made.Key), get("/api/v1/users/me", otherwise(made.Key)), get("/api/v1/users/me?key="+made.Key, ""),
		newKey(made.Key, readingKey()), get("/api/v1/users", made.Key),
	} {
		svc.Do(t, request)
	}
	svc.Expect(t, 204, deleteKey(made.ID, svc.Login(t, "johndoe")))
	makeKey(t, svc, svc.Login(t, "johndoe"), readingKey())
	for _, secret := range []string{made.Key, made.Key[len(made.Key)-20:], otherwise(made.Key)} {
		if strings.Contains(svc.Log.String(), secret) {
			t.Errorf("%s is in the log", secret)
		}
	}
	for _, event := range []string{"authn_token_created", "authn_token_revoked"} {
		lines := svc.Log.Lines(t, "event", event)
		if len(lines) == 0 || lines[0]["kind"] != "api_key" || lines[0]["key_id"] == nil {
			t.Errorf("%s was logged as %v", event, lines)
		}
	}
	var n int
	err := svc.SQL().QueryRow(`SELECT COUNT(*) FROM api_keys WHERE key_hash = ? OR prefix = ? OR LENGTH(key_hash) <> 64 OR LENGTH(prefix) > 17`,
		made.Key, made.Key).Scan(&n)
	if err != nil || n != 0 {
		t.Errorf("%d rows have more of a key than they should, %v", n, err)
	}
}

// call sends a request to a plain handler.
func call(handler http.Handler, token string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/hello", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	return recorder
}
