package authhttp_test

import (
	"testing"

	"example.com/myapi/internal/testkit"
)

// Both log-ins with a passkey can end in a cookie, for the service's own pages.
func TestCookiesOfPasskeys(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	telephone := svc.Passkey(t, "johndoe")
	for amr, request := range map[string]func() testkit.Request{
		`"amr":["pop","user","mfa"]`: func() testkit.Request { return svc.PasskeyLogin(t, telephone) },
		`"amr":["pwd","pop","mfa"]`:  func() testkit.Request { return svc.PasskeyStep(t, svc.LoginToken(t, "johndoe"), telephone) },
	} {
		svc.Expect(t, 403, ofPage(testkit.InCookie(request()), "cross-site", "https://evil.example"))
		opened := svc.Expect(t, 204, testkit.InCookie(request()))
		svc.Run(t, []testkit.Scenario{{Name: amr, Request: testkit.WithCookie(get(sessionPath, ""), opened.SetCookie(t)), Status: 200, Want: []string{amr}}})
	}
	telephone.Origin = "https://evil.example"
	svc.Run(t, []testkit.Scenario{{Name: "a refusal sets none", Request: testkit.InCookie(svc.PasskeyLogin(t, telephone)), Status: 401, Detail: "Invalid credentials", Header: map[string]string{"Set-Cookie": ""}}})
}
