package authhttp_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// strange is a network from which nobody has sent a right code.
func strange(i int) string { return fmt.Sprintf("198.51.%d.7", i) }

// guessCodes sends a hundred wrong codes with the right password, four from each
// network, so that none of them locks.
func guessCodes(t *testing.T, svc *testkit.Service) {
	t.Helper()
	for i := range 100 {
		svc.Run(t, []testkit.Scenario{{Name: fmt.Sprintf("guess %d", i), Request: from(strange(i/4), withCode("johndoe", "000000")), Status: 401, Detail: invalidCode}})
	}
}

// A hundred wrong codes in a day end the guessing from networks that have not sent a
// right one: whoever has the password, and logged in with it before there was a second
// factor, gets no more by a reset of the password (NIST SP 800-63B-4 §3.2.2).
func TestGuessesOfCodesAreBounded(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	for i := range 25 {
		svc.Expect(t, 200, from(strange(i), testkit.LoginRequest("johndoe", testkit.Password)))
	}
	app := svc.SecondFactor(t, "johndoe")
	svc.Expect(t, 200, from(home, withCode("johndoe", app.Code(t, 0))))
	svc.Clock.Advance(30 * time.Second)
	mails.Deliver(t)
	guessCodes(t, svc)
	if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Subject, "Wrong codes") {
		t.Errorf("sent %+v", notice)
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "the right code from a network of right passwords", Request: from(strange(0), withCode("johndoe", app.Code(t, 0))), Status: 429, Detail: locked},
		{Name: "the right code from a network of right codes", Request: from(home, withCode("johndoe", app.Code(t, 0))), Status: 200},
	})
	svc.Clock.Advance(30 * time.Second)
	svc.Expect(t, 202, forgotRequest("johndoe@example.com"))
	svc.Expect(t, 200, resetRequest(mails.Only(t, "johndoe@example.com").Token(), newPassword))
	logIn := func(addr, code string) testkit.Request {
		return from(addr, testkit.Post("/auth/login", map[string]string{"username": "johndoe", "password": newPassword, "code": code}))
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "after a reset", Request: logIn(strange(0), app.Code(t, 0)), Status: 429, Detail: locked},
		{Name: "a recovery code after a reset", Request: logIn(strange(0), app.RecoveryCodes[0]), Status: 200},
	})
	svc.Clock.Advance(24 * time.Hour)
	svc.Expect(t, 200, logIn(strange(0), app.Code(t, 0)))
}

// The owner hears of wrong codes before any network is locked: of the tenth of a day,
// and not again that day. Each of them has a line in the log.
func TestOwnersHearOfGuesses(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	mails.Deliver(t)
	guess := func(i int) { svc.Expect(t, 401, from(strange(i), withCode("johndoe", "000000"))) }
	for i := range 9 {
		guess(i)
	}
	if sent := mails.Deliver(t); len(sent) != 0 {
		t.Errorf("sent %+v after nine", sent)
	}
	guess(9)
	if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Text, "knows your password") {
		t.Errorf("sent %+v", notice)
	}
	guess(10)
	if sent := mails.Deliver(t); len(sent) != 0 {
		t.Errorf("sent %+v after eleven", sent)
	}
	if lines := svc.Log.Lines(t, "event", "authn_code_fail"); len(lines) != 11 || lines[10]["of_the_day"] != 11.0 {
		t.Errorf("logged %v", lines)
	}
	svc.Expect(t, 200, withCode("johndoe", app.Code(t, 0)))
}

// Twenty log-ins of a user can wait for a code; another one ends the oldest, and
// nobody else's.
func TestNumberOfLoginTokens(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	svc.Superuser(t, "boss")
	others := svc.SecondFactor(t, "boss")
	theirs, first, second := svc.LoginToken(t, "boss"), svc.LoginToken(t, "johndoe"), svc.LoginToken(t, "johndoe")
	svc.LoginWithCode(t, "johndoe", app.RecoveryCodes[0]) // Waits for nothing.
	for range 19 {
		svc.LoginToken(t, "johndoe")
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "the oldest of 21", Request: testkit.CodeRequest(first, app.Code(t, 0)), Status: 401, Detail: invalidToken},
		{Name: "the oldest of 20", Request: testkit.CodeRequest(second, app.Code(t, 0)), Status: 200},
		{Name: "another user's", Request: testkit.CodeRequest(theirs, others.Code(t, 0)), Status: 200},
	})
}

// Without locks the bound holds, too, within one network.
func TestGuessesOfCodesAreBoundedWithoutLocks(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.RateLimitEnabled, s.LoginMaxFailures = false, 0 }})
	svc.Register(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	for range 100 {
		svc.Expect(t, 401, from(home, withCode("johndoe", "000000")))
	}
	svc.Run(t, []testkit.Scenario{{Name: "the right code", Request: from(home, withCode("johndoe", app.Code(t, 0))), Status: 429, Detail: locked}})
}

// Nothing of the counted codes outlives the account.
func TestCountedCodesEndWithTheAccount(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	svc.Expect(t, 401, from(strange(0), withCode("johndoe", "000000")))
	svc.Expect(t, 200, withCode("johndoe", app.Code(t, 0)))
	svc.Superuser(t, "boss")
	svc.Expect(t, 204, testkit.Request{Method: "DELETE", Path: fmt.Sprintf("/api/v1/users/%d", userNamed(t, svc, "johndoe")), Token: svc.Login(t, "boss")})
	for _, table := range []string{"login_failures", "login_networks"} {
		var rows int
		if err := svc.SQL().QueryRow(`SELECT COUNT(*) FROM ` + table + ` WHERE account LIKE '%codes'`).Scan(&rows); err != nil || rows != 0 {
			t.Errorf("%s has %d rows of codes, %v", table, rows, err)
		}
	}
}

// A session whose factor was removed proves none.
func TestRemovedFactorProvesNothing(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	tokens := svc.LoginWithCode(t, "johndoe", app.Code(t, 0))
	svc.Expect(t, 204, testkit.Request{Method: "DELETE", Path: "/api/v1/users/me/totp", Token: tokens.Access})
	for name, access := range map[string]string{"the session": tokens.Access, "a refreshed one": svc.Refresh(t, tokens.Refresh).Access} {
		if amr := svc.Identity(t, access).AMR; !slices.Equal(amr, []string{"pwd"}) {
			t.Errorf("%s is proved by %v", name, amr)
		}
	}
}

// A second step without a factor, or with one whose secret is gone, opens nothing.
func TestIncompleteFactorsOpenNothing(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	svc.SecondFactor(t, "johndoe")
	token := svc.LoginToken(t, "johndoe")
	if _, err := svc.SQL().Exec(`UPDATE totp SET secret = NULL`); err != nil {
		t.Fatal(err)
	}
	svc.Expect(t, 503, withCode("johndoe", "123456"))
	svc.Run(t, []testkit.Scenario{{Name: "the password alone", Request: testkit.LoginRequest("johndoe", testkit.Password), Status: 401, Detail: secondFactor}})
	if len(svc.Log.Lines(t, "event", "authn_factor_unreadable")) == 0 {
		t.Error("nothing about it is logged")
	}
	if _, err := svc.SQL().Exec(`DELETE FROM totp`); err != nil {
		t.Fatal(err)
	}
	svc.Run(t, []testkit.Scenario{{Name: "no factor any more", Request: testkit.CodeRequest(token, "123456"), Status: 401, Detail: invalidToken}})
}

// An app that was never confirmed is not one that could be lost.
func TestPendingAppsAreNotRemoved(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	access := svc.Login(t, "johndoe")
	svc.Expect(t, 200, post("/users/me/totp", access, nil))
	svc.Superuser(t, "boss")
	path := fmt.Sprintf("/api/v1/users/%d/second-factor", userNamed(t, svc, "johndoe"))
	svc.Run(t, []testkit.Scenario{{Name: "by a superuser", Request: testkit.Request{Method: "DELETE", Path: path, Token: svc.Login(t, "boss")}, Status: 404, Detail: noFactor}})
	if !svc.Alive(t, access) {
		t.Error("the user's session has ended")
	}
}

// Mails that strangers ask for do not hold back what the owner has to know.
func TestNoticesOfFactorsAreNotHeldBack(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.RateLimitEnabled, s.MailsPerRecipientPerHour = false, 2 }})
	mails := svc.Mails(t)
	svc.Verify(t, mails, svc.Register(t, "johndoe"))
	for range 2 {
		svc.Expect(t, 202, forgotRequest("johndoe@example.com"))
		mails.Deliver(t)
	}
	svc.Expect(t, 202, forgotRequest("johndoe@example.com"))
	if held := mails.Deliver(t); len(held) != 0 {
		t.Errorf("the limit does not hold: %+v", held)
	}
	app := svc.SecondFactor(t, "johndoe")
	if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Text, "Log-ins require a code") {
		t.Errorf("sent %+v", notice)
	}
	svc.Expect(t, 200, withCode("johndoe", app.RecoveryCodes[0]))
	if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Subject, "recovery code") {
		t.Errorf("sent %+v", notice)
	}
}

// A key does no more than its owner, who must set up a second factor first.
func TestRequiredSecondFactorHoldsForAPIKeys(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.RateLimitEnabled, s.SecondFactorRequired = false, "all" }})
	svc.Register(t, "johndoe")
	key := svc.APIKey(t, "johndoe", "read")
	svc.Run(t, []testkit.Scenario{{Name: "without a factor", Request: svc.WhoAmI(key), Status: 403, Detail: "Set up a second factor first"}})
	svc.SecondFactor(t, "johndoe")
	svc.Run(t, []testkit.Scenario{{Name: "with one", Request: svc.WhoAmI(key), Status: 200}})
}
