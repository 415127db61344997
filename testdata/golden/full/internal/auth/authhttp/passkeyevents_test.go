package authhttp_test

import (
	"testing"

	"example.com/myapi/internal/auth"
)

// Each passkey that comes or goes is in the log.
func TestEventsOfPasskeys(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	access, authenticator := svc.Login(t, "johndoe"), svc.Authenticator(t)
	var added auth.Passkey
	checkEvents(t, svc, []logged{
		{"registration", func() error { added = svc.AddPasskey(t, access, authenticator); return nil }, "INFO authn_passkey_added johndoe"},
		{"removal", func() error {
			return svc.Auth.RemovePasskey(t.Context(), svc.Identity(t, access), added.ID)
		}, "INFO authn_passkey_removed johndoe"},
	})
}

// What authenticators know a user by goes with the user, and so do challenges.
func TestDeletedUserLeavesNoHandle(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	access, authenticator := svc.Login(t, "johndoe"), svc.Authenticator(t)
	svc.AddPasskey(t, access, authenticator)
	identity := svc.Identity(t, access)
	if _, err := svc.Auth.OfferPasskey(t.Context(), identity); err != nil {
		t.Fatal(err)
	}
	left := func() (n int) {
		t.Helper()
		err := svc.SQL().QueryRow(`SELECT (SELECT COUNT(*) FROM webauthn_handles) + (SELECT COUNT(*) FROM passkey_challenges WHERE user_id IS NOT NULL)`).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := left(); n != 2 {
		t.Fatalf("%d rows of the user, want a handle and a challenge", n)
	}
	if err := svc.Auth.DeleteSelf(t.Context(), identity); err != nil {
		t.Fatal(err)
	}
	if n := left(); n != 0 {
		t.Errorf("%d rows of the user are left", n)
	}
}
