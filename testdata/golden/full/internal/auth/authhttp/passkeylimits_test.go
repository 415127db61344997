package authhttp_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// The options for a log-in tell nothing of accounts: they are the same for everybody,
// but for the challenge.
func TestOptionsTellNothingOfAccounts(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	request := post("/auth/passkey/options", "", nil)
	challenge := regexp.MustCompile(`"(challenge|challenge_id)":"([A-Za-z0-9_-]{43})"`)
	before := svc.Expect(t, 200, request).Body
	svc.Passkey(t, "johndoe")
	after := svc.Expect(t, 200, request).Body
	if challenge.ReplaceAllString(before, "") != challenge.ReplaceAllString(after, "") {
		t.Errorf("the options differ:\n%s\n%s", before, after)
	}
	if strings.Contains(after, "allowCredentials") || !strings.Contains(after, `"userVerification":"required"`) || !strings.Contains(after, `"rpId":"api.example.com"`) {
		t.Errorf("the options are %s", after)
	}
	seen := map[string]bool{}
	for _, body := range []string{before, after} {
		for _, found := range challenge.FindAllStringSubmatch(body, -1) {
			seen[found[2]] = true
		}
	}
	if len(seen) != 4 { // Each has 32 random bytes (ASVS 6.7.2 asks for 8).
		t.Errorf("challenges and their ids are %v", seen)
	}
}

// Refused answers in the second step count as wrong codes do.
func TestRefusedPasskeysCountAsWrongCodes(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	telephone := svc.Passkey(t, "johndoe")
	mails.Deliver(t)
	forged := *telephone
	forged.RPID = "example.com"
	token := svc.LoginToken(t, "johndoe")
	last := svc.StepOptions(t, token)
	for range 5 {
		svc.Run(t, []testkit.Scenario{{Name: "from anywhere", Request: svc.PasskeyStep(t, token, &forged), Status: 401, Detail: invalidCode}})
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "the right one", Request: testkit.StepAnswer(token, last.ChallengeID, telephone.Get(t, last.Options)), Status: 401, Detail: invalidToken},
		{Name: "options", Request: testkit.Post("/auth/login/passkey/options", map[string]string{"login_token": token}), Status: 401, Detail: invalidToken},
		{Name: "options for nobody's token", Request: testkit.Post("/auth/login/passkey/options", map[string]string{"login_token": "nobody's"}), Status: 401, Detail: invalidToken},
	})
	token = svc.LoginToken(t, "johndoe")
	for range 5 {
		svc.Expect(t, 401, from(home, svc.PasskeyStep(t, token, &forged)))
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "during the lock", Request: from(home, svc.PasskeyStep(t, svc.LoginToken(t, "johndoe"), telephone)), Status: 429, Detail: locked},
		{Name: "from elsewhere", Request: svc.PasskeyStep(t, svc.LoginToken(t, "johndoe"), telephone), Status: 200},
	})
	if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Subject, "Wrong codes") {
		t.Errorf("sent %+v", notice)
	}
}

// A second step is one session, and the token of the first is spent with it.
func TestLoginTokenOfPasskeysIsSpent(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	telephone := svc.Passkey(t, "johndoe")
	token := svc.LoginToken(t, "johndoe")
	second := svc.StepOptions(t, token)
	svc.Expect(t, 200, svc.PasskeyStep(t, token, telephone))
	svc.Run(t, []testkit.Scenario{
		{Name: "with a challenge of before", Request: testkit.StepAnswer(token, second.ChallengeID, telephone.Get(t, second.Options)), Status: 401, Detail: invalidToken},
		{Name: "a code", Request: testkit.CodeRequest(token, telephone.RecoveryCodes[0]), Status: 401, Detail: invalidToken},
	})
}

// A log-in replaces the session whose access token it is sent with.
func TestPasskeyLoginReplacesASession(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	telephone := svc.Passkey(t, "johndoe")
	for name, request := range map[string]func() testkit.Request{
		"log-in":      func() testkit.Request { return svc.PasskeyLogin(t, telephone) },
		"second step": func() testkit.Request { return svc.PasskeyStep(t, svc.LoginToken(t, "johndoe"), telephone) },
	} {
		var before testkit.Tokens
		svc.Expect(t, 200, svc.PasskeyLogin(t, telephone)).JSON(t, &before)
		again := request()
		again.Token = before.Access
		svc.Expect(t, 200, again)
		if svc.Alive(t, before.Access) {
			t.Errorf("%s: the session of before lives on", name)
		}
	}
}

// A user has no more than PASSKEYS_PER_USER, also of those that come at once.
func TestNumberOfPasskeys(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.RateLimitEnabled, s.PasskeysPerUser = false, 3 }})
	svc.Verify(t, svc.Mails(t), svc.Register(t, "johndoe"))
	access := svc.Login(t, "johndoe")
	svc.AddPasskey(t, access, svc.Authenticator(t))
	var requests []testkit.Request
	for i := range 8 {
		asked := offer(t, svc, post("/users/me/passkeys/options", access, nil))
		requests = append(requests, passkeyNamed(access, asked, svc.Authenticator(t).Create(t, asked.Options), fmt.Sprint(i)))
	}
	if got := together(t, svc, requests); got[201] != 2 || got[400] != 6 {
		t.Errorf("statuses are %v, want two 201 and 400 for the rest", got)
	}
	asked := offer(t, svc, post("/users/me/passkeys/options", access, nil))
	svc.Run(t, []testkit.Scenario{{Name: "one more", Request: passkeyNamed(access, asked, svc.Authenticator(t).Create(t, asked.Options), ""), Status: 400, Detail: "Too many passkeys"}})
}

// A client address has 30 options and 30 answers a minute, of both steps together.
func TestLimitsOfPasskeys(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	options, answers := post("/auth/passkey/options", "", nil), testkit.PasskeyAnswer("x", map[string]any{"id": "", "rawId": "", "type": "", "response": map[string]any{}})
	step := testkit.StepAnswer("x", "x", map[string]any{"id": "", "rawId": "", "type": "", "response": map[string]any{}})
	for range 30 {
		svc.Expect(t, 200, from(home, options))
		svc.Expect(t, 401, from(home, answers))
	}
	svc.Expect(t, 429, from(home, options))
	svc.Expect(t, 429, from(home, answers))
	svc.Expect(t, 429, from(home, step))
	svc.Expect(t, 429, from(home, testkit.Post("/auth/login/passkey/options", map[string]string{"login_token": "x"})))
	svc.Expect(t, 200, options)
}

// Neither the log nor the database has what a challenge is answered with, and lists have
// no keys.
func TestPasskeysLeaveNoSecrets(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	telephone := svc.Passkey(t, "johndoe")
	offered := svc.PasskeyOptions(t)
	var tokens testkit.Tokens
	svc.Expect(t, 200, svc.PasskeyLogin(t, telephone)).JSON(t, &tokens)
	forged := *telephone
	forged.Origin = "https://evil.example.com"
	svc.Expect(t, 401, svc.PasskeyLogin(t, &forged))
	if n := numberOf(t, svc, `SELECT COUNT(*) FROM passkey_challenges WHERE id_hash = '`+offered.ChallengeID+`'`); n != 0 {
		t.Error("the database has the id of a challenge")
	}
	log := svc.Log.String()
	for name, secret := range map[string]string{"the id of a challenge": offered.ChallengeID, "a recovery code": telephone.RecoveryCodes[0], "what a page said": "evil.example.com"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log has %s", name)
		}
	}
	if !strings.Contains(log, "authn_passkey_fail") || !strings.Contains(log, "origin") {
		t.Errorf("the log does not tell why a passkey is refused: %s", log)
	}
	svc.Run(t, []testkit.Scenario{{Name: "list", Request: get(passkeysPath, tokens.Access), Status: 200, Unwanted: []string{"record", "credential", "publicKey", "handle"}}})
}
