package authhttp_test

import (
	"testing"

	"example.com/myapi/internal/testkit"
)

// accounts are what the events of TestWhatEndsWhat happen to.
type accounts struct {
	svc                       *testkit.Service
	john                      testkit.User
	this, other, admin, third string // tokens; this and other are John's
}

// What ends what: a blank means untouched.
func TestWhatEndsWhat(t *testing.T) {
	const ended, blank = true, false
	for _, row := range []struct {
		event              string
		happen             func(t *testing.T, a accounts)
		this, other, third bool // sessions: of the event, John's other, another's
	}{
		{"nothing", func(*testing.T, accounts) {}, blank, blank, blank},
		{"log out", func(t *testing.T, a accounts) {
			a.svc.Expect(t, 204, testkit.Request{Method: "POST", Path: "/api/v1/auth/logout", Token: a.this})
		}, ended, blank, blank},
		{"password changed", func(t *testing.T, a accounts) {
			a.svc.Expect(t, 204, changePassword(a.this, testkit.Password, newPassword))
		}, blank, ended, blank},
		{"password change refused", func(t *testing.T, a accounts) {
			a.svc.Expect(t, 400, changePassword(a.this, "wrong password", newPassword))
		}, blank, blank, blank},
		{"name changed", func(t *testing.T, a accounts) {
			a.svc.Expect(t, 200, putMe(a.this, map[string]string{"username": "john"}))
		}, blank, blank, blank},
		{"e-mail changed", func(t *testing.T, a accounts) {
			a.svc.Expect(t, 200, putMe(a.this, map[string]string{"email": "new@example.com"}))
		}, blank, ended, blank},
		{"e-mail change refused", func(t *testing.T, a accounts) {
			a.svc.Expect(t, 409, putMe(a.this, map[string]string{"email": "third@example.com"}))
		}, blank, blank, blank},
		{"locked", func(t *testing.T, a accounts) { fail(t, a.svc, 5, "johndoe", home) }, blank, blank, blank},
		{"name set by a superuser", set(map[string]any{"username": "john"}), blank, blank, blank},
		{"e-mail set by a superuser", set(map[string]any{"email": "new@example.com"}), ended, ended, blank},
		{"the same set by a superuser", set(map[string]any{"email": "johndoe@example.com", "is_active": true, "is_superuser": false}), blank, blank, blank},
		{"disabled", set(map[string]any{"is_active": false}), ended, ended, blank},
		{"disabled and enabled again", func(t *testing.T, a accounts) {
			set(map[string]any{"is_active": false})(t, a)
			set(map[string]any{"is_active": true})(t, a)
		}, ended, ended, blank},
		{"superuser given", set(map[string]any{"is_superuser": true}), ended, ended, blank},
		{"superuser taken", func(t *testing.T, a accounts) {
			set(map[string]any{"is_superuser": true})(t, a)
			session := a.svc.Login(t, "johndoe")
			set(map[string]any{"is_superuser": false})(t, a)
			a.svc.Expect(t, 401, a.svc.WhoAmI(session))
		}, ended, ended, blank},
		{"deleted by a superuser", func(t *testing.T, a accounts) { a.svc.Expect(t, 204, remove(a.john.ID, a.admin)) }, ended, ended, blank},
		{"deleted by oneself", func(t *testing.T, a accounts) { a.svc.Expect(t, 204, deleteMe(a.this)) }, ended, ended, blank},
	} {
		t.Run(row.event, func(t *testing.T) {
			svc := testkit.New(t, testkit.Options{})
			svc.Superuser(t, "boss")
			svc.Register(t, "third")
			a := accounts{svc: svc, john: svc.Register(t, "johndoe"), admin: svc.Login(t, "boss"), third: svc.Login(t, "third")}
			a.this, a.other = svc.Login(t, "johndoe"), svc.Login(t, "johndoe")
			row.happen(t, a)
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

// set is John's account changed by the superuser.
func set(changes map[string]any) func(*testing.T, accounts) {
	return func(t *testing.T, a accounts) {
		t.Helper()
		a.svc.Expect(t, 200, update(a.john.ID, a.admin, changes))
	}
}

// A superuser who is made a user has no superuser's session left.
func TestTakenRightsEndAtOnce(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Superuser(t, "boss")
	deputy := svc.Superuser(t, "deputy")
	token := svc.Login(t, "deputy")
	svc.Expect(t, 200, get("/api/v1/users", token))
	svc.Expect(t, 200, update(deputy.ID, svc.Login(t, "boss"), map[string]any{"is_superuser": false}))
	svc.Expect(t, 401, get("/api/v1/users", token))
	svc.Expect(t, 403, get("/api/v1/users", svc.Login(t, "deputy")))
}
