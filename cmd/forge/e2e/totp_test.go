package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// TestSomebodyElsesAuthenticatorLogsIn has an independent library read the URI that
// the service shows, as an app's camera does, and log in with its codes.
func TestSomebodyElsesAuthenticatorLogsIn(t *testing.T) {
	leftToTestAll(t)
	p := newProjectWith(t, "complete", "sqlite", "stdlib", "totp")
	s := p.start(t)
	token := s.superuser(t)
	status, setup := s.call(t, http.MethodPost, "/api/v1/users/me/totp", token, nil)
	uri, _ := setup["uri"].(string)
	key, err := otp.NewKeyFromURL(uri)
	if err != nil || status != http.StatusOK {
		t.Fatalf("setting up = %d %v, %v", status, setup, err)
	}
	if key.Secret() != setup["secret"] || key.AccountName() != "admin" || key.Digits() != otp.DigitsSix || key.Period() != 30 || key.Issuer() == "" {
		t.Errorf("the app reads %q of %q from %q: %s, %d", key.AccountName(), key.Issuer(), uri, key.Digits(), key.Period())
	}
	code := func(at time.Time) string {
		t.Helper()
		text, err := totp.GenerateCode(key.Secret(), at)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	now := time.Now()
	before := code(now.Add(-30 * time.Second)) // As of somebody who types slowly: the current one is for the log-in.
	if status, confirmed := s.call(t, http.MethodPost, "/api/v1/users/me/totp/confirm", token, map[string]string{"code": before}); status != http.StatusOK {
		t.Fatalf("confirming = %d %v", status, confirmed)
	}
	status, step := s.call(t, http.MethodPost, "/api/v1/auth/login", "", map[string]string{"username": "admin", "password": password})
	if status != http.StatusUnauthorized || step["login_token"] == nil {
		t.Fatalf("the password alone = %d %v", status, step)
	}
	status, tokens := s.call(t, http.MethodPost, "/api/v1/auth/login/code", "", map[string]any{"login_token": step["login_token"], "code": code(now)})
	if status != http.StatusOK || tokens["access_token"] == nil {
		t.Fatalf("the code = %d %v", status, tokens)
	}
}
