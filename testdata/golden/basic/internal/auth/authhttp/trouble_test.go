package authhttp_test

import (
	"testing"

	"example.com/myapi/internal/testkit"
)

// What goes wrong inside is for the log, not for the client.
func TestDatabaseTroubleIsNotTold(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	for _, table := range []string{"login_failures", "tokens"} {
		if _, err := svc.SQL().Exec(`DROP TABLE ` + table); err != nil {
			t.Fatal(err)
		}
	}
	unwanted := []string{"SQL", "login_failures", "tokens", "no such"}
	svc.Run(t, []testkit.Scenario{
		{Name: "in a handler", Request: testkit.LoginRequest("johndoe", testkit.Password), Status: 500, Detail: "Internal server error", Unwanted: unwanted},
		{Name: "in a guard", Request: get("/api/v1/users/me", token), Status: 500, Detail: "Internal server error", Unwanted: unwanted},
	})
	for _, message := range []string{"request failed", "user was not identified"} {
		if len(svc.Log.Lines(t, "msg", message)) != 1 {
			t.Errorf("%q is not logged", message)
		}
	}
}
