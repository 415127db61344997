package authhttp_test

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/myapi/internal/testkit"
)

const invalidToken = "Invalid or expired token"

func verifyRequest(token string) testkit.Request {
	return testkit.Post("/auth/verify-email", map[string]string{"token": token})
}

func TestVerifyEmail(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	access := svc.Login(t, "johndoe")
	token := mails.Only(t, john.Email).Token()
	svc.Run(t, []testkit.Scenario{
		{Name: "not verified at first", Request: testkit.Request{Method: "GET", Path: "/api/v1/users/me", Token: access},
			Status: 200, Want: []string{`"is_verified":false`, `"pending_email":null`}},
		{Name: "no token", Request: testkit.Post("/auth/verify-email", map[string]string{}), Status: 422, Detail: "validation failed"},
		{Name: "made-up token", Request: verifyRequest("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), Status: 400, Detail: invalidToken},
		{Name: "empty token", Request: verifyRequest(""), Status: 400, Detail: invalidToken},
		{Name: "an access token", Request: verifyRequest(access[:200]), Status: 400, Detail: invalidToken},
		{Name: "to reset a password with", Request: testkit.Post("/auth/reset-password",
			map[string]string{"token": token, "new_password": "another-password-9"}), Status: 400, Detail: invalidToken},
		{Name: "good token", Request: verifyRequest(token), Status: 200, Want: []string{`{"message":"Email verified"}`}},
		{Name: "verified", Request: testkit.Request{Method: "GET", Path: "/api/v1/users/me", Token: access},
			Status: 200, Want: []string{`"is_verified":true`}},
		{Name: "second use", Request: verifyRequest(token), Status: 400, Detail: invalidToken},
	})
}

func TestVerificationTokenExpires(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	token := mails.Only(t, john.Email).Token()
	svc.Clock.Advance(24 * time.Hour)
	svc.Run(t, []testkit.Scenario{{Name: "at its end", Request: verifyRequest(token), Status: 400, Detail: invalidToken}})
}

func TestVerificationTokenOfADeletedUser(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	token := mails.Only(t, john.Email).Token()
	svc.Expect(t, http.StatusNoContent, testkit.Request{Method: "DELETE", Path: "/api/v1/users/me", Token: svc.Login(t, "johndoe")})
	svc.Run(t, []testkit.Scenario{{Name: "is void", Request: verifyRequest(token), Status: 400, Detail: invalidToken}})
}

func TestVerifyEmailInParallel(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	token := mails.Only(t, john.Email).Token()
	inParallel(t, svc, verifyRequest(token), map[int]int32{http.StatusOK: 1, http.StatusBadRequest: 31})
}

// inParallel sends a request 32 times at once and counts the statuses.
func inParallel(t *testing.T, svc *testkit.Service, request testkit.Request, want map[int]int32) {
	t.Helper()
	var counts [600]atomic.Int32
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() { counts[svc.Do(t, request).Status].Add(1) })
	}
	wg.Wait()
	for status := range counts {
		if got := counts[status].Load(); got != want[status] {
			t.Errorf("%d answers are %d, want %d", got, status, want[status])
		}
	}
}

func TestDeclineEmail(t *testing.T) {
	decline := func(token string) testkit.Request {
		return testkit.Post("/auth/decline-email", map[string]string{"token": token})
	}
	t.Run("removes an unverified account", func(t *testing.T) {
		svc := testkit.New(t, testkit.Options{})
		mails := svc.Mails(t)
		john := svc.Register(t, "johndoe")
		token := mails.Only(t, john.Email).Token()
		svc.Run(t, []testkit.Scenario{
			{Name: "made-up token", Request: decline("nope"), Status: 400, Detail: invalidToken},
			{Name: "good token", Request: decline(token), Status: 200, Want: []string{`{"message":"Email removed"}`}},
			{Name: "no account", Request: testkit.LoginRequest("johndoe", testkit.Password), Status: 401, Detail: "Invalid credentials"},
		})
		svc.Register(t, "johndoe") // The name and the address are free again.
	})
	t.Run("never a verified one", func(t *testing.T) {
		svc := testkit.New(t, testkit.Options{})
		mails := svc.Mails(t)
		john := svc.Register(t, "johndoe")
		svc.Verify(t, mails, john)
		access := svc.Login(t, "johndoe")
		svc.Expect(t, 200, testkit.Request{Method: "PUT", Path: "/api/v1/users/me", Token: access, Body: map[string]string{"email": "new@example.com"}})
		token := tokenTo(t, mails.Deliver(t), "new@example.com")
		svc.Expect(t, 200, decline(token))
		svc.Run(t, []testkit.Scenario{{Name: "only the pending address goes",
			Request: testkit.Request{Method: "GET", Path: "/api/v1/users/me", Token: access}, Status: 200,
			Want: []string{`"email":"johndoe@example.com"`, `"pending_email":null`, `"is_verified":true`}}})
	})
}

// tokenTo is the token in the mail to an address.
func tokenTo(t *testing.T, mails []testkit.Mail, to string) string {
	t.Helper()
	for _, mail := range mails {
		if mail.To == to {
			return mail.Token()
		}
	}
	t.Fatalf("no mail to %s in %+v", to, mails)
	return ""
}
