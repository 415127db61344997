package authhttp_test

import (
	"errors"
	"net/netip"
	"testing"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/testkit"
)

// accounts are what the events of TestWhatEndsWhat happen to.
type accounts struct {
	svc                *testkit.Service
	john               testkit.User
	this, other, third string // tokens; this and other are John's
	admin              auth.Identity
}

// What ends what: a blank means untouched.
func TestWhatEndsWhat(t *testing.T) {
	const ended, blank = true, false
	at := client.Client{Addr: netip.MustParseAddr(home)}
	for _, row := range []struct {
		event              string
		happen             func(t *testing.T, a accounts) error
		want               error
		this, other, third bool // sessions: of the event, John's other, another's
	}{
		{"nothing", func(*testing.T, accounts) error { return nil }, nil, blank, blank, blank},
		{"log out", func(t *testing.T, a accounts) error {
			return a.svc.Auth.Logout(t.Context(), a.svc.Identity(t, a.this))
		}, nil, ended, blank, blank},
		{"password changed", func(t *testing.T, a accounts) error {
			return a.svc.Auth.ChangePassword(t.Context(), at, a.svc.Identity(t, a.this), testkit.Password, newPassword)
		}, nil, blank, ended, blank},
		{"password change refused", func(t *testing.T, a accounts) error {
			return a.svc.Auth.ChangePassword(t.Context(), at, a.svc.Identity(t, a.this), "wrong password", newPassword)
		}, auth.ErrWrongPassword, blank, blank, blank},
		{"name changed", change(auth.Changes{Username: new("john")}), nil, blank, blank, blank},
		{"e-mail changed", change(auth.Changes{Email: new("new@example.com")}), nil, blank, ended, blank},
		{"e-mail change refused", change(auth.Changes{Email: new("third@example.com")}), auth.ErrEmailTaken, blank, blank, blank},
		{"locked", func(t *testing.T, a accounts) error {
			for range 4 {
				a.svc.Auth.Login(t.Context(), at, "johndoe", "wrong password")
			}
			_, err := a.svc.Auth.Login(t.Context(), at, "johndoe", "wrong password")
			return err
		}, auth.ErrInvalidCredentials, blank, blank, blank},
		{"name set by a superuser", set(auth.Changes{Username: new("john")}), nil, blank, blank, blank},
		{"e-mail set by a superuser", set(auth.Changes{Email: new("new@example.com")}), nil, ended, ended, blank},
		{"the same set by a superuser", set(auth.Changes{Email: new("johndoe@example.com"), IsActive: new(true), IsSuperuser: new(false)}), nil, blank, blank, blank},
		{"disabled", set(auth.Changes{IsActive: new(false)}), nil, ended, ended, blank},
		{"disabled and enabled again", func(t *testing.T, a accounts) error {
			return errors.Join(set(auth.Changes{IsActive: new(false)})(t, a), set(auth.Changes{IsActive: new(true)})(t, a))
		}, nil, ended, ended, blank},
		{"superuser given", set(auth.Changes{IsSuperuser: new(true)}), nil, ended, ended, blank},
		{"superuser taken", func(t *testing.T, a accounts) error {
			given := set(auth.Changes{IsSuperuser: new(true)})(t, a)
			session := a.svc.Login(t, "johndoe")
			taken := set(auth.Changes{IsSuperuser: new(false)})(t, a)
			a.svc.Expect(t, 401, a.svc.WhoAmI(session))
			return errors.Join(given, taken)
		}, nil, ended, ended, blank},
		{"deleted by a superuser", func(t *testing.T, a accounts) error {
			return a.svc.Auth.DeleteUser(t.Context(), a.admin, a.john.ID)
		}, nil, ended, ended, blank},
		{"deleted by oneself", func(t *testing.T, a accounts) error {
			return a.svc.Auth.DeleteSelf(t.Context(), a.svc.Identity(t, a.this))
		}, nil, ended, ended, blank},
	} {
		t.Run(row.event, func(t *testing.T) {
			svc := testkit.New(t, testkit.Options{})
			svc.Superuser(t, "boss")
			svc.Register(t, "third")
			a := accounts{svc: svc, john: svc.Register(t, "johndoe"), admin: svc.Identity(t, svc.Login(t, "boss")), third: svc.Login(t, "third")}
			a.this, a.other = svc.Login(t, "johndoe"), svc.Login(t, "johndoe")
			if err := row.happen(t, a); !errors.Is(err, row.want) {
				t.Fatalf("the event: %v, want %v", err, row.want)
			}
			for _, cell := range []struct {
				name, token string
				ended       bool
			}{{"this session", a.this, row.this}, {"John's other session", a.other, row.other}, {"another's session", a.third, row.third}} {
				t.Run(cell.name, func(t *testing.T) {
					want := map[bool]int{ended: 401, blank: 200}[cell.ended]
					svc.Expect(t, want, svc.WhoAmI(cell.token))
				})
			}
		})
	}
}

// change is John's account changed by himself.
func change(changes auth.Changes) func(*testing.T, accounts) error {
	return func(t *testing.T, a accounts) error {
		_, err := a.svc.Auth.UpdateSelf(t.Context(), a.svc.Identity(t, a.this), changes)
		return err
	}
}

// set is John's account changed by the superuser.
func set(changes auth.Changes) func(*testing.T, accounts) error {
	return func(t *testing.T, a accounts) error {
		_, err := a.svc.Auth.UpdateUser(t.Context(), a.admin, a.john.ID, changes)
		return err
	}
}

// A superuser who is made a user has no superuser's session left.
func TestTakenRightsEndAtOnce(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Superuser(t, "boss")
	deputy := svc.Superuser(t, "deputy")
	token := svc.Login(t, "deputy")
	boss := svc.Identity(t, svc.Login(t, "boss"))
	if _, err := svc.Auth.UpdateUser(t.Context(), boss, deputy.ID, auth.Changes{IsSuperuser: new(false)}); err != nil {
		t.Fatal(err)
	}
	svc.Expect(t, 401, svc.WhoAmI(token))
	if svc.Identity(t, svc.Login(t, "deputy")).User.IsSuperuser {
		t.Error("a new session is a superuser's")
	}
}
