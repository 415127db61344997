package authhttp_test

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/myapi/internal/testkit"
)

const invalidToken = "Invalid or expired token"

func declineRequest(token string) testkit.Request {
	return testkit.Post("/auth/decline-email", map[string]string{"token": token})
}

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
		{Name: "not verified at first", Request: svc.WhoAmI(access), Status: 200, Want: []string{`"is_verified":false`, `"pending_email":""`}},
		{Name: "no token", Request: testkit.Post("/auth/verify-email", map[string]string{}), Status: 422},
		{Name: "made-up token", Request: verifyRequest("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), Status: 400, Detail: invalidToken},
		{Name: "empty token", Request: verifyRequest(""), Status: 400, Detail: invalidToken},
		{Name: "an access token", Request: verifyRequest(access[:200]), Status: 400, Detail: invalidToken},
		{Name: "to reset a password with", Request: testkit.Post("/auth/reset-password",
			map[string]string{"token": token, "new_password": "another-password-9"}), Status: 400, Detail: invalidToken},
		{Name: "good token", Request: verifyRequest(token), Status: 200, Want: []string{`{"message":"Email verified"}`}},
		{Name: "verified", Request: svc.WhoAmI(access), Status: 200, Want: []string{`"is_verified":true`}},
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
			Request: svc.WhoAmI(access), Status: 200,
			Want: []string{`"email":"johndoe@example.com"`, `"pending_email":""`, `"is_verified":true`}}})
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

func changeEmail(access, email string) testkit.Request {
	return testkit.Request{Method: "PUT", Path: "/api/v1/users/me", Token: access, Body: map[string]string{"email": email}}
}

func TestEmailChange(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	svc.Verify(t, mails, john)
	other, session := svc.Session(t, "johndoe"), svc.Session(t, "johndoe")
	svc.Run(t, []testkit.Scenario{{Name: "asked for", Request: changeEmail(session.Access, "New@Example.com"), Status: 200,
		Want: []string{`"email":"johndoe@example.com"`, `"pending_email":"new@example.com"`, `"is_verified":true`}}})
	if !svc.Alive(t, other.Access) {
		t.Error("asking ended another session")
	}
	sent := mails.Deliver(t)
	if len(sent) != 2 {
		t.Fatalf("sent %+v, want a mail to each address", sent)
	}
	for _, mail := range sent {
		if mail.To == john.Email && (mail.Token() != "" || !strings.Contains(mail.Text, "new@example.com")) {
			t.Errorf("the notice to the old address is %+v", mail)
		}
	}
	token := tokenTo(t, sent, "new@example.com")
	svc.Run(t, []testkit.Scenario{
		{Name: "the new address does not log in yet", Request: testkit.LoginRequest("new@example.com", testkit.Password), Status: 401, Detail: "Invalid credentials"},
		{Name: "confirmed", Request: verifyRequest(token), Status: 200},
		{Name: "it is the user's now", Request: svc.WhoAmI(session.Access), Status: 200,
			Want: []string{`"email":"new@example.com"`, `"pending_email":""`, `"is_verified":true`}},
		{Name: "the old one is not", Request: testkit.LoginRequest(john.Email, testkit.Password), Status: 401, Detail: "Invalid credentials"},
		{Name: "the new one logs in", Request: testkit.LoginRequest("new@example.com", testkit.Password), Status: 200},
	})
	if svc.Alive(t, other.Access) || !svc.Alive(t, session.Access) {
		t.Error("a confirmed change must end all sessions but the one that asked")
	}
}

func TestEmailChangeRefusals(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	svc.Register(t, "johndoe")
	svc.Register(t, "janedoe")
	mails.Deliver(t)
	access := svc.Login(t, "johndoe")
	svc.Run(t, []testkit.Scenario{
		{Name: "another user's", Request: changeEmail(access, "JaneDoe@example.com"), Status: 409, Detail: "Email already registered"},
		{Name: "no address", Request: changeEmail(access, "a@b"), Status: 422},
		{Name: "the own one", Request: changeEmail(access, "johndoe@example.com"), Status: 200, Want: []string{`"pending_email":null`}},
	})
	if sent := mails.Deliver(t); len(sent) != 0 {
		t.Errorf("refused changes sent %+v", sent)
	}
	svc.Clock.Advance(15*time.Minute + time.Second)
	svc.Run(t, []testkit.Scenario{{Name: "long after the log-in", Request: changeEmail(access, "new@example.com"), Status: 401, Detail: "Recent log-in required"}})
}

func TestPendingAddressThatSomebodyRegistersMeanwhile(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	svc.Register(t, "johndoe")
	mails.Deliver(t)
	access := svc.Login(t, "johndoe")
	svc.Expect(t, http.StatusOK, changeEmail(access, "janedoe@example.com"))
	token := tokenTo(t, mails.Deliver(t), "janedoe@example.com")
	svc.Register(t, "janedoe")
	svc.Run(t, []testkit.Scenario{
		{Name: "cannot be taken", Request: verifyRequest(token), Status: 400, Detail: invalidToken},
		{Name: "nothing changed", Request: svc.WhoAmI(access), Status: 200, Want: []string{`"email":"johndoe@example.com"`}},
	})
}

func TestAskingForAnotherAddressVoidsTheFirst(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	svc.Register(t, "johndoe")
	mails.Deliver(t)
	access := svc.Login(t, "johndoe")
	svc.Expect(t, http.StatusOK, changeEmail(access, "one@example.com"))
	first := tokenTo(t, mails.Deliver(t), "one@example.com")
	svc.Expect(t, http.StatusOK, changeEmail(access, "two@example.com"))
	second := tokenTo(t, mails.Deliver(t), "two@example.com")
	svc.Run(t, []testkit.Scenario{
		{Name: "first", Request: verifyRequest(first), Status: 400, Detail: invalidToken},
		{Name: "second", Request: verifyRequest(second), Status: 200},
	})
}

func TestEmailChangeIsLimitedPerClient(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	request := changeEmail(svc.Login(t, "johndoe"), "johndoe@example.com")
	request.Addr = "203.0.113.7"
	for range 20 {
		svc.Expect(t, http.StatusOK, request)
	}
	svc.Run(t, []testkit.Scenario{{Name: "the 21st in an hour", Request: request, Status: 429, Detail: "Too many requests"}})
}

// Somebody registers with my address. I may confirm it, but then the account is
// mine: a password of my own throws them out.
func TestPreHijackedAccount(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	stranger := svc.Session(t, "johndoe")
	svc.Verify(t, mails, john)
	svc.Expect(t, http.StatusAccepted, forgotRequest(john.Email))
	svc.Expect(t, http.StatusOK, resetRequest(mails.Only(t, john.Email).Token(), newPassword))
	if svc.Alive(t, stranger.Access) {
		t.Error("the stranger's session lives on")
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "nor is it continued", Request: refreshRequest(stranger.Refresh), Status: 401, Detail: invalidToken},
		{Name: "or opened again", Request: testkit.LoginRequest("johndoe", testkit.Password), Status: 401, Detail: "Invalid credentials"},
		{Name: "it is mine", Request: testkit.LoginRequest("johndoe", newPassword), Status: 200},
	})
}
