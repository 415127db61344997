package authhttp_test

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

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
	admin        string // the access token of a superuser
}

func newSituation(t *testing.T) *situation {
	t.Helper()
	s := &situation{svc: testkit.New(t, testkit.Options{})}
	s.mails = s.svc.Mails(t)
	s.svc.Superuser(t, "admin")
	s.mails.Deliver(t)
	s.admin = s.svc.Login(t, "admin")
	s.john = s.svc.Register(t, "johndoe")
	s.svc.Verify(t, s.mails, s.john)
	s.own, s.other = s.svc.Session(t, "johndoe"), s.svc.Session(t, "johndoe")
	s.svc.Expect(t, http.StatusOK, changeEmail(s.own.Access, "new@example.com"))
	s.verification = tokenTo(t, s.mails.Deliver(t), "new@example.com")
	s.svc.Expect(t, http.StatusAccepted, forgotRequest(s.john.Email))
	s.reset = s.mails.Only(t, s.john.Email).Token()
	s.svc.Expect(t, http.StatusAccepted, forgotRequest(s.john.Email)) // stays in the queue
	return s
}

func (s *situation) byAdmin(t *testing.T, body map[string]any) {
	s.svc.Expect(t, http.StatusOK, testkit.Request{Method: "PUT", Path: "/api/v1/users/" + strconv.FormatInt(s.john.ID, 10), Token: s.admin, Body: body})
}

// TestWhatEndsWhat is the table of docs/login.md: what each event leaves of a
// verified user's situation.
func TestWhatEndsWhat(t *testing.T) {
	const no, yes = false, true
	tests := []struct {
		event                                                         string
		do                                                            func(*testing.T, *situation)
		own, other, reset, verification, pending, resetMail, verified bool
	}{
		{"log out", func(t *testing.T, s *situation) {
			s.svc.Expect(t, 204, testkit.Request{Method: "POST", Path: "/api/v1/auth/logout", Token: s.own.Access})
		}, no, yes, yes, yes, yes, yes, yes},
		{"log out everywhere", func(t *testing.T, s *situation) {
			s.svc.Expect(t, 204, testkit.Request{Method: "POST", Path: "/api/v1/auth/logout-all", Token: s.own.Access})
		}, no, no, yes, yes, yes, yes, yes},
		{"refresh token used twice", func(t *testing.T, s *situation) {
			refresh(t, s.svc, refresh(t, s.svc, s.own.Refresh).Refresh)
			s.svc.Expect(t, 401, refreshRequest(s.own.Refresh))
		}, no, yes, yes, yes, yes, yes, yes},
		{"password changed", func(t *testing.T, s *situation) {
			s.svc.Expect(t, 204, testkit.Request{Method: "POST", Path: "/api/v1/users/me/password", Token: s.own.Access,
				Body: map[string]string{"current_password": testkit.Password, "new_password": newPassword}})
		}, yes, no, no, no, no, no, yes},
		{"password reset", func(t *testing.T, s *situation) {
			s.svc.Expect(t, 200, resetRequest(s.reset, newPassword))
		}, no, no, no, no, no, no, yes},
		{"e-mail change confirmed", func(t *testing.T, s *situation) {
			s.svc.Expect(t, 200, verifyRequest(s.verification))
		}, yes, no, no, no, no, no, yes},
		{"e-mail change declined", func(t *testing.T, s *situation) {
			s.svc.Expect(t, 200, declineRequest(s.verification))
		}, yes, yes, no, no, no, no, yes},
		{"e-mail set by a superuser", func(t *testing.T, s *situation) {
			s.byAdmin(t, map[string]any{"email": "set@example.com"})
		}, no, no, no, no, no, no, no},
		{"e-mail set by a superuser, and set back", func(t *testing.T, s *situation) {
			s.byAdmin(t, map[string]any{"email": "set@example.com"})
			s.byAdmin(t, map[string]any{"email": s.john.Email})
		}, no, no, no, no, no, no, yes},
		{"e-mail set by a superuser, and declined", func(t *testing.T, s *situation) {
			s.byAdmin(t, map[string]any{"email": "set@example.com"})
			s.svc.Expect(t, 200, declineRequest(tokenTo(t, s.mails.Deliver(t), "set@example.com")))
		}, no, no, no, no, no, no, yes},
		{"disabled", func(t *testing.T, s *situation) { s.byAdmin(t, map[string]any{"is_active": false}) }, no, no, no, no, no, no, yes},
		{"made a superuser", func(t *testing.T, s *situation) { s.byAdmin(t, map[string]any{"is_superuser": true}) }, no, no, no, no, no, no, yes},
		{"renamed", func(t *testing.T, s *situation) { s.byAdmin(t, map[string]any{"username": "johnny"}) }, yes, yes, yes, yes, yes, yes, yes},
	}
	for _, tt := range tests {
		t.Run(tt.event, func(t *testing.T) {
			s := newSituation(t)
			tt.do(t, s)
			compare := func(what string, got, want bool) {
				t.Helper()
				if got != want {
					t.Errorf("%s: lives on is %t, want %t", what, got, want)
				}
			}
			compare("own session", s.svc.Alive(t, s.own.Access), tt.own)
			compare("other session", s.svc.Alive(t, s.other.Access), tt.other)
			compare("pending address", s.count(t, `SELECT COUNT(*) FROM users WHERE id = ? AND pending_email IS NOT NULL`) == 1, tt.pending)
			compare("queued reset mail", s.count(t, `SELECT COUNT(*) FROM outbox WHERE kind = 'reset' AND sent_at IS NULL AND id > 0 * ?`) == 1, tt.resetMail)
			compare("confirmed address", s.count(t, `SELECT COUNT(*) FROM users WHERE id = ? AND is_verified`) == 1, tt.verified)
			compare("reset token", s.count(t, `SELECT COUNT(*) FROM tokens WHERE user_id = ? AND token_type = 'reset' AND used_at IS NULL`) == 1, tt.reset)
			compare("verification token",
				s.count(t, `SELECT COUNT(*) FROM tokens WHERE user_id = ? AND token_type = 'verification' AND used_at IS NULL`) == 1, tt.verification)
		})
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
	s.byAdmin(t, map[string]any{"email": "set@example.com"})
	sent := s.mails.Deliver(t)
	token := tokenTo(t, sent, "set@example.com")
	var tokens testkit.Tokens
	s.svc.Expect(t, 200, testkit.LoginRequest("set@example.com", testkit.Password)).JSON(t, &tokens)
	s.svc.Run(t, []testkit.Scenario{
		{Name: "not verified", Request: s.svc.WhoAmI(tokens.Access), Status: 200, Want: []string{`"is_verified":false`, `"email":"set@example.com"`}},
		{Name: "the mail's token", Request: verifyRequest(token), Status: 200},
		{Name: "verified", Request: s.svc.WhoAmI(tokens.Access), Status: 200, Want: []string{`"is_verified":true`}},
	})
}

// Whatever happens at the moment of an event, nothing lives on that the event
// ends: a session that is refreshed or opened just then, a mail that a worker
// has begun.
func TestEndingsMeetWhatTheyEnd(t *testing.T) {
	onJohn := func(s *situation, method string, body any) testkit.Request {
		return testkit.Request{Method: method, Path: "/api/v1/users/" + strconv.FormatInt(s.john.ID, 10), Token: s.admin, Body: body}
	}
	for name, tt := range map[string]struct {
		event     func(*situation) testkit.Request
		endsLogin bool // with the password of before
	}{
		"password changed": {func(s *situation) testkit.Request {
			return changePassword(s.own.Access, testkit.Password, newPassword)
		}, true},
		"password reset":          {func(s *situation) testkit.Request { return resetRequest(s.reset, newPassword) }, true},
		"e-mail change confirmed": {func(s *situation) testkit.Request { return verifyRequest(s.verification) }, false},
		"e-mail set by a superuser": {func(s *situation) testkit.Request {
			return onJohn(s, "PUT", map[string]any{"email": "set@example.com"})
		}, false},
		"disabled": {func(s *situation) testkit.Request { return onJohn(s, "PUT", map[string]any{"is_active": false}) }, true},
		"deleted":  {func(s *situation) testkit.Request { return onJohn(s, "DELETE", nil) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 {
				s := newSituation(t)
				event := tt.event(s)
				var status int
				var opened [2]testkit.Tokens
				var all sync.WaitGroup
				all.Go(func() { status = s.svc.Do(t, event).Status })
				all.Go(func() { opened[0] = s.open(t, refreshRequest(s.other.Refresh)) })
				if tt.endsLogin {
					all.Go(func() { opened[1] = s.open(t, testkit.LoginRequest("johndoe", testkit.Password)) })
				}
				all.Go(func() { s.mails.DeliverOne(t) })
				all.Wait()
				if name == "password reset" && status == http.StatusBadRequest {
					continue // The mail that was sent just before voids the token.
				}
				if status != http.StatusOK && status != http.StatusNoContent {
					t.Fatalf("the event is answered with %d", status)
				}
				for _, tokens := range append(opened[:], s.other) {
					if tokens.Access != "" && s.svc.Alive(t, tokens.Access) {
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

// open returns the tokens that a request receives, if any.
func (s *situation) open(t *testing.T, request testkit.Request) testkit.Tokens {
	t.Helper()
	var tokens testkit.Tokens
	response := s.svc.Do(t, request)
	switch response.Status {
	case http.StatusOK:
		response.JSON(t, &tokens)
	case http.StatusUnauthorized:
	default:
		t.Errorf("%s %s = %d %s", request.Method, request.Path, response.Status, response.Body)
	}
	return tokens
}

// The owner of an address that a superuser mistyped says that it is not theirs:
// the account goes back to the address that was confirmed before.
func TestDecliningAnAddressThatASuperuserSet(t *testing.T) {
	s := newSituation(t)
	s.byAdmin(t, map[string]any{"email": "mistyped@example.com"})
	s.byAdmin(t, map[string]any{"email": "again@example.com"})
	token := tokenTo(t, s.mails.Deliver(t), "again@example.com")
	s.svc.Expect(t, 200, declineRequest(token))
	s.svc.Run(t, []testkit.Scenario{
		{Name: "the account is there", Request: s.svc.WhoAmI(s.svc.Login(t, "johndoe")), Status: 200,
			Want: []string{`"email":"johndoe@example.com"`, `"is_verified":true`}},
		{Name: "the token is spent", Request: declineRequest(token), Status: 400, Detail: invalidToken},
	})
	if notice := s.mails.Only(t, s.john.Email); !strings.Contains(notice.Subject, "restored") {
		t.Errorf("sent %+v, want a notice to the former address", notice)
	}
	// What is confirmed is the address to go back to from now on.
	s.byAdmin(t, map[string]any{"email": "right@example.com"})
	s.svc.Expect(t, 200, verifyRequest(tokenTo(t, s.mails.Deliver(t), "right@example.com")))
	s.byAdmin(t, map[string]any{"email": "wrong@example.com"})
	s.svc.Expect(t, 200, declineRequest(tokenTo(t, s.mails.Deliver(t), "wrong@example.com")))
	s.svc.Run(t, []testkit.Scenario{{Name: "the confirmed one", Request: s.svc.WhoAmI(s.svc.Login(t, "johndoe")), Status: 200,
		Want: []string{`"email":"right@example.com"`, `"is_verified":true`}}})
}

func TestSuperuserTakesAnAddressBack(t *testing.T) {
	s := newSituation(t)
	s.byAdmin(t, map[string]any{"email": "mistyped@example.com"})
	s.byAdmin(t, map[string]any{"email": s.john.Email})
	if sent := s.mails.Deliver(t); len(sent) != 0 {
		t.Errorf("sent %+v", sent)
	}
	s.svc.Run(t, []testkit.Scenario{{Name: "confirmed as before", Request: s.svc.WhoAmI(s.svc.Login(t, "johndoe")), Status: 200,
		Want: []string{`"email":"johndoe@example.com"`, `"is_verified":true`}}})
}

// Meanwhile somebody else has the former address: nobody can be asked.
func TestDecliningWhenTheFormerAddressIsTaken(t *testing.T) {
	s := newSituation(t)
	s.byAdmin(t, map[string]any{"email": "mistyped@example.com"})
	token := tokenTo(t, s.mails.Deliver(t), "mistyped@example.com")
	s.svc.Expect(t, 201, registration(s.john.Email, "second", testkit.Password))
	s.svc.Expect(t, 200, declineRequest(token))
	s.svc.Run(t, []testkit.Scenario{
		{Name: "disabled", Request: testkit.LoginRequest("johndoe", testkit.Password), Status: 401, Detail: "Invalid credentials"},
		{Name: "and not deleted", Request: testkit.Request{Method: "GET", Path: "/api/v1/users/" + strconv.FormatInt(s.john.ID, 10), Token: s.admin},
			Status: 200, Want: []string{`"is_active":false`}},
	})
}
