package authhttp_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"example.com/myapi/internal/testkit"
)

func TestUsersAreForSuperusers(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	admin, other := svc.Superuser(t, "boss"), svc.Register(t, "other")
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	change := map[string]any{"is_superuser": true}
	for name, request := range map[string]func(token string) testkit.Request{
		"list":   func(token string) testkit.Request { return get("/api/v1/users", token) },
		"get":    func(token string) testkit.Request { return get(user(other.ID), token) },
		"update": func(token string) testkit.Request { return update(other.ID, token, change) },
		"delete": func(token string) testkit.Request { return remove(admin.ID, token) },
	} {
		svc.Run(t, []testkit.Scenario{
			{Name: name + " as guest", Request: request(""), Status: 401, Detail: "Not authenticated", Header: map[string]string{"WWW-Authenticate": "Bearer"}},
			{Name: name + " as user", Request: request(token), Status: 403, Detail: "Not enough permissions", Unwanted: []string{"@"}},
		})
	}
	if refused := svc.Log.Lines(t, "event", "authz_fail"); len(refused) != 4 {
		t.Errorf("logged refusals: %v", refused)
	}
}

func TestListUsers(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Superuser(t, "boss")
	token := svc.Login(t, "boss")
	for i := range 24 {
		svc.Register(t, fmt.Sprintf("user%02d", i))
	}
	type page struct {
		Items      []struct{ Username string }
		NextCursor *string `json:"next_cursor"`
	}
	list := func(query string) page {
		response := svc.Expect(t, 200, get("/api/v1/users"+query, token))
		checkKeys(t, response.Body, []string{"items", "next_cursor"})
		var p page
		response.JSON(t, &p)
		return p
	}
	if p := list(""); len(p.Items) != 20 || p.NextCursor == nil {
		t.Errorf("%d users by default, want 20 and a cursor", len(p.Items))
	}
	if p := list("?limit=100"); len(p.Items) != 25 || p.NextCursor != nil {
		t.Errorf("%d users, want all 25 and no cursor", len(p.Items))
	}
	var walked []string
	for query := "?limit=5"; query != ""; {
		p := list(query)
		for _, item := range p.Items {
			walked = append(walked, item.Username)
		}
		query = ""
		if p.NextCursor != nil {
			query = "?limit=5&cursor=" + *p.NextCursor
		}
	}
	if len(walked) != 25 || !slices.IsSorted(walked) || len(slices.Compact(walked)) != 25 {
		t.Errorf("the pages have %q", walked)
	}
	if p := list("?cursor=999999999999999999"); len(p.Items) != 0 || p.NextCursor != nil {
		t.Errorf("after the end: %+v", p)
	}
	for _, query := range []string{"limit=0", "limit=101", "limit=-1", "limit=x", "limit=1.5", "cursor=x", "cursor=-1", "cursor=1%20OR%201", "cursor=9999999999999999999"} {
		if response := svc.Do(t, get("/api/v1/users?"+query, token)); response.Status != 422 {
			t.Errorf("?%s = %d %s, want 422", query, response.Status, response.Body)
		}
	}
}

func TestGetUser(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Superuser(t, "boss")
	john := svc.Register(t, "johndoe")
	token := svc.Login(t, "boss")
	checkKeys(t, svc.Expect(t, 200, get(user(john.ID), token)).Body, userKeys)
	svc.Run(t, []testkit.Scenario{
		{Name: "found", Request: get(user(john.ID), token), Status: 200, Want: []string{`"username":"johndoe"`}},
		{Name: "unknown", Request: get(user(999), token), Status: 404, Detail: "User not found"},
		{Name: "zero", Request: get(user(0), token), Status: 422},
		{Name: "negative", Request: get(user(-1), token), Status: 422},
		{Name: "no number", Request: get(user("x"), token), Status: 422},
		{Name: "too large", Request: get(user("9223372036854775808"), token), Status: 422},
	})
}

func TestUpdateUser(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	admin, john := svc.Superuser(t, "boss"), svc.Register(t, "johndoe")
	svc.Register(t, "taken")
	token := svc.Login(t, "boss")
	svc.Run(t, []testkit.Scenario{
		{Name: "all", Request: update(john.ID, token, map[string]any{"email": "J@Example.com", "username": "john", "is_active": false, "is_superuser": true}),
			Status: 200, Want: []string{`"email":"j@example.com"`, `"username":"john"`, `"is_active":false`, `"is_superuser":true`}},
		{Name: "nothing", Request: update(john.ID, token, map[string]any{}), Status: 200, Want: []string{`"username":"john"`, `"is_active":false`}},
		{Name: "unknown", Request: update(999, token, map[string]any{}), Status: 404, Detail: "User not found"},
		{Name: "oneself", Request: update(admin.ID, token, map[string]any{"is_superuser": false}), Status: 400, Detail: "Use /users/me for your own account"},
		{Name: "oneself, nothing", Request: update(admin.ID, token, map[string]any{}), Status: 400, Detail: "Use /users/me for your own account"},
		{Name: "email that is taken", Request: update(john.ID, token, map[string]any{"email": "taken@example.com"}), Status: 409, Detail: "Email already registered"},
		{Name: "name that is taken", Request: update(john.ID, token, map[string]any{"username": "TAKEN"}), Status: 409, Detail: "Username already taken"},
		{Name: "faults", Request: update(john.ID, token, map[string]any{"email": "a@b", "username": "x"}), Status: 422},
		{Name: "null is nothing", Request: update(john.ID, token, map[string]any{"is_superuser": nil}), Status: 200, Want: []string{`"is_superuser":true`}},
		{Name: "text for a bool", Request: update(john.ID, token, map[string]any{"is_superuser": "true"}), Status: 422},
		{Name: "number for a bool", Request: update(john.ID, token, map[string]any{"is_active": 1}), Status: 422},
		{Name: "password", Request: update(john.ID, token, map[string]any{"password": newPassword}), Status: 422, Unwanted: []string{newPassword}},
		{Name: "id", Request: update(john.ID, token, map[string]any{"id": 99}), Status: 422},
	})
}

func TestDeleteUser(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	admin, john := svc.Superuser(t, "boss"), svc.Register(t, "johndoe")
	token, johns := svc.Login(t, "boss"), svc.Login(t, "johndoe")
	svc.TryLogin(t, "johndoe", "wrong password")
	svc.Run(t, []testkit.Scenario{
		{Name: "oneself", Request: remove(admin.ID, token), Status: 400, Detail: "Use /users/me for your own account"},
		{Name: "unknown", Request: remove(999, token), Status: 404, Detail: "User not found"},
		{Name: "user", Request: remove(john.ID, token), Status: 204},
		{Name: "again", Request: remove(john.ID, token), Status: 404, Detail: "User not found"},
		{Name: "their session", Request: svc.WhoAmI(johns), Status: 401, Detail: "Invalid token"},
	})
	var rows int
	query := fmt.Sprintf(`SELECT (SELECT COUNT(*) FROM tokens WHERE user_id = %[1]d) +
		(SELECT COUNT(*) FROM login_networks WHERE account = 'user:%[1]d') + (SELECT COUNT(*) FROM login_failures WHERE account = 'user:%[1]d')`, john.ID)
	if err := svc.SQL().QueryRow(query).Scan(&rows); err != nil || rows != 0 {
		t.Errorf("%d rows of the user are left, %v", rows, err)
	}
	if again := svc.Register(t, "johndoe"); again.ID == john.ID {
		t.Error("the id of a deleted user was given to another")
	}
	deleted := svc.Log.Lines(t, "event", "user_deleted")
	if len(deleted) != 1 || deleted[0]["user_id"] != float64(admin.ID) || deleted[0]["subject_id"] != float64(john.ID) {
		t.Errorf("who deleted whom is logged as %v", deleted)
	}
}

func TestManagingUsersTakesARecentLogin(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Superuser(t, "boss")
	john := svc.Register(t, "johndoe")
	token := svc.Login(t, "boss")
	svc.Clock.Advance(15*time.Minute + time.Second)
	challenge := map[string]string{"WWW-Authenticate": recentLogin}
	svc.Run(t, []testkit.Scenario{
		{Name: "update", Request: update(john.ID, token, map[string]any{"is_active": false}), Status: 401, Detail: "Recent log-in required", Header: challenge},
		{Name: "delete", Request: remove(john.ID, token), Status: 401, Detail: "Recent log-in required", Header: challenge},
		{Name: "get", Request: get(user(john.ID), token), Status: 200},
		{Name: "list", Request: get("/api/v1/users", token), Status: 200, Want: []string{"johndoe"}},
	})
}
