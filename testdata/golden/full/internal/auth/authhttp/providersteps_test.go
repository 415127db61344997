package authhttp_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/testkit"
)

// A provider replaces the password, not the second factor: what it has asked for is not
// known (ASVS 6.8.4).
func TestProviderLoginAsksForTheSecondFactor(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	confirmed(t, svc, "johndoe")
	svc.Link(t, provider, "google", "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	response := svc.Expect(t, http.StatusUnauthorized, testkit.ExchangeRequest(svc.Named(t, provider, "google")))
	var step struct {
		Detail     string
		LoginToken string `json:"login_token"`
	}
	if response.JSON(t, &step); step.Detail != secondFactor || step.LoginToken == "" {
		t.Fatalf("the answer is %s", response.Body)
	}
	svc.Expect(t, http.StatusUnauthorized, testkit.CodeRequest(step.LoginToken, "000000"))
	var tokens testkit.Tokens
	svc.Expect(t, http.StatusOK, testkit.CodeRequest(step.LoginToken, app.Code(t, 0))).JSON(t, &tokens)
	if identity := svc.Identity(t, tokens.Access); strings.Join(identity.AMR, " ") != "oauth otp mfa" {
		t.Errorf("the session was proved by %v", identity.AMR)
	}
}

// Without the factor, a session of its owner neither links nor unlinks nor sets a first
// password.
func TestIdentitiesNeedTheSecondFactor(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	confirmed(t, svc, "johndoe")
	svc.Link(t, provider, "google", "johndoe")
	before := svc.Session(t, "johndoe")
	identity := svc.Identity(t, before.Access)
	app := svc.SecondFactor(t, "johndoe")
	// Setting up ends other sessions. This one is as if it had been missed.
	_, err := svc.SQL().Exec(`INSERT INTO tokens (user_id, token, token_type, session_id, auth_time, expires_at, created_at, last_used_at, ip_address, user_agent)
		VALUES (?, ?, 'access', ?, ?, ?, ?, ?, '', '')`, identity.User.ID, "missed", identity.SessionID, identity.AuthTime, identity.AuthTime.Add(time.Hour), identity.AuthTime, identity.AuthTime)
	if err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"linking": func() error {
			named := svc.Named(t, provider, "github")
			_, err := svc.Auth.LinkIdentity(t.Context(), identity, named["code"], named["code_verifier"])
			return err
		}(),
		"unlinking":        svc.Auth.UnlinkIdentity(t.Context(), identity, "google"),
		"a first password": svc.Auth.SetPassword(t.Context(), identity, "a password of John's 1"),
	} {
		if err == nil || err.Error() != secondFactor {
			t.Errorf("%s without the factor = %v", what, err)
		}
	}
	with := svc.LoginWithCode(t, "johndoe", app.Code(t, 0))
	svc.Expect(t, http.StatusCreated, testkit.LinkRequest(with.Access, svc.Named(t, provider, "github")))
	svc.Expect(t, http.StatusNoContent, unlink(with.Access, "google"))
}

// Removing a link ends log-ins that wait for a code, too.
func TestUnlinkingEndsLoginsThatWait(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	confirmed(t, svc, "johndoe")
	svc.Link(t, provider, "google", "johndoe")
	app := svc.SecondFactor(t, "johndoe")
	var step struct {
		LoginToken string `json:"login_token"`
	}
	svc.Expect(t, http.StatusUnauthorized, testkit.ExchangeRequest(svc.Named(t, provider, "google"))).JSON(t, &step)
	access := svc.LoginWithCode(t, "johndoe", app.RecoveryCodes[0]).Access
	svc.Expect(t, http.StatusNoContent, unlink(access, "google"))
	response := svc.Expect(t, http.StatusUnauthorized, testkit.CodeRequest(step.LoginToken, app.Code(t, 0)))
	if detail := response.Problem(t).Detail; detail != "Invalid or expired token" {
		t.Errorf("the login token = %s", detail)
	}
}
