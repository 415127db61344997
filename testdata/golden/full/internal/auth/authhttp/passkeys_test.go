package authhttp_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

const (
	notAccepted     = "Passkey was not accepted"
	passkeyNotFound = "Passkey not found"
	passkeysPath    = "/api/v1/users/me/passkeys"
)

// offered are the options of a ceremony, as a browser gets them.
type offered struct {
	ChallengeID string          `json:"challenge_id"`
	Options     json.RawMessage `json:"options"`
}

func offer(t *testing.T, svc *testkit.Service, request testkit.Request) offered {
	t.Helper()
	var o offered
	svc.Expect(t, 200, request).JSON(t, &o)
	return o
}

func passkeyNamed(token string, o offered, credential map[string]any, name string) testkit.Request {
	return post("/users/me/passkeys", token, map[string]any{"challenge_id": o.ChallengeID, "credential": credential, "name": name})
}

func passkeyPath(id int64) string { return fmt.Sprintf("%s/%d", passkeysPath, id) }

// TestPasskeyFromItsRegistrationToItsEnd is what an owner does.
func TestPasskeyFromItsRegistrationToItsEnd(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	own, other := svc.Session(t, "johndoe"), svc.Login(t, "johndoe")
	shows := func(token string, want ...string) {
		t.Helper()
		svc.Run(t, []testkit.Scenario{{Name: "state", Request: get("/api/v1/users/me/second-factor", token), Status: 200, Want: want}})
	}
	shows(own.Access, `"enabled":false`, `"methods":[]`, `"recovery_codes_left":0`)

	telephone := svc.Authenticator(t)
	telephone.Flags |= testkit.BackupEligible | testkit.BackedUp
	telephone.AAGUID = [16]byte{0xfb, 0xfc, 0x30, 0x07, 0x15, 0x4e, 0x4e, 0xcc, 0x8c, 0x0b, 0x6e, 0x02, 0x05, 0x57, 0xd7, 0xbd}
	asked := offer(t, svc, post("/users/me/passkeys/options", own.Access, nil))
	for _, want := range []string{
		`"rp":{"name":"` + svc.Settings.AppName + `","id":"api.example.com"}`, `"name":"johndoe"`, `"residentKey":"required"`,
		`"userVerification":"required"`, `"attestation":"none"`, `"timeout":300000`, `"alg":-7}`, `"alg":-8}`, `"alg":-257}]`,
	} {
		if !strings.Contains(string(asked.Options), want) {
			t.Errorf("the options lack %s: %s", want, asked.Options)
		}
	}
	var added struct {
		ID    int64
		Codes []string `json:"recovery_codes"`
	}
	created := svc.Expect(t, 201, passkeyNamed(own.Access, asked, telephone.Create(t, asked.Options), ""))
	created.JSON(t, &added)
	if len(added.Codes) != 10 || len(telephone.Handle) != 64 {
		t.Fatalf("registered %s for a handle of %d bytes", created.Body, len(telephone.Handle))
	}
	for _, want := range []string{
		`"name":"iCloud Keychain"`, `"backed_up":true`, `"last_used_at":null`, `"transports":["hybrid","internal"]`, `"aaguid":"fbfc3007-154e-4ecc-8c0b-6e020557d7bd"`,
	} {
		if !strings.Contains(created.Body, want) {
			t.Errorf("the passkey lacks %s: %s", want, created.Body)
		}
	}
	if svc.Alive(t, other) || !svc.Alive(t, own.Access) {
		t.Error("the other session lives on, or the own one does not")
	}
	if amr := svc.Identity(t, own.Access).AMR; fmt.Sprint(amr) != "[pwd pop mfa]" {
		t.Errorf("the session is proved by %v", amr)
	}
	if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Subject, "passkeys") || !strings.Contains(notice.Text, "- iCloud Keychain") {
		t.Errorf("sent %+v", notice)
	}
	shows(own.Access, `"enabled":true`, `"methods":["recovery_code","passkey"]`, `"recovery_codes_left":10`)

	telephone.Flags &^= testkit.BackedUp
	asked = offer(t, svc, post("/auth/passkey/options", "", nil))
	var tokens testkit.Tokens
	svc.Expect(t, 200, testkit.PasskeyAnswer(asked.ChallengeID, telephone.Get(t, asked.Options))).JSON(t, &tokens)
	if amr := svc.Identity(t, tokens.Access).AMR; fmt.Sprint(amr) != "[pop user mfa]" {
		t.Errorf("the session is proved by %v", amr)
	}
	if amr := svc.Identity(t, svc.Refresh(t, tokens.Refresh).Access).AMR; fmt.Sprint(amr) != "[pop user mfa]" {
		t.Errorf("the refreshed session is proved by %v", amr)
	}

	var step struct {
		LoginToken string `json:"login_token"`
	}
	refused := svc.Expect(t, 401, testkit.LoginRequest("johndoe", testkit.Password))
	refused.JSON(t, &step)
	if problem := refused.Problem(t); problem.Detail != secondFactor || refused.Header.Get("WWW-Authenticate") != askForCode ||
		!strings.Contains(refused.Body, `"methods":["recovery_code","passkey"]`) || !strings.Contains(refused.Body, `"expires_in":600`) {
		t.Errorf("the right password is answered with %s, %v", refused.Body, refused.Header)
	}
	asked = offer(t, svc, testkit.Post("/auth/login/passkey/options", map[string]string{"login_token": step.LoginToken}))
	if !strings.Contains(string(asked.Options), `"userVerification":"preferred"`) || !strings.Contains(string(asked.Options), `"allowCredentials":[{"type":"public-key"`) {
		t.Errorf("the options of the second step are %s", asked.Options)
	}
	telephone.Flags &^= testkit.UserVerified // Preferred: its presence is enough beside the password.
	svc.Expect(t, 200, testkit.StepAnswer(step.LoginToken, asked.ChallengeID, telephone.Get(t, asked.Options))).JSON(t, &tokens)
	if amr := svc.Identity(t, tokens.Access).AMR; fmt.Sprint(amr) != "[pwd pop mfa]" {
		t.Errorf("the session is proved by %v", amr)
	}
	telephone.Flags |= testkit.UserVerified

	asked = offer(t, svc, post("/users/me/passkeys/options", tokens.Access, nil))
	if !strings.Contains(string(asked.Options), `"excludeCredentials":[{"type":"public-key"`) {
		t.Errorf("the options of another passkey are %s", asked.Options)
	}
	key := svc.Authenticator(t)
	key.Counter = 0 // It does not count.
	var second struct{ ID int64 }
	created = svc.Expect(t, 201, passkeyNamed(tokens.Access, asked, key.Create(t, asked.Options), "  Blue key  "))
	created.JSON(t, &second)
	if !strings.Contains(created.Body, `"name":"Blue key"`) || !strings.Contains(created.Body, `"recovery_codes":[]`) {
		t.Errorf("the second passkey is %s", created.Body)
	}
	if !svc.Alive(t, own.Access) {
		t.Error("a further passkey ends other sessions")
	}
	mails.Only(t, "johndoe@example.com")
	svc.Expect(t, 200, svc.PasskeyLogin(t, key))
	svc.Expect(t, 200, svc.PasskeyLogin(t, key))

	svc.Run(t, []testkit.Scenario{
		{Name: "list", Request: get(passkeysPath, tokens.Access), Status: 200, Want: []string{`"name":"iCloud Keychain"`, `"name":"Blue key"`, `"backed_up":false`}, Unwanted: []string{`"last_used_at":null`}},
		{Name: "rename", Request: testkit.Request{Method: "PUT", Path: passkeyPath(second.ID), Token: tokens.Access, Body: map[string]string{"name": " Red key "}}, Status: 200, Want: []string{`"name":"Red key"`}},
		{Name: "remove the first", Request: testkit.Request{Method: "DELETE", Path: passkeyPath(added.ID), Token: tokens.Access}, Status: 204},
		{Name: "remove it again", Request: testkit.Request{Method: "DELETE", Path: passkeyPath(added.ID), Token: tokens.Access}, Status: 404, Detail: passkeyNotFound},
		{Name: "rename what is gone", Request: testkit.Request{Method: "PUT", Path: passkeyPath(added.ID), Token: tokens.Access, Body: map[string]string{"name": "Red"}}, Status: 404, Detail: passkeyNotFound},
	})
	if svc.Alive(t, own.Access) || !svc.Alive(t, tokens.Access) {
		t.Error("the other session outlives a removed passkey, or the own one does not")
	}
	mails.Only(t, "johndoe@example.com")
	shows(tokens.Access, `"enabled":true`, `"recovery_codes_left":10`)
	svc.Expect(t, 401, svc.PasskeyLogin(t, telephone))
	svc.Expect(t, 204, testkit.Request{Method: "DELETE", Path: passkeyPath(second.ID), Token: tokens.Access})
	shows(tokens.Access, `"enabled":false`, `"recovery_codes_left":0`)
	if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Text, "- none") {
		t.Errorf("sent %+v", notice)
	}
	svc.Expect(t, 200, testkit.LoginRequest("johndoe", testkit.Password))
	svc.Run(t, []testkit.Scenario{{Name: "no codes without a factor", Request: post("/users/me/recovery-codes", tokens.Access, nil), Status: 404, Detail: noFactor}})
}

// A recovery code replaces a passkey in the second step, once.
func TestRecoveryCodesOfPasskeys(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	telephone := svc.Passkey(t, "johndoe")
	mails.Deliver(t)
	withCode := func(code string) testkit.Request {
		return testkit.CodeRequest(svc.LoginToken(t, "johndoe"), code)
	}
	svc.Expect(t, 200, withCode(strings.ToUpper(telephone.RecoveryCodes[0])))
	mails.Only(t, "johndoe@example.com")
	svc.Run(t, []testkit.Scenario{
		{Name: "again", Request: withCode(telephone.RecoveryCodes[0]), Status: 401, Detail: invalidCode},
		{Name: "six digits", Request: withCode("123456"), Status: 401, Detail: invalidCode},
	})
	access := svc.LoginWithCode(t, "johndoe", telephone.RecoveryCodes[1]).Access
	mails.Deliver(t)
	svc.Expect(t, 200, post("/users/me/recovery-codes", access, nil))
	if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Text, "Log-ins require a passkey, or one of 10 recovery codes") {
		t.Errorf("sent %+v", notice)
	}
	svc.Run(t, []testkit.Scenario{{Name: "one of before", Request: withCode(telephone.RecoveryCodes[2]), Status: 401, Detail: invalidCode}})
}

// SECOND_FACTOR_REQUIRED is met by a passkey, whose owner can't remove the last one then.
func TestPasskeyIsTheRequiredFactor(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.RateLimitEnabled, s.SecondFactorRequired = false, "all" }})
	svc.Verify(t, svc.Mails(t), svc.Register(t, "johndoe"))
	access := svc.Login(t, "johndoe")
	svc.Run(t, []testkit.Scenario{
		{Name: "any route", Request: svc.WhoAmI(access), Status: 403, Detail: "Set up a second factor first"},
		{Name: "list", Request: get(passkeysPath, access), Status: 200},
	})
	asked := offer(t, svc, post("/users/me/passkeys/options", access, nil))
	telephone := svc.Authenticator(t)
	var added struct{ ID int64 }
	svc.Expect(t, 201, passkeyNamed(access, asked, telephone.Create(t, asked.Options), "Telephone")).JSON(t, &added)
	var tokens testkit.Tokens
	svc.Expect(t, 200, svc.PasskeyLogin(t, telephone)).JSON(t, &tokens)
	svc.Run(t, []testkit.Scenario{
		{Name: "in the session that registered it", Request: svc.WhoAmI(access), Status: 200},
		{Name: "after a log-in with it", Request: svc.WhoAmI(tokens.Access), Status: 200},
		{Name: "its removal", Request: testkit.Request{Method: "DELETE", Path: passkeyPath(added.ID), Token: tokens.Access}, Status: 403, Detail: "A second factor is required"},
		{Name: "after that", Request: svc.PasskeyLogin(t, telephone), Status: 200},
	})
}

// A superuser removes passkeys with everything else that is a second factor.
func TestSuperuserRemovesPasskeys(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	svc.Superuser(t, "boss")
	admin := svc.Login(t, "boss")
	telephone := svc.Passkey(t, "johndoe")
	mails.Deliver(t)
	var tokens testkit.Tokens
	svc.Expect(t, 200, svc.PasskeyLogin(t, telephone)).JSON(t, &tokens)
	id := svc.Identity(t, tokens.Access).User.ID
	path := fmt.Sprintf("/api/v1/users/%d/second-factor", id)
	svc.Run(t, []testkit.Scenario{
		{Name: "removed", Request: testkit.Request{Method: "DELETE", Path: path, Token: admin}, Status: 204},
		{Name: "again", Request: testkit.Request{Method: "DELETE", Path: path, Token: admin}, Status: 404, Detail: noFactor},
		{Name: "its log-in", Request: svc.PasskeyLogin(t, telephone), Status: 401, Detail: "Invalid credentials"},
		{Name: "the password", Request: testkit.LoginRequest("johndoe", testkit.Password), Status: 200},
	})
	if svc.Alive(t, tokens.Access) {
		t.Error("the user's session lives on")
	}
	if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Text, "was removed") {
		t.Errorf("sent %+v", notice)
	}
}

// Passkeys stay when the password is changed or reset, and the mail names them.
func TestPasskeysAfterAnotherPassword(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	telephone := svc.Passkey(t, "johndoe")
	mails.Deliver(t)
	svc.Expect(t, 202, testkit.Post("/auth/forgot-password", map[string]string{"email": "johndoe@example.com"}))
	token := mails.Only(t, "johndoe@example.com").Token()
	svc.Expect(t, 200, testkit.Post("/auth/reset-password", map[string]string{"token": token, "new_password": "another horse battery staple"}))
	if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Text, "Passkeys that still work: 1.") || !strings.Contains(notice.Text, "- Passkey") {
		t.Errorf("sent %+v", notice)
	}
	svc.Expect(t, 200, svc.PasskeyLogin(t, telephone))
	svc.Run(t, []testkit.Scenario{{Name: "the new password alone", Request: testkit.LoginRequest("johndoe", "another horse battery staple"), Status: 401, Detail: secondFactor}})
}
