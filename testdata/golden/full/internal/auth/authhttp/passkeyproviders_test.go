package authhttp_test

import (
	"fmt"
	"testing"

	"example.com/myapi/internal/testkit"
)

// Whoever came with a provider and has no password keeps one of the two: the provider or
// a passkey. A log-in with the provider takes the passkey as its second step.
func TestPasskeyIsAWayIn(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	access := svc.LoginWith(t, provider, "oidc").Access
	telephone := svc.Authenticator(t)
	path := passkeyPath(svc.AddPasskey(t, access, telephone).ID)
	asked := svc.Expect(t, 401, testkit.ExchangeRequest(svc.Named(t, provider, "oidc")))
	var step struct {
		LoginToken string `json:"login_token"`
	}
	asked.JSON(t, &step)
	var tokens testkit.Tokens
	svc.Expect(t, 200, svc.PasskeyStep(t, step.LoginToken, telephone)).JSON(t, &tokens)
	if amr := svc.Identity(t, tokens.Access).AMR; fmt.Sprint(amr) != "[oauth pop mfa]" {
		t.Errorf("the session is proved by %v", amr)
	}
	remove := testkit.Request{Method: "DELETE", Path: path, Token: tokens.Access}
	svc.Run(t, []testkit.Scenario{
		{Name: "the provider goes, the passkey stays", Request: unlink(tokens.Access, "oidc"), Status: 204},
		{Name: "the passkey is the last way in", Request: remove, Status: 400, Detail: "The last way to log in must stay"},
		{Name: "and goes on", Request: svc.PasskeyLogin(t, telephone), Status: 200},
	})
	if svc.Do(t, svc.WhoAmI(tokens.Access)).Status != 200 {
		t.Error("the session of the refused removal has ended")
	}
	second := svc.AddPasskey(t, tokens.Access, svc.Authenticator(t))
	svc.Run(t, []testkit.Scenario{
		{Name: "one of two goes", Request: remove, Status: 204},
		{Name: "the last one stays", Request: testkit.Request{Method: "DELETE", Path: passkeyPath(second.ID), Token: tokens.Access}, Status: 400, Detail: "The last way to log in must stay"},
	})
}
