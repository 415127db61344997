package authhttp_test

import (
	"net/http"
	"strconv"
	"sync"
	"testing"

	"example.com/myapi/internal/testkit"
)

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

// open gives the tokens that a request gets, if it gets any.
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
