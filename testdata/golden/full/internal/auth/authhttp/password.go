package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/client"
)

type redirectOutput struct {
	Location string `header:"Location"`
}

// RegisterChangePassword adds the well-known address at which password managers
// look for the page that changes a password, and redirects it to address.
func RegisterChangePassword(api huma.API, address string) {
	huma.Register(api, huma.Operation{
		OperationID: "change-password-page", Method: http.MethodGet, Path: "/.well-known/change-password", Hidden: true,
		DefaultStatus: http.StatusFound,
	}, func(context.Context, *struct{}) (*redirectOutput, error) {
		return &redirectOutput{Location: address}, nil
	})
}

type changePasswordInput struct {
	Body struct {
		CurrentPassword *string       `json:"current_password,omitempty" doc:"Required, but for an account without a password, which requires a recent log-in."`
		NewPassword     passwordField `json:"new_password" doc:"As at registration."`
	}
}

func (e endpoints) changePassword() {
	add(e, huma.Operation{
		OperationID: "change-password", Method: http.MethodPost, Path: "/api/v1/users/me/password", Tags: []string{"me"},
		Summary:       "Change the current user's password; ends the other sessions",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusTooManyRequests},
	}, func(ctx context.Context, in *changePasswordInput) (*struct{}, error) {
		if in.Body.CurrentPassword == nil {
			return nil, e.setPassword(ctx, string(in.Body.NewPassword))
		}
		return nil, e.accounts.ChangePassword(ctx, client.From(ctx), CurrentIdentity(ctx), *in.Body.CurrentPassword, string(in.Body.NewPassword))
	})
}

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
