package greeting_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2/humatest"

	"example.com/myapi/internal/greeting"
	"example.com/myapi/internal/testkit"
)

func TestCreate(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	greet := func(body any) testkit.Request {
		return testkit.Request{Method: "POST", Path: "/api/v1/greetings", Body: body}
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "name", Request: greet(map[string]string{"name": "Ada"}), Status: 201,
			Want: []string{`"id":1`, `"message":"Hello Ada!"`, `"created_at":"2026-03-01T12:00:00Z"`}},
		{Name: "next", Request: greet(map[string]string{"name": "Grüße'); DROP TABLE greetings; --"}), Status: 201, Want: []string{`"id":2`}},
		{Name: "no name", Request: greet(map[string]string{}), Status: 422},
		{Name: "empty name", Request: greet(map[string]string{"name": ""}), Status: 422},
		{Name: "long name", Request: greet(map[string]string{"name": strings.Repeat("x", 101)}), Status: 422},
		{Name: "id", Request: greet(map[string]any{"name": "Ada", "id": 7}), Status: 422},
	})
	var message string
	if err := svc.SQL().QueryRow(`SELECT message FROM greetings WHERE id = 1`).Scan(&message); err != nil || message != "Hello Ada!" {
		t.Errorf("stored is %q, %v", message, err)
	}
}

// A request that no longer has time for the database may come again.
func TestTryLater(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	_, api := humatest.New(t)
	greeting.Register(api, svc.SQL(), svc.Server.Log, time.Now)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	response := api.PostCtx(over, "/api/v1/greetings", map[string]string{"name": "Ada"})
	if response.Code != 503 || response.Header().Get("Retry-After") == "" || !strings.Contains(response.Body.String(), "The service is too busy") {
		t.Errorf("answered %d %s with %v", response.Code, response.Body, response.Header())
	}
}

func TestDatabaseTroubleIsNotTold(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	if _, err := svc.SQL().Exec(`DROP TABLE greetings`); err != nil {
		t.Fatal(err)
	}
	svc.Run(t, []testkit.Scenario{{
		Name: "no table", Request: testkit.Request{Method: "POST", Path: "/api/v1/greetings", Body: map[string]string{"name": "Ada"}},
		Status: 500, Detail: "Internal server error", Unwanted: []string{"greetings", "SQL"},
	}})
	if lines := svc.Log.Lines(t, "msg", "request failed"); len(lines) != 1 || !strings.Contains(lines[0]["error"].(string), "greetings") {
		t.Errorf("logged: %v", lines)
	}
}
