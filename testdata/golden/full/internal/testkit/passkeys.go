package testkit

import (
	"encoding/json"
	"net/http"
	"testing"

	"example.com/myapi/internal/auth"
)

// Authenticator is a new authenticator, in a browser that shows a page of the service.
func (svc *Service) Authenticator(t testing.TB) *Authenticator {
	t.Helper()
	return NewAuthenticator(t, svc.Settings.PasskeyRPID, svc.Settings.PasskeyOrigins[0])
}

// Passkey registers the passkey of a new authenticator for a User without a second
// factor, in a session of its own.
func (svc *Service) Passkey(t testing.TB, name string) *Authenticator {
	t.Helper()
	authenticator := svc.Authenticator(t)
	svc.AddPasskey(t, svc.Login(t, name), authenticator)
	return authenticator
}

// AddPasskey registers the passkey of an authenticator in the session of an access
// token.
func (svc *Service) AddPasskey(t testing.TB, access string, authenticator *Authenticator) auth.Passkey {
	t.Helper()
	identity := svc.Identity(t, access)
	offered, err := svc.Auth.OfferPasskey(t.Context(), identity)
	if err != nil {
		t.Fatalf("asking for the options of a passkey: %v", err)
	}
	answer := Answer(t, offered, authenticator.Create(t, offered.Options))
	added, codes, err := svc.Auth.RegisterPasskey(t.Context(), identity, answer, "")
	if err != nil {
		t.Fatalf("registering a passkey: %v", err)
	}
	if len(codes) > 0 {
		authenticator.RecoveryCodes = codes
	}
	return added
}

// Answer is the answer of an authenticator to options, for a method of Auth.
func Answer(t testing.TB, offered auth.PasskeyOptions, credential map[string]any) auth.PasskeyAnswer {
	t.Helper()
	text, err := json.Marshal(credential)
	if err != nil {
		t.Fatalf("writing the answer of an authenticator: %v", err)
	}
	return auth.PasskeyAnswer{ChallengeID: offered.ChallengeID, Credential: text}
}

// PasskeyAnswer is the request with the answer of an authenticator to options, for
// /auth/passkey unless its Path is changed.
func PasskeyAnswer(challengeID string, credential map[string]any) Request {
	return Request{Method: http.MethodPost, Path: "/api/v1/auth/passkey", Body: map[string]any{"challenge_id": challengeID, "credential": credential}}
}

// PasskeyLogin is the request to log in with the passkey of an authenticator, which has
// signed a new challenge.
func (svc *Service) PasskeyLogin(t testing.TB, authenticator *Authenticator) Request {
	t.Helper()
	offered := svc.PasskeyOptions(t)
	return PasskeyAnswer(offered.ChallengeID, authenticator.Get(t, offered.Options))
}

// PasskeyOptions are new options for a log-in.
func (svc *Service) PasskeyOptions(t testing.TB) auth.PasskeyOptions {
	t.Helper()
	offered, err := svc.Auth.OfferPasskeyLogin(t.Context())
	if err != nil {
		t.Fatalf("asking for the options of a log-in: %v", err)
	}
	return offered
}

// PasskeyStep is the request to take the second step of a log-in with the passkey of an
// authenticator, which has signed a new challenge.
func (svc *Service) PasskeyStep(t testing.TB, loginToken string, authenticator *Authenticator) Request {
	t.Helper()
	offered := svc.StepOptions(t, loginToken)
	return StepAnswer(loginToken, offered.ChallengeID, authenticator.Get(t, offered.Options))
}

// StepOptions are new options for the second step of a log-in.
func (svc *Service) StepOptions(t testing.TB, loginToken string) auth.PasskeyOptions {
	t.Helper()
	var offered struct {
		ChallengeID string `json:"challenge_id"`
		Options     json.RawMessage
	}
	svc.Expect(t, http.StatusOK, Post("/auth/login/passkey/options", map[string]string{"login_token": loginToken})).JSON(t, &offered)
	return auth.PasskeyOptions{ChallengeID: offered.ChallengeID, Options: offered.Options}
}

// StepAnswer is the request with the answer of an authenticator for the second step.
func StepAnswer(loginToken, challengeID string, credential map[string]any) Request {
	return Request{Method: http.MethodPost, Path: "/api/v1/auth/login/passkey", Body: map[string]any{
		"login_token": loginToken, "challenge_id": challengeID, "credential": credential,
	}}
}
