package authhttp

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
)

// RegisterAPIKeys adds the endpoints of API keys to api.
func RegisterAPIKeys(api huma.API, accounts *auth.Service, guard *Guard) {
	e := endpoints{api: api, accounts: accounts, guard: guard}
	e.createAPIKey()
	e.listAPIKeys()
	e.deleteAPIKey()
	e.listUserAPIKeys()
	e.endAPIKeys()
}

// APIKeyResponse is how an API key is shown.
type APIKeyResponse struct {
	ID         int64      `json:"id" example:"1"`
	Name       string     `json:"name" example:"nightly backup"`
	Prefix     string     `json:"prefix" doc:"The beginning of the key." example:"myapi_7Kd2Qp"`
	Scopes     []string   `json:"scopes" nullable:"false"`
	CreatedAt  time.Time  `json:"created_at"`
	ExpiresAt  *time.Time `json:"expires_at" nullable:"true" doc:"Null: it does not."`
	LastUsedAt *time.Time `json:"last_used_at" nullable:"true" doc:"To a minute."`
	LastUsedIP *string    `json:"last_used_ip" nullable:"true" example:"203.0.113.7"`
}

func newAPIKeyResponse(k auth.APIKey) APIKeyResponse {
	shown := APIKeyResponse{ID: k.ID, Name: k.Name, Prefix: k.Prefix, Scopes: k.Scopes, CreatedAt: k.CreatedAt}
	if !k.ExpiresAt.IsZero() {
		shown.ExpiresAt = &k.ExpiresAt
	}
	if !k.LastUsedAt.IsZero() {
		shown.LastUsedAt, shown.LastUsedIP = &k.LastUsedAt, &k.LastUsedIP
	}
	return shown
}

type apiKeysOutput struct {
	Body []APIKeyResponse `nullable:"false"`
}

func showAPIKeys(keys []auth.APIKey, err error) (*apiKeysOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &apiKeysOutput{Body: make([]APIKeyResponse, len(keys))}
	for i, key := range keys {
		out.Body[i] = newAPIKeyResponse(key)
	}
	return out, nil
}

type createAPIKeyInput struct {
	Body struct {
		Name   apiKeyNameField `json:"name" doc:"What it is for." example:"nightly backup"`
		Scopes []string        `json:"scopes" nullable:"false" doc:"What the key is for: at least one." example:"[\"read\"]"`
		Days   *int            `json:"expires_in_days,omitempty" nullable:"true" doc:"90 unless said, as far as the service allows it; 0, where it is allowed, is a key without an end."`
	}
}

type apiKeyNameField string

func (apiKeyNameField) Schema(huma.Registry) *huma.Schema {
	return text(map[string]any{"minLength": 1, "maxLength": 100})
}

// NewAPIKeyResponse is a key that was just made. Nobody can be shown it again.
type NewAPIKeyResponse struct {
	APIKeyResponse
	Key string `json:"key" doc:"To be sent as Authorization: Bearer. It is not shown again."`
}

type newAPIKeyOutput struct {
	Body NewAPIKeyResponse
}

func (e endpoints) createAPIKey() {
	add(e, huma.Operation{
		OperationID: "create-api-key", Method: http.MethodPost, Path: "/api/v1/users/me/api-keys", Tags: []string{"me"},
		Summary:       "Make an API key; requires a recent log-in",
		DefaultStatus: http.StatusCreated,
		Errors:        []int{http.StatusForbidden},
		Middlewares:   huma.Middlewares{e.guard.RequireRecentLogin, e.guard.RequireVerified},
	}, func(ctx context.Context, in *createAPIKeyInput) (*newAPIKeyOutput, error) {
		key, secret, err := e.accounts.CreateAPIKey(ctx, client.From(ctx), CurrentIdentity(ctx), auth.APIKeyRequest{
			Name: string(in.Body.Name), Scopes: in.Body.Scopes, Days: in.Body.Days,
		})
		if err != nil {
			return nil, err
		}
		return &newAPIKeyOutput{Body: NewAPIKeyResponse{APIKeyResponse: newAPIKeyResponse(key), Key: secret}}, nil
	})
}

func (e endpoints) listAPIKeys() {
	add(e, huma.Operation{
		OperationID: "list-api-keys", Method: http.MethodGet, Path: "/api/v1/users/me/api-keys", Tags: []string{"me"},
		Summary: "List the current user's API keys, the newest first; expired ones for 30 days",
	}, func(ctx context.Context, _ *struct{}) (*apiKeysOutput, error) {
		return showAPIKeys(e.accounts.APIKeys(ctx, CurrentUser(ctx).ID))
	})
}

type apiKeyInput struct {
	ID int64 `path:"id" minimum:"1"`
}

func (e endpoints) deleteAPIKey() {
	add(e, huma.Operation{
		OperationID: "delete-api-key", Method: http.MethodDelete, Path: "/api/v1/users/me/api-keys/{id}", Tags: []string{"me"},
		Summary:       "Delete one of the current user's API keys, which ends at once",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusNotFound},
	}, func(ctx context.Context, in *apiKeyInput) (*struct{}, error) {
		return nil, e.accounts.DeleteAPIKey(ctx, CurrentUser(ctx), in.ID)
	})
}

func (e endpoints) listUserAPIKeys() {
	add(e, huma.Operation{
		OperationID: "list-user-api-keys", Method: http.MethodGet, Path: "/api/v1/users/{id}/api-keys", Tags: []string{"users"},
		Summary:     "List the API keys of a user; for superusers",
		Errors:      []int{http.StatusForbidden, http.StatusNotFound},
		Middlewares: huma.Middlewares{e.guard.RequireSuperuser},
		Metadata:    map[string]any{"scope": auth.ScopeAdmin},
	}, func(ctx context.Context, in *userIDInput) (*apiKeysOutput, error) {
		return showAPIKeys(e.accounts.APIKeys(ctx, in.ID))
	})
}

func (e endpoints) endAPIKeys() {
	add(e, huma.Operation{
		OperationID: "end-api-keys", Method: http.MethodDelete, Path: "/api/v1/users/{id}/api-keys", Tags: []string{"users"},
		Summary:       "Delete all API keys of a user; for superusers with a recent log-in",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusForbidden, http.StatusNotFound},
		Middlewares:   huma.Middlewares{e.guard.RequireSuperuser, e.guard.RequireRecentLogin},
	}, func(ctx context.Context, in *userIDInput) (*struct{}, error) {
		return nil, e.accounts.EndAPIKeys(ctx, CurrentUser(ctx), in.ID)
	})
}
