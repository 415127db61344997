package authhttp_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

func TestVerifyEmail(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	access := svc.Login(t, "johndoe")
	token := mails.Only(t, john.Email).Token()
	if err := svc.Auth.ResetPassword(t.Context(), token, newPassword); !errors.Is(err, auth.ErrMailToken) {
		t.Errorf("resetting a password with the token: %v", err)
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "not verified at first", Request: svc.WhoAmI(access), Status: 200, Want: []string{`"is_verified":false`, `"pending_email":""`}},
		{Name: "no token", Request: testkit.Post("/auth/verify-email", map[string]string{}), Status: 422},
		{Name: "made-up token", Request: verifyRequest("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), Status: 400, Detail: invalidToken},
		{Name: "empty token", Request: verifyRequest(""), Status: 400, Detail: invalidToken},
		{Name: "an access token", Request: verifyRequest(access[:200]), Status: 400, Detail: invalidToken},
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
	if err := svc.Auth.DeleteSelf(t.Context(), svc.Identity(t, svc.Login(t, "johndoe"))); err != nil {
		t.Fatal(err)
	}
	svc.Run(t, []testkit.Scenario{{Name: "is void", Request: verifyRequest(token), Status: 400, Detail: invalidToken}})
}

func TestVerifyEmailInParallel(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	token := mails.Only(t, john.Email).Token()
	inParallel(t, svc, verifyRequest(token), map[int]int32{http.StatusOK: 1, http.StatusBadRequest: 31})
}

func TestDeclineEmail(t *testing.T) {
	t.Run("removes an unverified account", func(t *testing.T) {
		svc := testkit.New(t, testkit.Options{})
		mails := svc.Mails(t)
		john := svc.Register(t, "johndoe")
		token := mails.Only(t, john.Email).Token()
		svc.Run(t, []testkit.Scenario{
			{Name: "made-up token", Request: declineRequest("nope"), Status: 400, Detail: invalidToken},
			{Name: "good token", Request: declineRequest(token), Status: 200, Want: []string{`{"message":"Email removed"}`}},
		})
		svc.Register(t, "johndoe") // The name and the address are free again.
	})
	t.Run("never a superuser's", func(t *testing.T) {
		svc := testkit.New(t, testkit.Options{})
		mails := svc.Mails(t)
		john := svc.Register(t, "johndoe")
		token := mails.Only(t, john.Email).Token()
		if _, err := svc.SQL().Exec(`UPDATE users SET is_superuser = TRUE`); err != nil {
			t.Fatal(err)
		}
		svc.Run(t, []testkit.Scenario{{Name: "good token", Request: declineRequest(token), Status: 400, Detail: invalidToken}})
		svc.Login(t, "johndoe")
	})
	t.Run("never a verified one", func(t *testing.T) {
		svc := testkit.New(t, testkit.Options{})
		mails := svc.Mails(t)
		john := svc.Register(t, "johndoe")
		svc.Verify(t, mails, john)
		access := svc.Login(t, "johndoe")
		svc.ChangeEmail(t, access, "new@example.com")
		svc.Expect(t, 200, declineRequest(mails.To(t, "new@example.com").Token()))
		svc.Run(t, []testkit.Scenario{{Name: "only the pending address goes",
			Request: svc.WhoAmI(access), Status: 200,
			Want: []string{`"email":"johndoe@example.com"`, `"pending_email":""`, `"is_verified":true`}}})
	})
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
	var token string
	for _, mail := range sent {
		token += mail.Token() // The notice has none.
	}
	if svc.TryLogin(t, "new@example.com", testkit.Password) != "" {
		t.Error("the new address logs in before it is confirmed")
	}
	if err := svc.Auth.VerifyEmail(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	svc.Run(t, []testkit.Scenario{{Name: "it is the user's now", Request: svc.WhoAmI(session.Access), Status: 200,
		Want: []string{`"email":"new@example.com"`, `"pending_email":""`, `"is_verified":true`}}})
	if svc.TryLogin(t, john.Email, testkit.Password) != "" || svc.TryLogin(t, "new@example.com", testkit.Password) == "" {
		t.Error("the new address must log in, and the old one must not")
	}
	if svc.Alive(t, other.Access) || !svc.Alive(t, session.Access) {
		t.Error("a confirmed change must end all sessions but the one that asked")
	}
}

// Whoever loses a confirmed address hears of it at once, whatever strangers have
// asked for. One that nobody has confirmed may be a stranger's.
func TestNoticesToTheOldAddress(t *testing.T) {
	for name, confirmed := range map[string]bool{"confirmed": true, "anybody's": false} {
		t.Run(name, func(t *testing.T) {
			svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) {
				s.MailsPerRecipientPerHour, s.RateLimitEnabled = 3, false
			}})
			mails := svc.Mails(t)
			john := svc.Register(t, "johndoe")
			if confirmed {
				svc.Verify(t, mails, john)
			}
			svc.ChangeEmail(t, svc.Login(t, "johndoe"), "new@example.com")
			token := mails.To(t, "new@example.com").Token()
			for range 4 {
				svc.ForgetPassword(t, john)
				mails.Deliver(t)
			}
			if err := svc.Auth.VerifyEmail(t.Context(), token); err != nil {
				t.Fatal(err)
			}
			sent := mails.Deliver(t)
			if !confirmed {
				if len(sent) != 0 {
					t.Errorf("sent %+v to an address that nobody has confirmed", sent)
				}
				return
			}
			if len(sent) != 1 || sent[0].To != john.Email || !strings.Contains(sent[0].Subject, "was changed") {
				t.Fatalf("sent %+v, want one notice to the old address", sent)
			}
			if strings.Contains(sent[0].Text, "new@example.com") {
				t.Errorf("the notice names the new address: %s", sent[0].Text)
			}
		})
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
	svc.ChangeEmail(t, access, "janedoe@example.com")
	token := mails.To(t, "janedoe@example.com").Token()
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
	svc.ChangeEmail(t, access, "one@example.com")
	first := mails.To(t, "one@example.com").Token()
	svc.ChangeEmail(t, access, "two@example.com")
	second := mails.To(t, "two@example.com").Token()
	svc.Run(t, []testkit.Scenario{
		{Name: "first", Request: verifyRequest(first), Status: 400, Detail: invalidToken},
		{Name: "second", Request: verifyRequest(second), Status: 200},
	})
}

// Whoever asks for another address at once has no use for the link to the first.
func TestAskingForAnotherAddressVoidsTheFirstLink(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	first := mails.Only(t, john.Email).Token()
	svc.ChangeEmail(t, svc.Login(t, "johndoe"), "new@example.com")
	svc.Run(t, []testkit.Scenario{
		{Name: "first", Request: verifyRequest(first), Status: 400, Detail: invalidToken},
		{Name: "pending", Request: verifyRequest(mails.To(t, "new@example.com").Token()), Status: 200},
	})
}

func TestWithdrawnEmailChange(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	mails.Deliver(t)
	access := svc.Login(t, "johndoe")
	svc.ChangeEmail(t, access, "new@example.com")
	token := mails.To(t, "new@example.com").Token()
	svc.Run(t, []testkit.Scenario{
		{Name: "own", Request: changeEmail(access, john.Email), Status: 200, Want: []string{`"pending_email":null`}},
		{Name: "the other's link", Request: verifyRequest(token), Status: 400, Detail: invalidToken},
	})
	if sent := mails.Deliver(t); len(sent) != 0 {
		t.Errorf("the withdrawal sent %+v", sent)
	}
}

// Guesses of tokens count together, wherever they are tried.
func TestGuessesOfTokensAreLimitedPerClient(t *testing.T) {
	for name, guess := range map[string]testkit.Request{
		"verify": verifyRequest("nope"), "decline": declineRequest("nope"),
	} {
		svc := testkit.New(t, testkit.Options{})
		for range 30 {
			svc.Expect(t, http.StatusBadRequest, from(home, guess))
		}
		svc.Run(t, []testkit.Scenario{
			{Name: name, Request: from(home, guess), Status: 429, Detail: "Too many requests"},
			{Name: name + " after the others", Request: from(home, verifyRequest("nope")), Status: 429, Detail: "Too many requests"},
		})
	}
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
	svc.ForgetPassword(t, john)
	if err := svc.Auth.ResetPassword(t.Context(), mails.Only(t, john.Email).Token(), newPassword); err != nil {
		t.Fatal(err)
	}
	if svc.Alive(t, stranger.Access) {
		t.Error("the stranger's session lives on")
	}
	if svc.Refresh(t, stranger.Refresh).Access != "" || svc.TryLogin(t, "johndoe", testkit.Password) != "" {
		t.Error("the stranger continues the session, or opens another one")
	}
	if svc.TryLogin(t, "johndoe", newPassword) == "" {
		t.Error("the account is not mine")
	}
}
