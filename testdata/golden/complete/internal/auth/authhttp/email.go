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

func (e endpoints) declineEmail(limit middleware) {
	add(e, huma.Operation{
		OperationID: "decline-email", Method: http.MethodPost, Path: "/api/v1/auth/decline-email", Tags: []string{"auth"},
		Summary:     "Disown a verification mail ('This was not me'): removes an unverified account, or a pending address",
		Errors:      []int{http.StatusTooManyRequests},
		Middlewares: huma.Middlewares{limit},
	}, func(ctx context.Context, in *mailTokenInput) (*messageOutput, error) {
		return showMessage("Email removed", e.accounts.DeclineEmail(ctx, in.Body.Token))
	})
}

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
