package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

type emailInput struct {
	Body struct {
		Email emailField `json:"email" example:"user@example.com"`
	}
}

func (e endpoints) resendVerification(limit middleware) {
	add(e, huma.Operation{
		OperationID: "resend-verification", Method: http.MethodPost, Path: "/api/v1/auth/resend-verification", Tags: []string{"auth"},
		Summary:       "Ask for another verification mail; the answer is the same for every address",
		DefaultStatus: http.StatusAccepted,
		Errors:        []int{http.StatusTooManyRequests},
		Middlewares:   huma.Middlewares{limit},
	}, func(ctx context.Context, in *emailInput) (*messageOutput, error) {
		return showMessage("If this address has an account that is not verified, a mail is on its way",
			e.accounts.ResendVerification(ctx, string(in.Body.Email)))
	})
}
