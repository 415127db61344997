package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

type mailTokenInput struct {
	Body struct {
		Token string `json:"token" maxLength:"256" doc:"From the link in the mail."`
	}
}

func (e endpoints) verifyEmail(limit middleware) {
	add(e, huma.Operation{
		OperationID: "verify-email", Method: http.MethodPost, Path: "/api/v1/auth/verify-email", Tags: []string{"auth"},
		Summary:     "Confirm an e-mail address",
		Errors:      []int{http.StatusTooManyRequests},
		Middlewares: huma.Middlewares{limit},
	}, func(ctx context.Context, in *mailTokenInput) (*messageOutput, error) {
		return showMessage("Email verified", e.accounts.VerifyEmail(ctx, in.Body.Token))
	})
}
