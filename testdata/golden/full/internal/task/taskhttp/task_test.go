package taskhttp_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/testkit"
)

const path = "/api/v1/tasks"

// user is somebody who uses the API.
type user struct {
	svc   *testkit.Service
	token string
	made  int
}

func newUser(t testing.TB, svc *testkit.Service, name string) *user {
	t.Helper()
	svc.Register(t, name)
	return &user{svc: svc, token: svc.Login(t, name)}
}

func (u *user) request(method, path string, body any) testkit.Request {
	return testkit.Request{Method: method, Path: path, Token: u.token, Body: body}
}

// body is a new task as clients send it, unlike those before it.
func (u *user) body(t testing.TB) map[string]any {
	t.Helper()
	u.made++
	return map[string]any{
		"title": fmt.Sprint("title ", u.made),
		"note_id": u.create(t, "/api/v1/notes", map[string]any{
			"title": fmt.Sprint("title ", u.made),
		}),
		"state": []string{"open", "done"}[u.made%2],
		"at":    time.Date(2001, 1, 1, 0, u.made, 0, 0, time.UTC).Format(time.RFC3339),
		"price": fmt.Sprintf("%d.5", u.made),
		"count": u.made,
	}
}

// create posts a body and returns the id of what it made.
func (u *user) create(t testing.TB, path string, body any) int64 {
	t.Helper()
	var created struct{ ID int64 }
	u.svc.Expect(t, http.StatusCreated, u.request("POST", path, body)).JSON(t, &created)
	return created.ID
}

// new creates a task and returns its path.
func (u *user) new(t testing.TB) string {
	t.Helper()
	return fmt.Sprint(path, "/", u.create(t, path, u.body(t)))
}

// has fails the test unless a response shows the fields.
func has(t testing.TB, response testkit.Response, fields map[string]any) {
	t.Helper()
	var shown map[string]json.RawMessage
	response.JSON(t, &shown)
	for name, value := range fields {
		want, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if string(shown[name]) != string(want) {
			t.Errorf("%s is %s, want %s", name, shown[name], want)
		}
	}
}

func TestTask(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	u := newUser(t, svc, "ada")
	fields := u.body(t)
	created := svc.Expect(t, 201, u.request("POST", path, fields))
	has(t, created, fields)
	has(t, created, map[string]any{"id": 1, "created_at": "2026-03-01T12:00:00Z", "updated_at": "2026-03-01T12:00:00Z"})
	at := path + "/1"
	if got := created.Header.Get("Location"); got != at {
		t.Errorf("Location is %q", got)
	}
	if got := created.Header.Get("ETag"); got != `"1"` {
		t.Errorf("ETag is %s", got)
	}
	if got := svc.Expect(t, 200, u.request("GET", at, nil)); got.Body != created.Body || got.Header.Get("ETag") != `"1"` {
		t.Errorf("%s is shown as %s %s after %s", at, got.Header.Get("ETag"), got.Body, created.Body)
	}
	for name, value := range u.body(t) {
		fields[name] = value // A change is of what it names, and of nothing else.
		svc.Clock.Advance(time.Second)
		changed := svc.Expect(t, 200, u.request("PATCH", at, map[string]any{name: value}))
		has(t, changed, fields)
		has(t, changed, map[string]any{"created_at": "2026-03-01T12:00:00Z", "updated_at": svc.Clock.Now()})
		if got := svc.Expect(t, 200, u.request("GET", at, nil)); got.Body != changed.Body || got.Header.Get("ETag") != changed.Header.Get("ETag") {
			t.Errorf("%s is shown as %s after %s", at, got.Body, changed.Body)
		}
	}
	has(t, svc.Expect(t, 200, u.request("PATCH", at, map[string]any{"at": "2001-02-03T04:05:06+02:00"})), map[string]any{"at": "2001-02-03T02:05:06Z"})
	svc.Expect(t, 204, u.request("DELETE", at, nil))
	svc.Run(t, []testkit.Scenario{
		{Name: "deleted", Request: u.request("GET", at, nil), Status: 404, Detail: "Task not found"},
		{Name: "deleted again", Request: u.request("DELETE", at, nil), Status: 404, Detail: "Task not found"},
		{Name: "changed too late", Request: u.request("PATCH", at, map[string]any{}), Status: 404, Detail: "Task not found"},
		{Name: "no number", Request: u.request("GET", path+"/x", nil), Status: 422},
		{Name: "zero", Request: u.request("GET", path+"/0", nil), Status: 422},
	})
}

// A field has the same rules in a new task and in a change.
func TestTaskFields(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	u := newUser(t, svc, "ada")
	at := u.new(t)
	for _, tt := range []struct {
		field string
		value any
		good  bool
	}{
		{"title", strings.Repeat("é", 255), true},
		{"title", strings.Repeat("x", 256), false},
		{"title", "😀", true},
		{"title", "\x00", false},
		{"title", 7, false},
		{"title", nil, false},
		{"note_id", 0, false},
		{"note_id", 999999, false},
		{"note_id", "1", false},
		{"note_id", nil, false},
		{"parent_id", 0, false},
		{"parent_id", 999999, false},
		{"parent_id", "1", false},
		{"parent_id", nil, true},
		{"state", "done", true},
		{"state", "none-of-them", false},
		{"state", "", false},
		{"state", nil, false},
		{"at", "2001-02-03T04:05:06.123456+02:00", true},
		{"at", "2001-02-03", false},
		{"at", "2001-02-03T04:05:06", false},
		{"at", "2001-02-03T04:05:06.1234567Z", false},
		{"at", "9999-01-01T00:00:00Z", false},
		{"at", "0999-12-31T00:00:00Z", false},
		{"at", nil, true},
		{"price", "-12.5", true},
		{"price", "99999999999999.9999", true},
		{"price", "100000000000000", false},
		{"price", "1.23456", false},
		{"price", "x", false},
		{"price", 12.5, false},
		{"price", nil, false},
		{"count", 0, true},
		{"count", -1, true},
		{"count", json.Number("9223372036854775807"), true},
		{"count", json.Number("9223372036854775808"), false},
		{"count", 1.5, false},
		{"count", "1", false},
		{"count", nil, false},
	} {
		body := u.body(t)
		body[tt.field] = tt.value
		created := svc.Do(t, u.request("POST", path, body))
		if good := created.Status == 201; good != tt.good || !good && created.Status != 422 {
			t.Errorf("a new one with %s %.40v = %d %s", tt.field, tt.value, created.Status, created.Body)
		}
		if created.Status == 201 {
			svc.Expect(t, 204, u.request("DELETE", created.Header.Get("Location"), nil))
		}
		changed := svc.Do(t, u.request("PATCH", at, map[string]any{tt.field: tt.value}))
		if good := changed.Status == 200; good != tt.good || !good && changed.Status != 422 {
			t.Errorf("a change of %s to %.40v = %d %s", tt.field, tt.value, changed.Status, changed.Body)
		}
	}
	required := []string{"title", "note_id", "price", "count"}
	for name := range u.body(t) {
		body := u.body(t)
		delete(body, name)
		want := 201
		if slices.Contains(required, name) {
			want = 422
		}
		svc.Expect(t, want, u.request("POST", path, body))
	}
}

// What is not sent has its default.
func TestTaskDefaults(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	u := newUser(t, svc, "ada")
	defaults := map[string]any{
		"state": "open",
	}
	body := u.body(t)
	maps.DeleteFunc(body, func(name string, _ any) bool { _, ok := defaults[name]; return ok })
	has(t, svc.Expect(t, 201, u.request("POST", path, body)), defaults)
}

// Nobody decides on what the service decides.
func TestTaskOwnerCannotBeSet(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	u := newUser(t, svc, "ada")
	at := u.new(t)
	for _, name := range []string{"id", "user_id", "version", "created_at", "updated_at"} {
		body := u.body(t)
		body[name] = 7
		svc.Run(t, []testkit.Scenario{
			{Name: "new " + name, Request: u.request("POST", path, body), Status: 422, Messages: map[string]string{"body." + name: "unexpected property"}},
			{Name: "changed " + name, Request: u.request("PATCH", at, map[string]any{name: 7}), Status: 422, Messages: map[string]string{"body." + name: "unexpected property"}},
		})
	}
}
