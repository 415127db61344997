package authhttp_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/testkit"
)

func forgotRequest(email string) testkit.Request {
	return testkit.Post("/auth/forgot-password", map[string]string{"email": email})
}

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

func TestForgotPasswordRefusesWhatIsNoAddress(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	for _, email := range []string{"", "johndoe", "a@b", "Foo <a@b.co>", "a@b.co\r\nBcc: c@d.co"} {
		svc.Run(t, []testkit.Scenario{{Name: email, Request: forgotRequest(email), Status: 422, Detail: "validation failed"}})
	}
}

func TestForgotPasswordMailsThreeTimesAnHour(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	svc.Verify(t, mails, john)
	sent := 0
	for range 5 {
		svc.Expect(t, http.StatusAccepted, forgotRequest(john.Email))
		sent += len(mails.Deliver(t))
	}
	if sent != 3 {
		t.Errorf("%d mails were sent, want 3", sent)
	}
	svc.Clock.Advance(time.Hour + time.Second)
	svc.Expect(t, http.StatusAccepted, forgotRequest(john.Email))
	mails.Only(t, john.Email)
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
	svc.Run(t, []testkit.Scenario{
		{Name: "the older token is void", Request: verifyRequest(first), Status: 400, Detail: invalidToken},
		{Name: "the newer one is good", Request: verifyRequest(second), Status: 200},
		{Name: "asked by a verified user", Request: testkit.Post("/auth/resend-verification",
			map[string]string{"email": john.Email}), Status: 202},
	})
	if sent := mails.Deliver(t); len(sent) != 0 {
		t.Errorf("a verified user was sent %+v", sent)
	}
}
