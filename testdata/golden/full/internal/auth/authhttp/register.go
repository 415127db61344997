package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
)

type registerInput struct {
	Body struct {
		Email    emailField    `json:"email" doc:"Trimmed and lower-cased; at most 254 bytes." example:"user@example.com"`
		Username usernameField `json:"username" doc:"3 to 50 letters, digits, dots, underscores and hyphens; unique without regard to case." example:"johndoe"`
		Password passwordField `json:"password" doc:"At least PASSWORD_MIN_LENGTH characters (8 unless set), at most 72 bytes, not a common one." example:"SecurePass123!"`
	}
}

func (e endpoints) register(limit middleware) {
	add(e, huma.Operation{
		OperationID: "register", Method: http.MethodPost, Path: "/api/v1/auth/register", Tags: []string{"auth"},
		Summary:       "Create an account",
		DefaultStatus: http.StatusCreated,
		Errors:        []int{http.StatusForbidden, http.StatusConflict, http.StatusTooManyRequests},
		Middlewares:   huma.Middlewares{limit},
	}, func(ctx context.Context, in *registerInput) (*userOutput, error) {
		return showUser(e.accounts.Register(ctx, auth.Registration{
			Email: string(in.Body.Email), Username: string(in.Body.Username), Password: string(in.Body.Password),
		}))
	})
}
