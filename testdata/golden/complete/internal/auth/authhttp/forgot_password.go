package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (e endpoints) forgotPassword(limit middleware) {
	add(e, huma.Operation{
		OperationID: "forgot-password", Method: http.MethodPost, Path: "/api/v1/auth/forgot-password", Tags: []string{"auth"},
		Summary:       "Ask for a mail to set a new password; the answer is the same for every address",
		DefaultStatus: http.StatusAccepted,
		Errors:        []int{http.StatusTooManyRequests},
		Middlewares:   huma.Middlewares{limit},
	}, func(ctx context.Context, in *emailInput) (*messageOutput, error) {
		return showMessage("If this address has an account, a mail is on its way", e.accounts.ForgotPassword(ctx, string(in.Body.Email)))
	})
}
