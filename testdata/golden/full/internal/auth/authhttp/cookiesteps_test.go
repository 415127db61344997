package authhttp_test

import (
	"testing"

	"example.com/myapi/internal/testkit"
)

// A log-in in two steps sets the cookie after the second.
func TestCookieAfterASecondFactor(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	before := svc.Cookie(t, "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	if svc.HasCookie(t, before) {
		t.Error("a session without the factor goes on")
	}
	asked := svc.Expect(t, 401, inCookie("johndoe"))
	if asked.Header.Get("Set-Cookie") != "" {
		t.Error("the password alone sets a cookie")
	}
	var step struct {
		LoginToken string `json:"login_token"`
	}
	asked.JSON(t, &step)
	code := testkit.InCookie(testkit.CodeRequest(step.LoginToken, app.Code(t, 0)))
	svc.Expect(t, 403, ofPage(code, "cross-site", "https://evil.example"))
	opened := svc.Expect(t, 204, code)
	cookie := opened.SetCookie(t)
	svc.Run(t, []testkit.Scenario{
		{Name: "both factors", Request: testkit.WithCookie(get(sessionPath, ""), cookie), Status: 200, Want: []string{`"amr":["pwd","otp","mfa"]`}},
		{Name: "what takes them", Request: testkit.WithCookie(post("/users/me/recovery-codes", "", nil), cookie), Status: 200},
		{Name: "what takes them, for another site", Request: ofPage(testkit.WithCookie(post("/users/me/recovery-codes", "", nil), cookie), "cross-site", ""), Status: 403, Detail: "Cross-origin request refused"},
		{Name: "in one step", Request: testkit.InCookie(withCode("johndoe", app.RecoveryCodes[0])), Status: 401, Detail: "Invalid code", Header: map[string]string{"Set-Cookie": ""}},
	})
}

// Setting a factor up goes on in the session that did it, whatever keeps that.
func TestSecondFactorInACookieSession(t *testing.T) {
	svc, _ := verified(t, "johndoe")
	cookie, other := svc.Cookie(t, "johndoe"), svc.Cookie(t, "johndoe")
	identity := svc.IdentityOfCookie(t, cookie)
	setup, err := svc.Auth.SetUpTOTP(t.Context(), identity)
	if err != nil {
		t.Fatal(err)
	}
	app := svc.App(setup.Secret)
	if _, err := svc.Auth.ConfirmTOTP(t.Context(), identity, app.Code(t, 0)); err != nil {
		t.Fatal(err)
	}
	if !svc.HasCookie(t, cookie) || svc.HasCookie(t, other) {
		t.Error("the own session has ended, or another goes on")
	}
	if amr := svc.IdentityOfCookie(t, cookie).AMR; len(amr) != 3 {
		t.Errorf("amr is %q", amr)
	}
}
