package authhttp_test

import (
	"slices"
	"testing"

	"example.com/myapi/internal/auth"
)

// devices are what John has in the table of what ends what since there are passkeys: two
// of them.
type devices struct{ first, second auth.Passkey }

// passkeyEndings is the part of passkeys in the table of what ends what.
func passkeyEndings() chapter {
	d := new(devices)
	lives := func(which *auth.Passkey) func(*testing.T, *situation) bool {
		return func(t *testing.T, s *situation) bool {
			passkeys, err := s.svc.Auth.Passkeys(t.Context(), auth.User{ID: s.john.ID})
			if err != nil {
				t.Fatal(err)
			}
			return slices.ContainsFunc(passkeys, func(p auth.Passkey) bool { return p.ID == which.ID })
		}
	}
	const events = "second factor removed by a superuser, second factor removed by an operator, deleted by a superuser, deleted by the user"
	return chapter{
		prepare: d.prepare,
		things: []thing{
			{"passkey", lives(&d.first), events},
			{"second passkey", lives(&d.second), "passkey removed, " + events},
		},
		events: []event{
			{"further passkey added", func(t *testing.T, s *situation) error {
				s.svc.AddPasskey(t, s.own.Access, s.svc.Authenticator(t))
				return nil
			}, "", "passkeys_changed"},
			{"passkey renamed", func(t *testing.T, s *situation) error {
				_, err := s.svc.Auth.RenamePasskey(t.Context(), auth.User{ID: s.john.ID}, d.first.ID, "Telephone")
				return err
			}, "", ""},
			{"passkey removed", func(t *testing.T, s *situation) error {
				return s.svc.Auth.RemovePasskey(t.Context(), s.svc.Identity(t, s.own.Access), d.second.ID)
			}, "other session, other refresh token, login token", "passkeys_changed"},
		},
	}
}

// prepare registers John's passkeys, in the session in which he has set up his app.
func (d *devices) prepare(t *testing.T, s *situation) {
	t.Helper()
	d.first = s.svc.AddPasskey(t, s.own.Access, s.svc.Authenticator(t))
	d.second = s.svc.AddPasskey(t, s.own.Access, s.svc.Authenticator(t))
}
