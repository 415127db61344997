package authhttp_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/testkit"
)

// refusedPasskey is the answer to every log-in with a passkey that is not right.
func refusedPasskey(name string, request testkit.Request) testkit.Scenario {
	return testkit.Scenario{
		Name: name, Request: request, Status: 401, Detail: "Invalid credentials", Header: map[string]string{"WWW-Authenticate": "Bearer"},
	}
}

// A challenge is for one answer, of one kind, of one user, within five minutes.
func TestChallengesCountOnce(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	svc.Verify(t, mails, svc.Register(t, "maryroe"))
	johns, marys := svc.Passkey(t, "johndoe"), svc.Passkey(t, "maryroe")
	login := svc.PasskeyOptions(t)
	sent := testkit.PasskeyAnswer(login.ChallengeID, johns.Get(t, login.Options))
	spoiled, late, other := svc.PasskeyOptions(t), svc.PasskeyOptions(t), svc.PasskeyOptions(t)
	forJohn := svc.LoginToken(t, "johndoe")
	johnsStep, marysStep := svc.StepOptions(t, forJohn), svc.StepOptions(t, svc.LoginToken(t, "maryroe"))
	step := func(name, challengeID string, signed json.RawMessage) testkit.Scenario {
		return testkit.Scenario{Name: name, Request: testkit.StepAnswer(forJohn, challengeID, johns.Get(t, signed)), Status: 401, Detail: invalidCode}
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "once", Request: sent, Status: 200},
		refusedPasskey("twice", sent),
		refusedPasskey("of the second step", testkit.PasskeyAnswer(johnsStep.ChallengeID, johns.Get(t, johnsStep.Options))),
		refusedPasskey("unknown", testkit.PasskeyAnswer("unknown", johns.Get(t, late.Options))),
		refusedPasskey("that another one stands for", testkit.PasskeyAnswer(other.ChallengeID, johns.Get(t, late.Options))),
		refusedPasskey("with an answer that is not right", testkit.PasskeyAnswer(spoiled.ChallengeID, map[string]any{"id": "", "rawId": "", "type": "", "response": map[string]any{}})),
		refusedPasskey("after that", testkit.PasskeyAnswer(spoiled.ChallengeID, johns.Get(t, spoiled.Options))),
		step("of a log-in, in the second step", late.ChallengeID, late.Options),
		step("of another user", marysStep.ChallengeID, marysStep.Options),
		{Name: "of another user's authenticator", Status: 401, Detail: invalidCode,
			Request: testkit.StepAnswer(forJohn, svc.StepOptions(t, forJohn).ChallengeID, marys.Get(t, marysStep.Options))},
	})
	late = svc.PasskeyOptions(t)
	svc.Clock.Advance(5 * time.Minute)
	svc.Run(t, []testkit.Scenario{refusedPasskey("after five minutes", testkit.PasskeyAnswer(late.ChallengeID, johns.Get(t, late.Options)))})
	if n := numberOf(t, svc, `SELECT COUNT(*) FROM passkey_challenges WHERE kind = 'login'`); n != 0 {
		t.Errorf("%d challenges outlive their answers", n)
	}
}

// Nobody registers a passkey with a challenge that is not for it.
func TestChallengesOfRegistrations(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	svc.Verify(t, mails, svc.Register(t, "maryroe"))
	johns, marys := svc.Login(t, "johndoe"), svc.Login(t, "maryroe")
	asks := func(token string) offered { return offer(t, svc, post("/users/me/passkeys/options", token, nil)) }
	of, telephone := asks(johns), svc.Authenticator(t)
	refused := func(name, token string, o offered, credential map[string]any) testkit.Scenario {
		return testkit.Scenario{Name: name, Request: passkeyNamed(token, o, credential, "Telephone"), Status: 400, Detail: notAccepted}
	}
	login := svc.PasskeyOptions(t)
	svc.Run(t, []testkit.Scenario{
		refused("of another user", marys, of, telephone.Create(t, of.Options)),
		refused("after that", johns, of, telephone.Create(t, of.Options)),
		refused("of a log-in", johns, offered{login.ChallengeID, nil}, telephone.Create(t, login.Options)),
		refused("that another one stands for", johns, asks(johns), telephone.Create(t, asks(johns).Options)),
	})
	late := asks(johns)
	svc.Clock.Advance(5 * time.Minute)
	svc.Run(t, []testkit.Scenario{refused("after five minutes", johns, late, telephone.Create(t, late.Options))})
	last := asks(johns)
	svc.Run(t, []testkit.Scenario{
		{Name: "the right one", Request: passkeyNamed(johns, last, telephone.Create(t, last.Options), "Telephone"), Status: 201},
		refused("twice", johns, last, telephone.Create(t, last.Options)),
	})
}

// Of many that send one answer at once, one gets in. In the second step there are few,
// since five wrong ones end it.
func TestParallelAnswersOfPasskeys(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	telephone := svc.Passkey(t, "johndoe")
	for _, tt := range []struct {
		name string
		sent testkit.Request
		many int
	}{
		{"log-in", svc.PasskeyLogin(t, telephone), 20},
		{"second step", svc.PasskeyStep(t, svc.LoginToken(t, "johndoe"), telephone), 4},
	} {
		var requests []testkit.Request
		for range tt.many {
			requests = append(requests, tt.sent)
		}
		if got := together(t, svc, requests); got[200] != 1 || got[401] != tt.many-1 {
			t.Errorf("%s: statuses are %v, want one 200 and 401 for the rest", tt.name, got)
		}
	}
}

// bends are what an authenticator or a browser may sign that is not right.
func bends() map[string]func(*testkit.Authenticator) {
	origin := func(origin string) func(*testkit.Authenticator) {
		return func(a *testkit.Authenticator) { a.Origin = origin }
	}
	return map[string]func(*testkit.Authenticator){
		"a page of a sibling":          origin("https://evil.example.com"),
		"a page of the parent":         origin("https://example.com"),
		"a page of a subdomain":        origin("https://www.api.example.com"),
		"a page without TLS":           origin("http://api.example.com"),
		"a page of another port":       origin("https://api.example.com:8443"),
		"a page of another site":       origin("https://api.example.com.evil.example"),
		"a page without an origin":     origin("null"),
		"an app that nobody knows":     origin("android:apk-key-hash:" + strings.Repeat("A", 43)),
		"a frame of another origin":    func(a *testkit.Authenticator) { a.CrossOrigin = true },
		"another relying party":        func(a *testkit.Authenticator) { a.RPID = "example.com" },
		"nobody there":                 func(a *testkit.Authenticator) { a.Flags &^= testkit.UserPresent },
		"backed up, and not able to":   func(a *testkit.Authenticator) { a.Flags |= testkit.BackedUp },
		"an extension nobody asked of": func(a *testkit.Authenticator) { a.Extensions = map[string]any{"credProps": map[string]any{"rk": true}} },
		"a ceremony of another kind":   func(a *testkit.Authenticator) { a.Ceremony = "payment.get" },
	}
}

// What is not right is refused in the same words, whichever part of it, and the right
// answer after it is not.
func TestBentAnswersOfPasskeys(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	svc.Verify(t, mails, svc.Register(t, "maryroe"))
	telephone, marys := svc.Passkey(t, "johndoe"), svc.Passkey(t, "maryroe")
	stranger := svc.Authenticator(t)
	bent := bends()
	bent["not verified"] = func(a *testkit.Authenticator) { a.Flags &^= testkit.UserVerified }
	bent["able to be backed up since then"] = func(a *testkit.Authenticator) { a.Flags |= testkit.BackupEligible }
	bent["the ceremony of a registration"] = func(a *testkit.Authenticator) { a.Ceremony = "webauthn.create" }
	bent["without a user"] = func(a *testkit.Authenticator) { a.Handle = nil }
	bent["another user"] = func(a *testkit.Authenticator) { a.Handle = marys.Handle }
	bent["another user's credential"] = func(a *testkit.Authenticator) { a.CredentialID = marys.CredentialID }
	bent["a credential that nobody has"] = func(a *testkit.Authenticator) { a.CredentialID = stranger.CredentialID }
	bent["signed by another key"] = func(a *testkit.Authenticator) {
		id, handle := a.CredentialID, a.Handle
		*a = *marys
		a.CredentialID, a.Handle = id, handle
	}
	bodies := map[string]bool{}
	for name, bend := range bent {
		forged := *telephone
		bend(&forged)
		request := svc.PasskeyLogin(t, &forged)
		svc.Run(t, []testkit.Scenario{refusedPasskey(name, request)})
		bodies[svc.Do(t, request).Body] = true
	}
	if len(bodies) != 1 {
		t.Errorf("the refusals differ: %v", bodies)
	}
	offered := svc.PasskeyOptions(t)
	credential := telephone.Get(t, offered.Options)
	signature := credential["response"].(map[string]any)["signature"].(string)
	credential["response"].(map[string]any)["signature"] = base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{0x30}, len(signature)/2))
	svc.Run(t, []testkit.Scenario{
		refusedPasskey("no signature", testkit.PasskeyAnswer(offered.ChallengeID, credential)),
		{Name: "the right one", Request: svc.PasskeyLogin(t, telephone), Status: 200},
	})
}

// The second step is as strict, but that the password is the other factor.
func TestBentAnswersInTheSecondStep(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	svc.Verify(t, mails, svc.Register(t, "maryroe"))
	telephone, marys := svc.Passkey(t, "johndoe"), svc.Passkey(t, "maryroe")
	bent := bends()
	bent["another user"] = func(a *testkit.Authenticator) { a.Handle = marys.Handle }
	bent["another user's passkey"] = func(a *testkit.Authenticator) { *a = *marys }
	bent["a key of one's own"] = func(a *testkit.Authenticator) {
		id := a.CredentialID
		*a = *marys
		a.CredentialID, a.Handle = id, nil
	}
	for name, bend := range bent {
		forged := *telephone
		bend(&forged)
		request := svc.PasskeyStep(t, svc.LoginToken(t, "johndoe"), &forged)
		svc.Run(t, []testkit.Scenario{{Name: name, Request: request, Status: 401, Detail: invalidCode}})
	}
	svc.Expect(t, 200, svc.PasskeyStep(t, svc.LoginToken(t, "johndoe"), telephone))
}

// Registrations are as strict, and take the key from what the authenticator signed for.
func TestBentRegistrations(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	access := svc.Login(t, "johndoe")
	bent := bends()
	bent["not verified"] = func(a *testkit.Authenticator) { a.Flags &^= testkit.UserVerified }
	bent["the ceremony of a log-in"] = func(a *testkit.Authenticator) { a.Ceremony = "webauthn.get" }
	bent["an id that is too long"] = func(a *testkit.Authenticator) { a.CredentialID = make([]byte, 1024) }
	bent["no id"] = func(a *testkit.Authenticator) { a.CredentialID = nil }
	for name, bend := range bent {
		forged := svc.Authenticator(t)
		bend(forged)
		asked := offer(t, svc, post("/users/me/passkeys/options", access, nil))
		svc.Run(t, []testkit.Scenario{{Name: name, Request: passkeyNamed(access, asked, forged.Create(t, asked.Options), ""), Status: 400, Detail: notAccepted}})
	}
	asked, telephone, mallory := offer(t, svc, post("/users/me/passkeys/options", access, nil)), svc.Authenticator(t), svc.Authenticator(t)
	telephone.CredentialID = bytes.Repeat([]byte{7}, 1023)
	mallory.CredentialID = telephone.CredentialID
	credential := telephone.Create(t, asked.Options)
	mallory.Handle = telephone.Handle
	credential["response"].(map[string]any)["publicKey"] = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE" + strings.Repeat("A", 86)
	credential["response"].(map[string]any)["publicKeyAlgorithm"] = -7
	svc.Expect(t, 201, passkeyNamed(access, asked, credential, ""))
	svc.Expect(t, 401, svc.PasskeyLogin(t, mallory))
	svc.Expect(t, 200, svc.PasskeyLogin(t, telephone))
}

// A counter that does not go on tells of a copy.
func TestCountersOfPasskeys(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	telephone := svc.Passkey(t, "johndoe")
	svc.Expect(t, 200, svc.PasskeyLogin(t, telephone))
	mails.Deliver(t)
	last := telephone.Counter - 1
	for _, counter := range []uint32{last, last - 1} {
		telephone.Counter = counter
		svc.Run(t, []testkit.Scenario{refusedPasskey(fmt.Sprintf("%d after %d", counter, last), svc.PasskeyLogin(t, telephone))})
		if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Text, "somebody may have a copy") || !strings.Contains(notice.Text, "- Passkey") {
			t.Errorf("sent %+v", notice)
		}
	}
	telephone.Counter = 0
	svc.Run(t, []testkit.Scenario{refusedPasskey("no counter any more", svc.PasskeyLogin(t, telephone))})
	telephone.Counter = last
	svc.Run(t, []testkit.Scenario{{Name: "in the second step", Request: svc.PasskeyStep(t, svc.LoginToken(t, "johndoe"), telephone), Status: 401, Detail: invalidCode}})
	if strings.Count(svc.Log.String(), "authn_passkey_cloned") != 4 {
		t.Errorf("the log is %s", svc.Log.String())
	}
	telephone.Counter = last + 100
	svc.Expect(t, 200, svc.PasskeyLogin(t, telephone))
}

// One passkey is of one user.
func TestPasskeyOfTwoUsers(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	svc.Verify(t, mails, svc.Register(t, "maryroe"))
	telephone := svc.Passkey(t, "johndoe")
	johns := telephone.Handle
	marys, again := svc.Login(t, "maryroe"), svc.LoginWithCode(t, "johndoe", telephone.RecoveryCodes[0]).Access
	for name, access := range map[string]string{"another user": marys, "the same user": again} {
		asked := offer(t, svc, post("/users/me/passkeys/options", access, nil))
		svc.Run(t, []testkit.Scenario{{Name: name, Request: passkeyNamed(access, asked, telephone.Create(t, asked.Options), ""), Status: 409, Detail: "Passkey already registered"}})
	}
	telephone.Handle = johns
	svc.Expect(t, 200, svc.PasskeyLogin(t, telephone))
	svc.Expect(t, 200, testkit.LoginRequest("maryroe", testkit.Password))
}

// Whatever is sent in place of an answer, nobody sees an error of the service's own.
func TestHostileAnswersOfPasskeys(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	access := svc.Login(t, "johndoe")
	text := base64.RawURLEncoding.EncodeToString
	client := func(options json.RawMessage, ceremony string) string {
		var asked struct{ Challenge string }
		if err := json.Unmarshal(options, &asked); err != nil {
			t.Fatal(err)
		}
		return text(fmt.Appendf(nil, `{"type":%q,"challenge":%q,"origin":"https://api.example.com"}`, ceremony, asked.Challenge))
	}
	attested := func(data []byte) []byte {
		return append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData"), data...)
	}
	for name, object := range map[string][]byte{
		"nested arrays":       bytes.Repeat([]byte{0x81}, 30_000),
		"nested maps":         bytes.Repeat([]byte{0xa1, 0x00}, 15_000),
		"endless arrays":      bytes.Repeat([]byte{0x9f}, 30_000),
		"a huge text":         {0x7b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"a huge array":        {0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"huge data":           attested([]byte{0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}),
		"short data":          attested([]byte{0x44, 1, 2, 3, 4}),
		"nothing":             {},
		"an attestation text": append([]byte("\xa3\x63fmt\x66packed\x67attStmt\xa0\x68authData"), 0x40),
	} {
		asked := offer(t, svc, post("/users/me/passkeys/options", access, nil))
		credential := map[string]any{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": map[string]any{
			"clientDataJSON": client(asked.Options, "webauthn.create"), "attestationObject": text(object),
		}}
		svc.Run(t, []testkit.Scenario{{Name: name, Request: passkeyNamed(access, asked, credential, ""), Status: 400, Detail: notAccepted}})
		login := svc.PasskeyOptions(t)
		credential["response"] = map[string]any{
			"clientDataJSON": client(login.Options, "webauthn.get"), "authenticatorData": text(object), "signature": text(object[:min(len(object), 99)]), "userHandle": "AAAA",
		}
		svc.Run(t, []testkit.Scenario{refusedPasskey(name+" in a log-in", testkit.PasskeyAnswer(login.ChallengeID, credential))})
	}
	for name, body := range map[string]string{
		"too long":        `{"challenge_id":"x","credential":{"id":"` + strings.Repeat("A", 64<<10) + `"}}`,
		"no object":       `{"challenge_id":"x","credential":"x"}`,
		"null":            `{"challenge_id":"x","credential":null}`,
		"numbers":         `{"challenge_id":"x","credential":{"id":1,"rawId":2,"type":3,"response":4}}`,
		"an empty answer": `{"challenge_id":"x","credential":{}}`,
	} {
		if status := svc.Do(t, post("/auth/passkey", "", body)).Status; status != 413 && status != 422 && status != 401 {
			t.Errorf("%s = %d", name, status)
		}
	}
}

// Those who may not log in are refused as anybody is.
func TestPasskeysOfUsersWhoMayNot(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	svc.Superuser(t, "boss")
	admin := svc.Identity(t, svc.Login(t, "boss"))
	telephone := svc.Passkey(t, "johndoe")
	mails.Deliver(t)
	john := svc.Identity(t, svc.LoginWithCode(t, "johndoe", telephone.RecoveryCodes[0]).Access).User
	locked := svc.PasskeyLogin(t, telephone)
	locked.Addr = "198.51.100.77"
	for range 5 {
		svc.Do(t, testkit.Request{Method: "POST", Path: "/api/v1/auth/login", Addr: locked.Addr, Body: map[string]string{"username": "johndoe", "password": "wrong password"}})
	}
	svc.Run(t, []testkit.Scenario{refusedPasskey("locked", locked), {Name: "from elsewhere", Request: svc.PasskeyLogin(t, telephone), Status: 200}})
	set := func(active bool) {
		t.Helper()
		if _, err := svc.Auth.UpdateUser(t.Context(), admin, john.ID, auth.Changes{IsActive: &active}); err != nil {
			t.Fatal(err)
		}
	}
	set(false)
	svc.Run(t, []testkit.Scenario{refusedPasskey("disabled", svc.PasskeyLogin(t, telephone))})
	set(true)
	svc.Expect(t, 200, svc.PasskeyLogin(t, telephone))
	if err := svc.Auth.DeleteUser(t.Context(), admin, john.ID); err != nil {
		t.Fatal(err)
	}
	svc.Run(t, []testkit.Scenario{refusedPasskey("deleted", svc.PasskeyLogin(t, telephone))})
}

// What adds or removes a passkey requires a recent log-in of somebody whose address is
// confirmed, with the second factor if there is one, and is about one's own.
func TestWhoChangesPasskeys(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	svc.Verify(t, mails, svc.Register(t, "maryroe"))
	telephone := svc.Passkey(t, "johndoe")
	var tokens testkit.Tokens
	svc.Expect(t, 200, svc.PasskeyLogin(t, telephone)).JSON(t, &tokens)
	john := svc.Identity(t, tokens.Access)
	passkeys, err := svc.Auth.Passkeys(t.Context(), john.User)
	if err != nil || len(passkeys) != 1 {
		t.Fatalf("passkeys are %v, %v", passkeys, err)
	}
	path := passkeyPath(passkeys[0].ID)
	asked := offer(t, svc, post("/users/me/passkeys/options", tokens.Access, nil))
	marys, unconfirmed := svc.Login(t, "maryroe"), svc.Login(t, svc.Register(t, "squatter").Username)
	credential := svc.Authenticator(t).Create(t, asked.Options)
	svc.Run(t, []testkit.Scenario{
		{Name: "another user renames", Request: testkit.Request{Method: "PUT", Path: path, Token: marys, Body: map[string]string{"name": "Mine"}}, Status: 404, Detail: passkeyNotFound},
		{Name: "another user removes", Request: testkit.Request{Method: "DELETE", Path: path, Token: marys}, Status: 404, Detail: passkeyNotFound},
		{Name: "another user lists", Request: get(passkeysPath, marys), Status: 200, Unwanted: []string{"Passkey"}},
		{Name: "nobody lists", Request: get(passkeysPath, ""), Status: 401, Detail: "Not authenticated"},
		{Name: "an unconfirmed address", Request: post("/users/me/passkeys/options", unconfirmed, nil), Status: 403, Detail: "User not verified"},
		{Name: "and registering", Request: passkeyNamed(unconfirmed, asked, credential, ""), Status: 403, Detail: "User not verified"},
		{Name: "a name of blanks", Request: testkit.Request{Method: "PUT", Path: path, Token: tokens.Access, Body: map[string]string{"name": "  "}}, Status: 422},
		{Name: "a name of two lines", Request: testkit.Request{Method: "PUT", Path: path, Token: tokens.Access, Body: map[string]string{"name": "one\ntwo"}}, Status: 422},
		{Name: "a name that is too long", Request: testkit.Request{Method: "PUT", Path: path, Token: tokens.Access, Body: map[string]string{"name": strings.Repeat("ö", 101)}}, Status: 422},
	})
	if _, err := svc.SQL().Exec(`UPDATE tokens SET amr = 'pwd' WHERE session_id = ?`, john.SessionID); err != nil {
		t.Fatal(err)
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "options for the password alone", Request: post("/users/me/passkeys/options", tokens.Access, nil), Status: 401, Detail: secondFactor},
		{Name: "another passkey for the password alone", Request: passkeyNamed(tokens.Access, asked, credential, ""), Status: 401, Detail: secondFactor},
		{Name: "a removal for the password alone", Request: testkit.Request{Method: "DELETE", Path: path, Token: tokens.Access}, Status: 401, Detail: secondFactor},
	})
	svc.Expect(t, 200, svc.PasskeyLogin(t, telephone)).JSON(t, &tokens)
	svc.Clock.Advance(16 * time.Minute)
	for _, request := range []testkit.Request{
		post("/users/me/passkeys/options", tokens.Access, nil), passkeyNamed(tokens.Access, asked, credential, ""), {Method: "DELETE", Path: path, Token: tokens.Access},
	} {
		svc.Run(t, []testkit.Scenario{{Name: "an old log-in: " + request.Method + " " + request.Path, Request: request, Status: 401, Detail: "Recent log-in required"}})
	}
}

// A session that ends meanwhile registers nothing.
func TestPasskeyOfAnEndedSession(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	identity := svc.Identity(t, svc.Login(t, "johndoe"))
	offered, err := svc.Auth.OfferPasskey(t.Context(), identity)
	if err != nil {
		t.Fatal(err)
	}
	if err := svc.Auth.LogoutAll(t.Context(), identity.User); err != nil {
		t.Fatal(err)
	}
	answer := testkit.Answer(t, offered, svc.Authenticator(t).Create(t, offered.Options))
	if _, _, err := svc.Auth.RegisterPasskey(t.Context(), identity, answer, ""); err != error(auth.ErrInvalidToken) {
		t.Errorf("registered: %v", err)
	}
	svc.Expect(t, 200, testkit.LoginRequest("johndoe", testkit.Password))
}

func numberOf(t *testing.T, svc *testkit.Service, query string) int {
	t.Helper()
	var n int
	if err := svc.SQL().QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
