package authhttp

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/ratelimit"
)

// passkeysPerMinute is how many options a client address may ask for, and how many
// answers of authenticators it may send.
const passkeysPerMinute = 30

// RegisterPasskeys adds the endpoints of passkeys to api.
func RegisterPasskeys(api huma.API, accounts *auth.Service, guard *Guard, limits *ratelimit.Limits) {
	e := endpoints{api: api, accounts: accounts, guard: guard}
	offers := limits.Operation("passkey-options", passkeysPerMinute, time.Minute)
	answers := limits.Operation("passkeys", passkeysPerMinute, time.Minute)
	e.offerPasskeyLogin(offers)
	e.loginWithPasskey(answers)
	e.offerSecondStep(offers)
	e.continueWithPasskey(answers)
	e.offerPasskey()
	e.registerPasskey()
	e.listPasskeys()
	e.renamePasskey()
	e.removePasskey()
}

// credentialField is a PublicKeyCredential as browsers write it (WebAuthn L3 §5.1).
// What it holds besides, which standards to come may add, is not looked at.
type credentialField struct{ json.RawMessage }

func (credentialField) Schema(r huma.Registry) *huma.Schema {
	return component(r, "PublicKeyCredential", &huma.Schema{
		Type:        huma.TypeObject,
		Description: "What credential.toJSON() returns (WebAuthn Level 3).",
		Properties: map[string]*huma.Schema{
			"id":       {Type: huma.TypeString},
			"rawId":    {Type: huma.TypeString},
			"type":     {Type: huma.TypeString},
			"response": {Type: huma.TypeObject, AdditionalProperties: true},
		},
		Required:             []string{"id", "rawId", "type", "response"},
		AdditionalProperties: true,
	})
}

// optionsField is what a browser passes to its authenticators.
type optionsField struct{ json.RawMessage }

func (optionsField) Schema(r huma.Registry) *huma.Schema {
	return component(r, "PasskeyOptions", &huma.Schema{
		Type:        huma.TypeObject,
		Description: "For PublicKeyCredential.parseCreationOptionsFromJSON or parseRequestOptionsFromJSON (WebAuthn Level 3).",
		Properties: map[string]*huma.Schema{
			"challenge": {Type: huma.TypeString, Description: "In base64url, as is all that is binary."},
			"timeout":   {Type: huma.TypeInteger, Description: "In milliseconds."},
		},
		Required:             []string{"challenge", "timeout"},
		AdditionalProperties: true,
	})
}

type optionsOutput struct {
	Body struct {
		ChallengeID string       `json:"challenge_id" doc:"To be sent with the answer, once, within 5 minutes."`
		Options     optionsField `json:"options"`
	}
}

func showOptions(offered auth.PasskeyOptions, err error) (*optionsOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &optionsOutput{}
	out.Body.ChallengeID, out.Body.Options = offered.ChallengeID, optionsField{offered.Options}
	return out, nil
}

func (e endpoints) offerPasskeyLogin(limit middleware) {
	add(e, huma.Operation{
		OperationID: "offer-passkey-login", Method: http.MethodPost, Path: "/api/v1/auth/passkey/options", Tags: []string{"auth"},
		Summary:     "Begin a log-in with a passkey",
		Errors:      []int{http.StatusTooManyRequests},
		Middlewares: huma.Middlewares{limit},
	}, func(ctx context.Context, _ *struct{}) (*optionsOutput, error) {
		return showOptions(e.accounts.OfferPasskeyLogin(ctx))
	})
}

type passkeyLoginInput struct {
	Body struct {
		ChallengeID string          `json:"challenge_id" maxLength:"256" doc:"Of the options."`
		Credential  credentialField `json:"credential"`
	}
}

func (e endpoints) loginWithPasskey(limit middleware) {
	addLogin(e, huma.Operation{
		OperationID: "login-with-passkey", Method: http.MethodPost, Path: "/api/v1/auth/passkey", Tags: []string{"auth"},
		Summary:     "Log in with a passkey, which is both factors",
		Errors:      []int{http.StatusUnauthorized, http.StatusTooManyRequests},
		Middlewares: huma.Middlewares{e.replaceSession, limit},
	}, func(ctx context.Context, in *passkeyLoginInput) (*tokenOutput, error) {
		return showTokens(e.accounts.LoginWithPasskey(ctx, client.From(ctx),
			auth.PasskeyAnswer{ChallengeID: in.Body.ChallengeID, Credential: in.Body.Credential.RawMessage}))
	})
}

type secondStepInput struct {
	Body struct {
		LoginToken string `json:"login_token" maxLength:"256" doc:"Of the answer to the password."`
	}
}

func (e endpoints) offerSecondStep(limit middleware) {
	add(e, huma.Operation{
		OperationID: "offer-second-step", Method: http.MethodPost, Path: "/api/v1/auth/login/passkey/options", Tags: []string{"auth"},
		Summary:     "Go on with a log-in whose password was right, with a passkey",
		Errors:      []int{http.StatusUnauthorized, http.StatusTooManyRequests},
		Middlewares: huma.Middlewares{limit},
	}, func(ctx context.Context, in *secondStepInput) (*optionsOutput, error) {
		return showOptions(e.accounts.OfferSecondStep(ctx, client.From(ctx), in.Body.LoginToken))
	})
}

type continueWithPasskeyInput struct {
	Body struct {
		LoginToken  string          `json:"login_token" maxLength:"256" doc:"Of the answer to the password."`
		ChallengeID string          `json:"challenge_id" maxLength:"256" doc:"Of the options."`
		Credential  credentialField `json:"credential"`
	}
}

func (e endpoints) continueWithPasskey(limit middleware) {
	addLogin(e, huma.Operation{
		OperationID: "continue-with-passkey", Method: http.MethodPost, Path: "/api/v1/auth/login/passkey", Tags: []string{"auth"},
		Summary:     "End a log-in whose password was right, with a passkey",
		Errors:      []int{http.StatusUnauthorized, http.StatusTooManyRequests},
		Middlewares: huma.Middlewares{e.replaceSession, limit},
	}, func(ctx context.Context, in *continueWithPasskeyInput) (*tokenOutput, error) {
		return showTokens(e.accounts.ContinueWithPasskey(ctx, client.From(ctx), in.Body.LoginToken,
			auth.PasskeyAnswer{ChallengeID: in.Body.ChallengeID, Credential: in.Body.Credential.RawMessage}))
	})
}
