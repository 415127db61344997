package authhttp_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/testkit"
)

func TestMe(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	response := svc.Expect(t, 200, get("/api/v1/users/me", svc.Login(t, "johndoe")))
	checkKeys(t, response.Body, userKeys)
	if !strings.Contains(response.Body, `"username":"johndoe"`) {
		t.Errorf("GET /users/me = %s", response.Body)
	}
}

func TestUpdateMe(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	svc.Register(t, "taken")
	token := svc.Login(t, "johndoe")
	svc.Run(t, []testkit.Scenario{
		{Name: "guest", Request: putMe("", map[string]string{"username": "eve"}), Status: 401, Detail: "Not authenticated"},
		{Name: "name", Request: putMe(token, map[string]string{"username": "john"}), Status: 200, Want: []string{`"username":"john"`, `"email":"johndoe@example.com"`}},
		{Name: "own name in other case", Request: putMe(token, map[string]string{"username": "John"}), Status: 200, Want: []string{`"username":"John"`}},
		{Name: "nothing", Request: putMe(token, map[string]string{}), Status: 200, Want: []string{`"username":"John"`}},
		{Name: "name that is taken", Request: putMe(token, map[string]string{"username": "Taken"}), Status: 409, Detail: "Username already taken"},
		{Name: "email that is taken", Request: putMe(token, map[string]string{"email": "Taken@example.com"}), Status: 409, Detail: "Email already registered"},
		{Name: "own email", Request: putMe(token, map[string]string{"email": "JohnDoe@example.com"}), Status: 200, Want: []string{`"email":"johndoe@example.com"`}},
		{Name: "faults", Request: putMe(token, map[string]string{"email": "a@b", "username": "x"}), Status: 422, Messages: map[string]string{
			"body.email": "Email must be an address like user@example.com", "body.username": "Username must be 3 to 50 letters, digits, dots, underscores or hyphens"}},
		{Name: "empty email", Request: putMe(token, map[string]string{"email": ""}), Status: 422},
		{Name: "null is nothing", Request: putMe(token, map[string]any{"email": nil, "username": nil}), Status: 200, Want: []string{`"username":"John"`}},
		{Name: "superuser", Request: putMe(token, map[string]any{"is_superuser": true}), Status: 422, Messages: map[string]string{"body.is_superuser": "unexpected property"}},
		{Name: "active", Request: putMe(token, map[string]any{"is_active": true}), Status: 422},
		{Name: "another's id", Request: putMe(token, map[string]any{"id": 2, "username": "eve"}), Status: 422},
		{Name: "password", Request: putMe(token, map[string]any{"password": "another password"}), Status: 422},
		{Name: "other case beside it", Request: putMe(token, map[string]any{"username": "eve", "Username": "taken"}), Status: 422},
		{Name: "no body", Request: putMe(token, nil), Status: 415, Detail: "Unsupported media type"},
	})
	if me := svc.Identity(t, token).User; me.ID != 1 || me.Username != "John" || me.Email != "johndoe@example.com" || me.IsSuperuser {
		t.Errorf("after all, the user is %+v", me)
	}
}

// Whoever stole a token cannot take the account over: changing the e-mail and
// deleting the account require a recent log-in (RFC 9470).
func TestRecentLogin(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	challenge := map[string]string{"WWW-Authenticate": recentLogin}
	svc.Clock.Advance(15*time.Minute + time.Second)
	svc.Run(t, []testkit.Scenario{
		{Name: "new email", Request: putMe(token, map[string]string{"email": "new@example.com"}), Status: 401, Detail: "Recent log-in required", Header: challenge},
		{Name: "both", Request: putMe(token, map[string]string{"email": "new@example.com", "username": "new"}), Status: 401, Detail: "Recent log-in required", Header: challenge},
		{Name: "delete", Request: deleteMe(token), Status: 401, Detail: "Recent log-in required", Header: challenge},
		{Name: "only the name", Request: putMe(token, map[string]string{"username": "john"}), Status: 200},
		{Name: "the same email", Request: putMe(token, map[string]string{"email": "johndoe@example.com"}), Status: 200},
	})
	token = svc.Login(t, "john")
	svc.Clock.Advance(15 * time.Minute)
	svc.Run(t, []testkit.Scenario{
		{Name: "new email in time", Request: putMe(token, map[string]string{"email": "new@example.com"}), Status: 200},
		{Name: "delete in time", Request: deleteMe(token), Status: 204},
		{Name: "deleted", Request: svc.WhoAmI(token), Status: 401, Detail: "Invalid token"},
	})
	if svc.TryLogin(t, "john", testkit.Password) != "" {
		t.Error("a deleted user logs in")
	}
	svc.Register(t, "john") // The name and the address are free again.
}

func TestLastSuperuserStays(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Superuser(t, "boss")
	svc.Run(t, []testkit.Scenario{
		{Name: "the last", Request: deleteMe(svc.Login(t, "boss")), Status: 400, Detail: "The last superuser must stay one"},
	})
	deputy := svc.Superuser(t, "deputy")
	boss := svc.Identity(t, svc.Login(t, "boss"))
	if _, err := svc.Auth.UpdateUser(t.Context(), boss, deputy.ID, auth.Changes{IsActive: new(false)}); err != nil {
		t.Fatal(err)
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "the last that is active", Request: deleteMe(svc.Login(t, "boss")), Status: 400, Detail: "The last superuser must stay one"},
	})
	svc.Superuser(t, "second")
	svc.Expect(t, 204, deleteMe(svc.Login(t, "boss")))
}

func TestLogout(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	token, other := svc.Login(t, "johndoe"), svc.Login(t, "johndoe")
	logout := func(token string) testkit.Request {
		return testkit.Request{Method: "POST", Path: "/api/v1/auth/logout", Token: token}
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "guest", Request: logout(""), Status: 401, Detail: "Not authenticated", Header: map[string]string{"WWW-Authenticate": "Bearer"}},
		{Name: "bad token", Request: logout("bad"), Status: 401, Detail: "Invalid token"},
		{Name: "user", Request: logout(token), Status: 204},
		{Name: "again", Request: logout(token), Status: 401, Detail: "Invalid token"},
		{Name: "ended session", Request: svc.WhoAmI(token), Status: 401, Detail: "Invalid token"},
		{Name: "other session", Request: svc.WhoAmI(other), Status: 200},
	})
}

// Clients send all kinds of nothing with a log-out.
func TestLogoutWithoutContent(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Content-Length": {"0"}}
	for name, request := range map[string]testkit.Request{
		"no body":          {},
		"empty":            {Body: ""},
		"empty form":       {Header: form},
		"empty object":     {Body: "{}"},
		"null":             {Body: "null"},
		"null for a token": {Body: `{"refresh_token":null}`},
	} {
		t.Run(name, func(t *testing.T) {
			request.Method, request.Path = "POST", "/api/v1/auth/logout"
			svc.Run(t, []testkit.Scenario{{Name: "guest", Request: request, Status: 401, Detail: "Not authenticated"}})
			request.Token = svc.Login(t, "johndoe")
			svc.Run(t, []testkit.Scenario{
				{Name: "user", Request: request, Status: 204},
				{Name: "the session", Request: svc.WhoAmI(request.Token), Status: 401, Detail: "Invalid token"},
			})
		})
	}
}
