package authhttp_test

import (
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/testkit"
)

func TestForgotPasswordTellsNothing(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	svc.Verify(t, mails, john)
	for _, path := range []string{"/auth/forgot-password", "/auth/resend-verification"} {
		known := svc.Expect(t, http.StatusAccepted, testkit.Post(path, map[string]string{"email": john.Email}))
		unknown := svc.Expect(t, http.StatusAccepted, testkit.Post(path, map[string]string{"email": "nobody@example.com"}))
		known.Header.Del("X-Request-Id")
		unknown.Header.Del("X-Request-Id")
		if known.Body != unknown.Body || len(known.Header) != len(unknown.Header) {
			t.Errorf("%s: %v %s for a user, %v %s for nobody", path, known.Header, known.Body, unknown.Header, unknown.Body)
		}
	}
	// The rows differ in nothing but the address, so writing them costs the same.
	rows, err := svc.SQL().Query(`SELECT COUNT(*), COUNT(user_id), SUM(LENGTH(session_id)) FROM outbox WHERE sent_at IS NULL GROUP BY kind`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var count, withUser, session int
		if err := rows.Scan(&count, &withUser, &session); err != nil || count != 2 || withUser != 0 || session != 0 {
			t.Errorf("queued %d rows, %d with a user, session length %d, %v; want 2, 0, 0", count, withUser, session, err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Error(err)
	}
	sent := mails.Deliver(t)
	if len(sent) != 1 || sent[0].To != john.Email || !strings.Contains(sent[0].Subject, "Reset") {
		t.Errorf("sent %+v, want one reset mail to the user", sent)
	}
}

// A worker that is woken looks the address up while the answer is on its way,
// which takes longer for one that has a user.
func TestAskingForAMailWakesNobody(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	john := svc.Register(t, "johndoe")
	<-svc.Auth.Queued() // the verification mail
	for _, path := range []string{"/auth/forgot-password", "/auth/resend-verification"} {
		svc.Expect(t, http.StatusAccepted, testkit.Post(path, map[string]string{"email": john.Email}))
		select {
		case <-svc.Auth.Queued():
			t.Errorf("%s wakes the worker", path)
		default:
		}
	}
}

func TestForgotPasswordRefusesWhatIsNoAddress(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	for _, email := range []string{"", "johndoe", "a@b", "Foo <a@b.co>", "a@b.co\r\nBcc: c@d.co"} {
		svc.Run(t, []testkit.Scenario{{Name: email, Request: forgotRequest(email), Status: 422}})
	}
}

func TestAskingIsLimitedPerClient(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	for range 5 {
		request := forgotRequest("nobody@example.com")
		request.Addr = "203.0.113.7"
		svc.Expect(t, http.StatusAccepted, request)
	}
	for _, path := range []string{"/auth/forgot-password", "/auth/resend-verification"} {
		request := testkit.Post(path, map[string]string{"email": "nobody@example.com"})
		request.Addr = "203.0.113.7"
		svc.Run(t, []testkit.Scenario{{Name: path, Request: request, Status: 429, Detail: "Too many requests",
			Header: map[string]string{"Retry-After": "900"}}})
	}
}

func TestResendVerification(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	first := mails.Only(t, john.Email).Token()
	svc.Expect(t, http.StatusAccepted, testkit.Post("/auth/resend-verification", map[string]string{"email": " JohnDoe@Example.com "}))
	second := mails.Only(t, john.Email).Token()
	if err := svc.Auth.VerifyEmail(t.Context(), first); !errors.Is(err, auth.ErrMailToken) {
		t.Errorf("the older token: %v", err)
	}
	if err := svc.Auth.VerifyEmail(t.Context(), second); err != nil {
		t.Errorf("the newer token: %v", err)
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "asked by a verified user", Request: testkit.Post("/auth/resend-verification",
			map[string]string{"email": john.Email}), Status: 202},
	})
	if sent := mails.Deliver(t); len(sent) != 0 {
		t.Errorf("a verified user was sent %+v", sent)
	}
}

// forgotten registers johndoe, and returns the token of a reset mail.
func forgotten(t *testing.T, svc *testkit.Service) (*testkit.Mails, string) {
	t.Helper()
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	mails.Only(t, john.Email)
	svc.ForgetPassword(t, john)
	return mails, mails.Only(t, john.Email).Token()
}

func TestResetPassword(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails, token := forgotten(t, svc)
	session := svc.Session(t, "johndoe")
	if err := svc.Auth.VerifyEmail(t.Context(), token); !errors.Is(err, auth.ErrMailToken) {
		t.Errorf("confirming an address with the token: %v", err)
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "made-up token", Request: resetRequest("nope", newPassword), Status: 400, Detail: invalidToken},
		{Name: "short password", Request: resetRequest(token, "short"), Status: 422,
			Messages: map[string]string{"body.new_password": "Password must be at least 8 characters"}, Unwanted: []string{`"short"`}},
		{Name: "common password", Request: resetRequest(token, "password1"), Status: 422,
			Messages: map[string]string{"body.new_password": "Password is too common"}},
		{Name: "own name", Request: resetRequest(token, "johndoe12345"), Status: 422,
			Messages: map[string]string{"body.new_password": "Password must not be your name, your email or the name of this service"}},
		{Name: "good password, after the refused ones", Request: resetRequest(token, newPassword), Status: 200,
			Want: []string{`{"message":"Password has been reset"}`}, Unwanted: []string{"access_token"}},
		{Name: "second use", Request: resetRequest(token, newPassword), Status: 400, Detail: invalidToken},
		{Name: "old session", Request: svc.WhoAmI(session.Access), Status: 401, Detail: "Invalid token"},
	})
	if svc.TryLogin(t, "johndoe", testkit.Password) != "" || svc.TryLogin(t, "johndoe", newPassword) == "" {
		t.Error("the new password must open the account, and the old one must not")
	}
	if svc.Refresh(t, session.Refresh).Access != "" {
		t.Error("an old session is continued")
	}
	if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Subject, "was changed") || notice.Token() != "" {
		t.Errorf("notice is %+v", notice)
	}
}

func TestGuessesOfResetTokensAreLimitedPerClient(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	guess := from(home, resetRequest("nope", newPassword))
	for range 30 {
		svc.Expect(t, http.StatusBadRequest, guess)
	}
	svc.Run(t, []testkit.Scenario{{Name: "the 31st", Request: guess, Status: 429, Detail: "Too many requests"}})
}

func TestResetTokenExpires(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	_, token := forgotten(t, svc)
	svc.Clock.Advance(30 * time.Minute)
	svc.Run(t, []testkit.Scenario{
		{Name: "at its end", Request: resetRequest(token, newPassword), Status: 400, Detail: invalidToken},
		{Name: "at its end, a bad password", Request: resetRequest(token, "short"), Status: 400, Detail: invalidToken},
	})
}

func TestResetPasswordInParallel(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	_, token := forgotten(t, svc)
	inParallel(t, svc, resetRequest(token, newPassword), map[int]int32{http.StatusOK: 1, http.StatusBadRequest: 31})
}

func TestResetPasswordLiftsALock(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	_, token := forgotten(t, svc)
	login := func(password string) error {
		_, err := svc.Auth.Login(t.Context(), client.Client{Addr: netip.MustParseAddr(home)}, "johndoe", password)
		return err
	}
	for range 5 {
		if err := login("wrong"); !errors.Is(err, auth.ErrInvalidCredentials) {
			t.Fatal(err)
		}
	}
	if err := login(testkit.Password); err == nil || err.Error() != locked {
		t.Fatalf("after five failures: %v", err)
	}
	svc.Expect(t, http.StatusOK, resetRequest(token, newPassword))
	if err := login(newPassword); err != nil {
		t.Errorf("after the reset: %v", err)
	}
}

func TestResetPasswordVerifies(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	_, token := forgotten(t, svc)
	svc.Expect(t, http.StatusOK, resetRequest(token, newPassword))
	access := svc.TryLogin(t, "johndoe", newPassword)
	svc.Run(t, []testkit.Scenario{{Name: "the link came by mail", Request: svc.WhoAmI(access), Status: 200, Want: []string{`"is_verified":true`}}})
}

func TestResetOfADisabledUser(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails, token := forgotten(t, svc)
	if _, err := svc.SQL().Exec(`UPDATE users SET is_active = FALSE`); err != nil {
		t.Fatal(err)
	}
	svc.Run(t, []testkit.Scenario{{Name: "is refused", Request: resetRequest(token, newPassword), Status: 400, Detail: invalidToken}})
	svc.ForgetPassword(t, testkit.User{Email: "johndoe@example.com"})
	if sent := mails.Deliver(t); len(sent) != 0 {
		t.Errorf("a disabled user was sent %+v", sent)
	}
}
