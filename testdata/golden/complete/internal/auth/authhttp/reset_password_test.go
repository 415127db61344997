package authhttp_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/testkit"
)

func resetRequest(token, password string) testkit.Request {
	return testkit.Post("/auth/reset-password", map[string]string{"token": token, "new_password": password})
}

// forgotten registers johndoe, and returns the token of a reset mail.
func forgotten(t *testing.T, svc *testkit.Service) (*testkit.Mails, string) {
	t.Helper()
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	mails.Only(t, john.Email)
	svc.Expect(t, http.StatusAccepted, forgotRequest(john.Email))
	return mails, mails.Only(t, john.Email).Token()
}

func TestResetPassword(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails, token := forgotten(t, svc)
	session := svc.Session(t, "johndoe")
	svc.Run(t, []testkit.Scenario{
		{Name: "made-up token", Request: resetRequest("nope", newPassword), Status: 400, Detail: invalidToken},
		{Name: "short password", Request: resetRequest(token, "short"), Status: 422, Detail: "validation failed",
			Messages: map[string]string{"body.new_password": "Password must be at least 8 characters"}, Unwanted: []string{`"short"`}},
		{Name: "common password", Request: resetRequest(token, "password1"), Status: 422, Detail: "validation failed",
			Messages: map[string]string{"body.new_password": "Password is too common"}},
		{Name: "own name", Request: resetRequest(token, "johndoe12345"), Status: 422, Detail: "validation failed",
			Messages: map[string]string{"body.new_password": "Password must not be your name, your email or the name of this service"}},
		{Name: "to verify with", Request: verifyRequest(token), Status: 400, Detail: invalidToken},
		{Name: "good password, after the refused ones", Request: resetRequest(token, newPassword), Status: 200,
			Want: []string{`{"message":"Password has been reset"}`}, Unwanted: []string{"access_token"}},
		{Name: "second use", Request: resetRequest(token, newPassword), Status: 400, Detail: invalidToken},
		{Name: "old password", Request: testkit.LoginRequest("johndoe", testkit.Password), Status: 401, Detail: "Invalid credentials"},
		{Name: "new password", Request: testkit.LoginRequest("johndoe", newPassword), Status: 200},
		{Name: "old session", Request: testkit.Request{Method: "GET", Path: "/api/v1/users/me", Token: session.Access},
			Status: 401, Detail: "Invalid token"},
		{Name: "old refresh token", Request: refreshRequest(session.Refresh), Status: 401, Detail: invalidToken},
	})
	if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Subject, "was changed") || notice.Token() != "" {
		t.Errorf("notice is %+v", notice)
	}
}

func TestResetTokenExpires(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	_, token := forgotten(t, svc)
	svc.Clock.Advance(30 * time.Minute)
	svc.Run(t, []testkit.Scenario{{Name: "at its end", Request: resetRequest(token, newPassword), Status: 400, Detail: invalidToken}})
}

func TestResetPasswordInParallel(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	_, token := forgotten(t, svc)
	inParallel(t, svc, resetRequest(token, newPassword), map[int]int32{http.StatusOK: 1, http.StatusBadRequest: 31})
}

func TestResetPasswordLiftsALock(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	_, token := forgotten(t, svc)
	wrong, right := testkit.LoginRequest("johndoe", "wrong"), testkit.LoginRequest("johndoe", newPassword)
	wrong.Addr, right.Addr = "203.0.113.7", "203.0.113.7"
	for range 5 {
		svc.Expect(t, http.StatusUnauthorized, wrong)
	}
	svc.Clock.Advance(time.Minute - time.Second) // The address may ask again soon; the lock holds.
	locked := svc.Expect(t, http.StatusTooManyRequests, wrong)
	if locked.Header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After is %q", locked.Header.Get("Retry-After"))
	}
	svc.Expect(t, http.StatusOK, resetRequest(token, newPassword))
	svc.Clock.Advance(time.Second)
	svc.Expect(t, http.StatusOK, right)
}

func TestResetPasswordVerifies(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	_, token := forgotten(t, svc)
	svc.Expect(t, http.StatusOK, resetRequest(token, newPassword))
	var tokens testkit.Tokens
	svc.Expect(t, http.StatusOK, testkit.LoginRequest("johndoe", newPassword)).JSON(t, &tokens)
	svc.Run(t, []testkit.Scenario{{Name: "the link came by mail", Request: testkit.Request{Method: "GET", Path: "/api/v1/users/me",
		Token: tokens.Access}, Status: 200, Want: []string{`"is_verified":true`}}})
}

func TestResetOfADisabledUser(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails, token := forgotten(t, svc)
	if _, err := svc.SQL().Exec(`UPDATE users SET is_active = FALSE`); err != nil {
		t.Fatal(err)
	}
	svc.Run(t, []testkit.Scenario{{Name: "is refused", Request: resetRequest(token, newPassword), Status: 400, Detail: invalidToken}})
	svc.Expect(t, http.StatusAccepted, forgotRequest("johndoe@example.com"))
	if sent := mails.Deliver(t); len(sent) != 0 {
		t.Errorf("a disabled user was sent %+v", sent)
	}
}
