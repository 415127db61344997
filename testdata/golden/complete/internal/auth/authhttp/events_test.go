package authhttp_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/testkit"
)

// logged is a step, and what it leaves for those who watch the log.
type logged struct {
	name string
	do   func() error
	want string // the events, with their levels and whom they are about, separated by commas
}

// checkEvents takes each step in turn, and compares the events that it leaves.
func checkEvents(t *testing.T, svc *testkit.Service, steps []logged) {
	t.Helper()
	for _, step := range steps {
		before := len(svc.Log.Lines(t, "msg", "security event"))
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		var events []string
		for _, line := range svc.Log.Lines(t, "msg", "security event")[before:] {
			words := []any{line["level"], line["event"]}
			for _, key := range []string{"user_id", "subject_id"} {
				if id, ok := line[key].(float64); ok {
					words = append(words, nameOf(t, svc, int64(id)))
				}
			}
			if line["all"] == true {
				words = append(words, "all")
			}
			events = append(events, strings.TrimSuffix(fmt.Sprintln(words...), "\n"))
		}
		if got := strings.Join(events, ", "); got != step.want {
			t.Errorf("%s leaves %q, want %q", step.name, got, step.want)
		}
	}
}

// nameOf is the name of a user, or what stands for one who is gone.
func nameOf(t *testing.T, svc *testkit.Service, id int64) string {
	t.Helper()
	user, err := svc.Auth.User(t.Context(), id)
	switch {
	case id == 0 || errors.Is(err, auth.ErrUserNotFound):
		return "nobody"
	case err != nil:
		t.Fatal(err)
	}
	return user.Username
}

// refusedWith returns nil if an error is the one that a step has to end with.
func refusedWith(want, err error) error {
	if errors.Is(err, want) {
		return nil
	}
	return fmt.Errorf("error = %w, want %w", err, want)
}

// Who did what to whom is in the log, with the names that docs/login.md tells.
func TestEvents(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: unlimited})
	svc.Superuser(t, "boss")
	svc.Register(t, "johndoe")
	jane := svc.Register(t, "janedoe")
	boss, john := svc.Identity(t, svc.Login(t, "boss")), svc.Identity(t, svc.Login(t, "johndoe"))
	at := client.Client{Addr: netip.MustParseAddr(home)}
	login := func(name, password string) error {
		_, err := svc.Auth.Login(t.Context(), at, name, password)
		return err
	}
	checkEvents(t, svc, []logged{
		{"registration", func() error {
			_, err := svc.Auth.Register(t.Context(), auth.Registration{Email: "ada@example.com", Username: "ada", Password: testkit.Password})
			return err
		}, "INFO user_created ada"},
		{"log-in", func() error { return login("johndoe", testkit.Password) }, "INFO authn_login_success johndoe"},
		{"wrong password", func() error {
			return refusedWith(auth.ErrInvalidCredentials, login("johndoe", "wrong password"))
		}, "WARN authn_login_fail johndoe"},
		{"unknown name", func() error {
			return refusedWith(auth.ErrInvalidCredentials, login("unknown", "wrong password"))
		}, "WARN authn_login_fail nobody"},
		{"change of oneself", func() error {
			_, err := svc.Auth.UpdateSelf(t.Context(), john, auth.Changes{Username: new("johnny")})
			return err
		}, "INFO user_updated johnny"},
		{"wrong current password", func() error {
			return refusedWith(auth.ErrWrongPassword, svc.Auth.ChangePassword(t.Context(), at, john, "wrong password", newPassword))
		}, "WARN authn_password_change_fail johnny"},
		{"another password", func() error {
			return svc.Auth.ChangePassword(t.Context(), at, john, testkit.Password, newPassword)
		}, "INFO authn_password_change johnny"},
		{"log-out", func() error { return svc.Auth.Logout(t.Context(), john) }, "INFO authn_token_revoked johnny"},
		{"change by a superuser", func() error {
			_, err := svc.Auth.UpdateUser(t.Context(), boss, jane.ID, auth.Changes{IsActive: new(false)})
			return err
		}, "WARN authz_admin boss janedoe"},
		{"deletion by a superuser", func() error { return svc.Auth.DeleteUser(t.Context(), boss, jane.ID) }, "INFO user_deleted boss nobody"},
	})
}
