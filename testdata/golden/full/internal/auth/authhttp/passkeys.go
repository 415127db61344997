package authhttp

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
)

// PasskeyResponse is how a passkey is shown.
type PasskeyResponse struct {
	ID         int64      `json:"id" example:"1"`
	Name       string     `json:"name" example:"iCloud Keychain"`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at" nullable:"true"`
	BackedUp   bool       `json:"backed_up" doc:"It is on several devices, or can be restored."`
	Transports []string   `json:"transports" nullable:"false" doc:"How browsers reach it." example:"[\"internal\"]"`
	AAGUID     string     `json:"aaguid" doc:"The kind of authenticator." example:"fbfc3007-154e-4ecc-8c0b-6e020557d7bd"`
}

func newPasskeyResponse(p auth.Passkey) PasskeyResponse {
	shown := PasskeyResponse{
		ID: p.ID, Name: p.Name, CreatedAt: p.CreatedAt, BackedUp: p.BackedUp, Transports: p.Transports(), AAGUID: p.AAGUID,
	}
	if !p.LastUsedAt.IsZero() {
		shown.LastUsedAt = &p.LastUsedAt
	}
	return shown
}

func (e endpoints) offerPasskey() {
	add(e, huma.Operation{
		OperationID: "offer-passkey", Method: http.MethodPost, Path: "/api/v1/users/me/passkeys/options", Tags: []string{"me"},
		Summary:     "Begin to register a passkey; requires a recent log-in, with the second factor if there is one",
		Errors:      []int{http.StatusForbidden},
		Middlewares: huma.Middlewares{e.guard.RequireRecentLogin, e.guard.RequireVerified},
	}, func(ctx context.Context, _ *struct{}) (*optionsOutput, error) {
		return showOptions(e.accounts.OfferPasskey(ctx, CurrentIdentity(ctx)))
	})
}

type registerPasskeyInput struct {
	Body struct {
		ChallengeID string          `json:"challenge_id" maxLength:"256" doc:"Of the options."`
		Credential  credentialField `json:"credential"`
		Name        string          `json:"name,omitempty" maxLength:"100" doc:"That of the kind of authenticator if it is empty." example:"My telephone"`
	}
}

// NewPasskeyResponse is a passkey that was just registered.
type NewPasskeyResponse struct {
	PasskeyResponse
	RecoveryCodes []string `json:"recovery_codes" nullable:"false" doc:"With the first factor: each is good for one log-in. They are not shown again."`
}

type newPasskeyOutput struct {
	Body NewPasskeyResponse
}

func (e endpoints) registerPasskey() {
	add(e, huma.Operation{
		OperationID: "register-passkey", Method: http.MethodPost, Path: "/api/v1/users/me/passkeys", Tags: []string{"me"},
		Summary:       "Register the passkey that an authenticator has made; requires a recent log-in, with the second factor if there is one",
		DefaultStatus: http.StatusCreated,
		Errors:        []int{http.StatusBadRequest, http.StatusForbidden, http.StatusConflict},
		Middlewares:   huma.Middlewares{e.guard.RequireRecentLogin, e.guard.RequireVerified},
	}, func(ctx context.Context, in *registerPasskeyInput) (*newPasskeyOutput, error) {
		answer := auth.PasskeyAnswer{ChallengeID: in.Body.ChallengeID, Credential: in.Body.Credential.RawMessage}
		passkey, codes, err := e.accounts.RegisterPasskey(ctx, CurrentIdentity(ctx), answer, in.Body.Name)
		if err != nil {
			return nil, err
		}
		return &newPasskeyOutput{Body: NewPasskeyResponse{PasskeyResponse: newPasskeyResponse(passkey), RecoveryCodes: codes}}, nil
	})
}

type passkeysOutput struct {
	Body []PasskeyResponse `nullable:"false"`
}

func (e endpoints) listPasskeys() {
	add(e, huma.Operation{
		OperationID: "list-passkeys", Method: http.MethodGet, Path: "/api/v1/users/me/passkeys", Tags: []string{"me"},
		Summary: "List the current user's passkeys, the oldest first",
	}, func(ctx context.Context, _ *struct{}) (*passkeysOutput, error) {
		passkeys, err := e.accounts.Passkeys(ctx, CurrentUser(ctx))
		if err != nil {
			return nil, err
		}
		out := &passkeysOutput{Body: make([]PasskeyResponse, len(passkeys))}
		for i, passkey := range passkeys {
			out.Body[i] = newPasskeyResponse(passkey)
		}
		return out, nil
	})
}

type passkeyIDInput struct {
	ID int64 `path:"id" minimum:"1"`
}

type renamePasskeyInput struct {
	ID   int64 `path:"id" minimum:"1"`
	Body struct {
		Name passkeyNameField `json:"name" example:"My telephone"`
	}
}

type passkeyNameField string

func (passkeyNameField) Schema(huma.Registry) *huma.Schema {
	return text(map[string]any{"minLength": 1, "maxLength": 100})
}

type passkeyOutput struct {
	Body PasskeyResponse
}

func (e endpoints) renamePasskey() {
	add(e, huma.Operation{
		OperationID: "rename-passkey", Method: http.MethodPut, Path: "/api/v1/users/me/passkeys/{id}", Tags: []string{"me"},
		Summary: "Rename one of the current user's passkeys",
		Errors:  []int{http.StatusNotFound},
	}, func(ctx context.Context, in *renamePasskeyInput) (*passkeyOutput, error) {
		passkey, err := e.accounts.RenamePasskey(ctx, CurrentUser(ctx), in.ID, string(in.Body.Name))
		if err != nil {
			return nil, err
		}
		return &passkeyOutput{Body: newPasskeyResponse(passkey)}, nil
	})
}

func (e endpoints) removePasskey() {
	add(e, huma.Operation{
		OperationID: "remove-passkey", Method: http.MethodDelete, Path: "/api/v1/users/me/passkeys/{id}", Tags: []string{"me"},
		Summary:       "Remove one of the current user's passkeys; requires a recent log-in with the second factor",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound},
		Middlewares:   huma.Middlewares{e.guard.RequireRecentLogin},
	}, func(ctx context.Context, in *passkeyIDInput) (*struct{}, error) {
		return nil, e.accounts.RemovePasskey(ctx, CurrentIdentity(ctx), in.ID)
	})
}
