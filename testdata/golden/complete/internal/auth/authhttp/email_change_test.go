package authhttp_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/testkit"
)

func changeEmail(access, email string) testkit.Request {
	return testkit.Request{Method: "PUT", Path: "/api/v1/users/me", Token: access, Body: map[string]string{"email": email}}
}

func showMe(access string) testkit.Request {
	return testkit.Request{Method: "GET", Path: "/api/v1/users/me", Token: access}
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
		{Name: "it is the user's now", Request: showMe(session.Access), Status: 200,
			Want: []string{`"email":"new@example.com"`, `"pending_email":null`, `"is_verified":true`}},
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
		{Name: "no address", Request: changeEmail(access, "a@b"), Status: 422, Detail: "validation failed"},
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
		{Name: "nothing changed", Request: showMe(access), Status: 200, Want: []string{`"email":"johndoe@example.com"`}},
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
