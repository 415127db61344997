package authhttp_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"example.com/myapi/internal/testkit"
)

// What mails and refreshes bring is logged at no level, and stored as a hash
// only.
func TestMailsAndRefreshesLeaveNoSecrets(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	mails.Refuse = func(string) error { return errors.New("the server is away") }
	if _, err := mails.Worker().SendNext(t.Context(), 0); err == nil {
		t.Fatal("a mail was sent without a server")
	}
	mails.Refuse = nil
	verification := mails.Only(t, john.Email).Token()
	svc.Expect(t, http.StatusOK, verifyRequest(verification))
	session := svc.Session(t, "johndoe")
	second := refresh(t, svc, session.Refresh)
	svc.Expect(t, http.StatusAccepted, forgotRequest(john.Email))
	reset := mails.Only(t, john.Email).Token()
	svc.Expect(t, http.StatusOK, changeEmail(second.Access, "new@example.com"))
	change := tokenTo(t, mails.Deliver(t), "new@example.com")
	secrets := []string{verification, reset, change, session.Access, session.Refresh, second.Access, second.Refresh}
	stored := svc.SQL().QueryRow
	for _, secret := range secrets {
		var n int
		err := stored(`SELECT (SELECT COUNT(*) FROM tokens WHERE token = ?) + (SELECT COUNT(*) FROM outbox WHERE last_error LIKE ?)`,
			secret, "%"+secret+"%").Scan(&n)
		if secret == "" || err != nil || n != 0 {
			t.Errorf("%q is stored %d times, %v", secret, n, err)
		}
	}
	for _, request := range []testkit.Request{
		verifyRequest(verification),
		resetRequest(reset, "short17"),
		resetRequest(reset, newPassword),
		resetRequest(verification, newPassword),
		verifyRequest(change),
		refreshRequest(session.Refresh),
		testkit.Post("/auth/decline-email", map[string]string{"token": change}),
		testkit.Post("/auth/logout", map[string]string{"refresh_token": second.Refresh}),
		{Method: "GET", Path: "/verify-email?token=" + change},
	} {
		svc.Do(t, request)
	}
	mails.Deliver(t)
	log := svc.Log.String()
	for _, secret := range append(secrets, testkit.Password, newPassword, "short17", "#token", "@example.com", "johndoe") {
		if i := strings.Index(log, secret); i >= 0 {
			t.Errorf("%q is in the log: …%s…", secret, log[max(0, i-200):min(len(log), i+50)])
		}
	}
	for _, event := range []string{"user_email_verified", "authn_password_reset", "authn_token_created", "user_updated"} {
		if len(svc.Log.Lines(t, "event", event)) == 0 {
			t.Errorf("%s was not logged, so the test did less than it says", event)
		}
	}
}
