package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

type refreshInput struct {
	Body struct {
		RefreshToken string `json:"refresh_token" maxLength:"256"`
	}
}

func (e endpoints) refresh(limit middleware) {
	add(e, huma.Operation{
		OperationID: "refresh", Method: http.MethodPost, Path: "/api/v1/auth/refresh", Tags: []string{"auth"},
		Summary:     "Exchange a refresh token for new tokens; a second use ends the session",
		Errors:      []int{http.StatusUnauthorized, http.StatusTooManyRequests},
		Middlewares: huma.Middlewares{limit},
	}, func(ctx context.Context, in *refreshInput) (*tokenOutput, error) {
		return showTokens(e.accounts.Refresh(ctx, in.Body.RefreshToken))
	})
}
