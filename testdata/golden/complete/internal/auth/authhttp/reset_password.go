package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

type resetPasswordInput struct {
	Body struct {
		Token       string        `json:"token" maxLength:"256" doc:"From the link in the mail."`
		NewPassword passwordField `json:"new_password" doc:"As at registration. One that is refused leaves the token good." example:"NewSecurePass123!"`
	}
}

func (e endpoints) resetPassword(limit middleware) {
	add(e, huma.Operation{
		OperationID: "reset-password", Method: http.MethodPost, Path: "/api/v1/auth/reset-password", Tags: []string{"auth"},
		Summary:     "Set a new password; ends all sessions",
		Errors:      []int{http.StatusTooManyRequests},
		Middlewares: huma.Middlewares{limit},
	}, func(ctx context.Context, in *resetPasswordInput) (*messageOutput, error) {
		return showMessage("Password has been reset", e.accounts.ResetPassword(ctx, in.Body.Token, string(in.Body.NewPassword)))
	})
}
