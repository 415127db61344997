package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (e endpoints) declineEmail(limit middleware) {
	add(e, huma.Operation{
		OperationID: "decline-email", Method: http.MethodPost, Path: "/api/v1/auth/decline-email", Tags: []string{"auth"},
		Summary:     "Say that a verification mail was not asked for: removes an unverified account, or a pending address",
		Errors:      []int{http.StatusTooManyRequests},
		Middlewares: huma.Middlewares{limit},
	}, func(ctx context.Context, in *mailTokenInput) (*messageOutput, error) {
		return showMessage("Email removed", e.accounts.DeclineEmail(ctx, in.Body.Token))
	})
}
