package authhttp_test

import (
	"errors"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/testkit"
)

// situation is a verified user with all that an event may end: sessions, a
// reset token, a pending address with its token, and a queued reset mail.
type situation struct {
	svc          *testkit.Service
	mails        *testkit.Mails
	john         testkit.User
	own, other   testkit.Tokens
	reset        string
	verification string
	admin        auth.Identity
}

func newSituation(t *testing.T) *situation {
	t.Helper()
	s := &situation{svc: testkit.New(t, testkit.Options{})}
	s.mails = s.svc.Mails(t)
	s.svc.Superuser(t, "admin")
	s.mails.Deliver(t)
	s.admin = s.svc.Identity(t, s.svc.Login(t, "admin"))
	s.john = s.svc.Register(t, "johndoe")
	s.svc.Verify(t, s.mails, s.john)
	s.own, s.other = s.svc.Session(t, "johndoe"), s.svc.Session(t, "johndoe")
	s.svc.ChangeEmail(t, s.own.Access, "new@example.com")
	s.verification = s.mails.To(t, "new@example.com").Token()
	s.svc.ForgetPassword(t, s.john)
	s.reset = s.mails.Only(t, s.john.Email).Token()
	s.svc.ForgetPassword(t, s.john) // stays in the queue
	return s
}

// set is an event: the superuser changes John's account.
func set(changes auth.Changes) func(*testing.T, *situation) error {
	return func(t *testing.T, s *situation) error {
		_, err := s.svc.Auth.UpdateUser(t.Context(), s.admin, s.john.ID, changes)
		return err
	}
}

func (s *situation) setEmail(t *testing.T, email string) {
	t.Helper()
	if err := set(auth.Changes{Email: &email})(t, s); err != nil {
		t.Fatal(err)
	}
}

func (s *situation) changePassword(t *testing.T) error {
	from := client.Client{Addr: netip.MustParseAddr(home)}
	return s.svc.Auth.ChangePassword(t.Context(), from, s.svc.Identity(t, s.own.Access), testkit.Password, newPassword)
}

func (s *situation) resetPassword(t *testing.T) error {
	return s.svc.Auth.ResetPassword(t.Context(), s.reset, newPassword)
}

func (s *situation) confirmEmail(t *testing.T) error {
	return s.svc.Auth.VerifyEmail(t.Context(), s.verification)
}

func (s *situation) decline(t *testing.T, token string) {
	t.Helper()
	if err := s.svc.Auth.DeclineEmail(t.Context(), token); err != nil {
		t.Fatal(err)
	}
}

func (s *situation) count(t *testing.T, query string) int {
	t.Helper()
	var n int
	if err := s.svc.SQL().QueryRow(query, s.john.ID).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEmailSetBySuperuserIsToBeVerified(t *testing.T) {
	s := newSituation(t)
	s.setEmail(t, "set@example.com")
	token := s.mails.To(t, "set@example.com").Token()
	access := s.svc.Login(t, "set@example.com")
	if john := s.svc.Identity(t, access).User; john.IsVerified || john.Email != "set@example.com" {
		t.Errorf("before it is confirmed: %+v", john)
	}
	if err := s.svc.Auth.VerifyEmail(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if john := s.svc.Identity(t, access).User; !john.IsVerified {
		t.Errorf("once it is confirmed: %+v", john)
	}
}

// Whatever happens at the moment of an event, nothing lives on that the event
// ends: a session that is refreshed or opened just then, a mail that a worker
// has begun.
func TestEndingsMeetWhatTheyEnd(t *testing.T) {
	for name, tt := range map[string]struct {
		event     func(*testing.T, *situation) error
		endsLogin bool // with the password of before
	}{
		"password changed":          {func(t *testing.T, s *situation) error { return s.changePassword(t) }, true},
		"password reset":            {func(t *testing.T, s *situation) error { return s.resetPassword(t) }, true},
		"e-mail change confirmed":   {func(t *testing.T, s *situation) error { return s.confirmEmail(t) }, false},
		"e-mail set by a superuser": {set(auth.Changes{Email: new("set@example.com")}), false},
		"disabled":                  {set(auth.Changes{IsActive: new(false)}), true},
		"deleted": {func(t *testing.T, s *situation) error {
			return s.svc.Auth.DeleteUser(t.Context(), s.admin, s.john.ID)
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 {
				s := newSituation(t)
				var outcome error
				var refreshed testkit.Tokens
				var opened string
				var all sync.WaitGroup
				all.Go(func() { outcome = tt.event(t, s) })
				all.Go(func() { refreshed = s.svc.Refresh(t, s.other.Refresh) })
				if tt.endsLogin {
					all.Go(func() { opened = s.svc.TryLogin(t, "johndoe", testkit.Password) })
				}
				all.Go(func() { s.mails.DeliverOne(t) })
				all.Wait()
				if name == "password reset" && errors.Is(outcome, auth.ErrMailToken) {
					continue // The mail that was sent just before voids the token.
				}
				if outcome != nil {
					t.Fatal(outcome)
				}
				for _, access := range []string{refreshed.Access, opened, s.other.Access} {
					if access != "" && s.svc.Alive(t, access) {
						t.Error("a session lives on")
					}
				}
				for what, query := range map[string]string{
					"reset tokens":      `SELECT COUNT(*) FROM tokens WHERE user_id = ? AND token_type = 'reset' AND used_at IS NULL`,
					"pending addresses": `SELECT COUNT(*) FROM users WHERE id = ? AND pending_email IS NOT NULL`,
					"mails to reset":    `SELECT COUNT(*) FROM outbox WHERE kind = 'reset' AND sent_at IS NULL AND id > 0 * ?`,
				} {
					if n := s.count(t, query); n != 0 {
						t.Errorf("%d %s live on", n, what)
					}
				}
			}
		})
	}
}

// The owner of an address that a superuser mistyped says that it is not theirs:
// the account goes back to the address that was confirmed before.
func TestDecliningAnAddressThatASuperuserSet(t *testing.T) {
	s := newSituation(t)
	s.setEmail(t, "mistyped@example.com")
	s.setEmail(t, "again@example.com")
	token := s.mails.To(t, "again@example.com").Token()
	s.decline(t, token)
	s.svc.Run(t, []testkit.Scenario{{Name: "the account is there", Request: s.svc.WhoAmI(s.svc.Login(t, "johndoe")), Status: 200,
		Want: []string{`"email":"johndoe@example.com"`, `"is_verified":true`}}})
	if err := s.svc.Auth.DeclineEmail(t.Context(), token); !errors.Is(err, auth.ErrMailToken) {
		t.Errorf("the token is not spent: %v", err)
	}
	if notice := s.mails.Only(t, s.john.Email); !strings.Contains(notice.Subject, "restored") {
		t.Errorf("sent %+v, want a notice to the former address", notice)
	}
	// What is confirmed is the address to go back to from now on.
	s.setEmail(t, "right@example.com")
	if err := s.svc.Auth.VerifyEmail(t.Context(), s.mails.To(t, "right@example.com").Token()); err != nil {
		t.Fatal(err)
	}
	s.setEmail(t, "wrong@example.com")
	s.decline(t, s.mails.To(t, "wrong@example.com").Token())
	s.svc.Run(t, []testkit.Scenario{{Name: "the confirmed one", Request: s.svc.WhoAmI(s.svc.Login(t, "johndoe")), Status: 200,
		Want: []string{`"email":"right@example.com"`, `"is_verified":true`}}})
}

func TestSuperuserTakesAnAddressBack(t *testing.T) {
	s := newSituation(t)
	s.setEmail(t, "mistyped@example.com")
	s.setEmail(t, s.john.Email)
	if sent := s.mails.Deliver(t); len(sent) != 0 {
		t.Errorf("sent %+v", sent)
	}
	s.svc.Run(t, []testkit.Scenario{{Name: "confirmed as before", Request: s.svc.WhoAmI(s.svc.Login(t, "johndoe")), Status: 200,
		Want: []string{`"email":"johndoe@example.com"`, `"is_verified":true`}}})
}

// Meanwhile somebody else has the former address: nobody can be asked.
func TestDecliningWhenTheFormerAddressIsTaken(t *testing.T) {
	s := newSituation(t)
	s.setEmail(t, "mistyped@example.com")
	token := s.mails.To(t, "mistyped@example.com").Token()
	_, err := s.svc.Auth.Register(t.Context(), auth.Registration{Email: s.john.Email, Username: "second", Password: testkit.Password})
	if err != nil {
		t.Fatal(err)
	}
	s.decline(t, token)
	if s.svc.TryLogin(t, "johndoe", testkit.Password) != "" {
		t.Error("an account without an address of its own logs in")
	}
	if john, err := s.svc.Auth.User(t.Context(), s.john.ID); err != nil || john.IsActive {
		t.Errorf("the account is %+v, %v; want it disabled, and not deleted", john, err)
	}
}
