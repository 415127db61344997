package authhttp_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/myapi/internal/testkit"
)

// An app and a passkey stand beside each other: the second step takes either, recovery
// codes replace both, and go with the last of them.
func TestPasskeyBesideAnApp(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	access := svc.LoginWithCode(t, "johndoe", app.Code(t, 0)).Access
	telephone := svc.Authenticator(t)
	added := svc.AddPasskey(t, access, telephone)
	if telephone.RecoveryCodes != nil {
		t.Error("the second factor brings recovery codes, too")
	}
	mails.Deliver(t)
	asked := svc.Expect(t, 401, testkit.LoginRequest("johndoe", testkit.Password))
	if !strings.Contains(asked.Body, `"methods":["totp","recovery_code","passkey"]`) {
		t.Errorf("asked for %s", asked.Body)
	}
	svc.Expect(t, 200, svc.PasskeyStep(t, svc.LoginToken(t, "johndoe"), telephone))
	svc.Expect(t, 200, testkit.CodeRequest(svc.LoginToken(t, "johndoe"), app.RecoveryCodes[0]))
	var tokens testkit.Tokens
	svc.Expect(t, 200, svc.PasskeyLogin(t, telephone)).JSON(t, &tokens)
	if amr := svc.Identity(t, tokens.Access).AMR; fmt.Sprint(amr) != "[pop user mfa]" {
		t.Errorf("the session is proved by %v", amr)
	}
	mails.Deliver(t)

	svc.Expect(t, 204, testkit.Request{Method: "DELETE", Path: "/api/v1/users/me/totp", Token: tokens.Access})
	if notice := mails.Only(t, "johndoe@example.com"); !strings.Contains(notice.Text, "Log-ins require a passkey, or one of 9 recovery codes") {
		t.Errorf("sent %+v", notice)
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "state", Request: get("/api/v1/users/me/second-factor", tokens.Access), Status: 200, Want: []string{`"methods":["recovery_code","passkey"]`, `"recovery_codes_left":9`}},
		{Name: "a code of the app", Request: testkit.CodeRequest(svc.LoginToken(t, "johndoe"), app.Code(t, 1)), Status: 401, Detail: invalidCode},
		{Name: "a recovery code", Request: testkit.CodeRequest(svc.LoginToken(t, "johndoe"), app.RecoveryCodes[1]), Status: 200},
		{Name: "the last factor", Request: testkit.Request{Method: "DELETE", Path: passkeyPath(added.ID), Token: tokens.Access}, Status: 204},
		{Name: "state without one", Request: get("/api/v1/users/me/second-factor", tokens.Access), Status: 200, Want: []string{`"enabled":false`, `"recovery_codes_left":0`}},
		{Name: "the password", Request: testkit.LoginRequest("johndoe", testkit.Password), Status: 200},
	})
}
