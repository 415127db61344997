package authhttp_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"example.com/myapi/internal/testkit"
)

func register(body any) testkit.Request {
	return testkit.Request{Method: "POST", Path: "/api/v1/auth/register", Body: body}
}

func registration(email, username, password string) testkit.Request {
	return register(map[string]string{"email": email, "username": username, "password": password})
}

// checkKeys holds a JSON object to its keys, in any order.
func checkKeys(t *testing.T, body string, want []string) {
	t.Helper()
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &object); err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(object)); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("the answer has %q, want %q in any order", got, want)
	}
}

func TestRegister(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	response := svc.Expect(t, 201, registration("  John@Example.COM ", "johndoe", "SecurePass123!"))
	checkKeys(t, response.Body, userKeys)
	for _, want := range []string{
		`"id":1,`, `"email":"john@example.com"`, `"username":"johndoe"`,
		`"is_active":true`, `"is_superuser":false`, `"created_at":"2026-03-01T12:00:00Z"`,
	} {
		if !strings.Contains(response.Body, want) {
			t.Errorf("body lacks %s: %s", want, response.Body)
		}
	}
	var hash string
	if err := svc.SQL().QueryRow(`SELECT hashed_password FROM users`).Scan(&hash); err != nil || !strings.HasPrefix(hash, "$2a$04$") {
		t.Errorf("stored password is %q, %v; want a bcrypt hash", hash, err)
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "email is taken", Request: registration("john@example.com", "other", testkit.Password), Status: 409, Detail: "Email already registered"},
		{Name: "email is taken in other case", Request: registration("JOHN@example.com", "other", testkit.Password), Status: 409, Detail: "Email already registered"},
		{Name: "name is taken", Request: registration("other@example.com", "johndoe", testkit.Password), Status: 409, Detail: "Username already taken"},
		{Name: "name is taken in other case", Request: registration("other@example.com", "JohnDoe", testkit.Password), Status: 409, Detail: "Username already taken"},
		{Name: "both are taken", Request: registration("john@example.com", "johndoe", testkit.Password), Status: 409, Detail: "Email already registered"},
		{Name: "name of a local part", Request: registration("other@example.com", "john", testkit.Password), Status: 201},
	})
}

func TestRegisterNamesAllFaults(t *testing.T) {
	testkit.New(t, testkit.Options{}).Run(t, []testkit.Scenario{
		{Name: "empty", Request: registration("", "", ""), Status: 422, Detail: "validation failed", Want: []string{"body.email"}},
		{Name: "all faulty", Request: registration("a@b", "x", "short"), Status: 422, Detail: "validation failed", Messages: map[string]string{
			"body.email":    "Email must be an address like user@example.com",
			"body.username": "Username must be 3 to 50 letters, digits, dots, underscores or hyphens",
			"body.password": "Password must be at least 8 characters",
		}, Unwanted: []string{"short"}},
		{Name: "missing", Request: register(map[string]string{}), Status: 422, Detail: "validation failed",
			Want: []string{"property email to be present", "property username to be present", "property password to be present"}},
	})
}

// Nobody makes themselves more than a user.
func TestRegisterTakesNoOtherFields(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	valid := map[string]any{"email": "eve@example.com", "username": "eve", "password": testkit.Password}
	with := func(name string, value any) testkit.Request {
		body := maps.Clone(valid)
		body[name] = value
		return register(body)
	}
	var scenarios []testkit.Scenario
	for name, value := range map[string]any{
		"id": 7, "is_superuser": true, "is_active": false, "is_verified": true, "hashed_password": "$2a$04$x", "created_at": "2020-01-01T00:00:00Z",
		"pending_email": "x@example.com", "Email": "other@example.com", "EMAIL": "other@example.com", "IsSuperuser": true, "__proto__": map[string]any{},
	} {
		scenarios = append(scenarios, testkit.Scenario{Name: name, Request: with(name, value), Status: 422, Detail: "validation failed",
			Messages: map[string]string{"body." + name: "unexpected property"}})
	}
	for _, name := range []string{"email", "username", "password"} {
		for kind, value := range map[string]any{"null": nil, "number": 7, "array": []string{"a@example.com"}, "object": map[string]string{"a": "b"}, "bool": true} {
			scenarios = append(scenarios, testkit.Scenario{Name: name + " is " + kind, Request: with(name, value), Status: 422, Detail: "validation failed",
				Messages: map[string]string{"body." + name: "expected string"}})
		}
		text, err := json.Marshal(valid)
		if err != nil {
			t.Fatal(err)
		}
		twice := strings.Replace(string(text), `{`, `{"`+name+`":"first value",`, 1)
		scenarios = append(scenarios, testkit.Scenario{Name: name + " twice", Request: register(twice), Status: 400, Detail: "validation failed"})
	}
	svc.Run(t, scenarios)
	var users int
	if err := svc.SQL().QueryRow(`SELECT COUNT(*) FROM users`).Scan(&users); err != nil || users != 0 {
		t.Errorf("%d users were made, %v", users, err)
	}
}
