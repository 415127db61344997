package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

type loginInput struct {
	Body struct {
		Username string `json:"username" doc:"The user name or the e-mail." example:"johndoe"`
		Password string `json:"password" example:"SecurePass123!"`
	}
}

func (e endpoints) login(limit middleware) {
	add(e, huma.Operation{
		OperationID: "login", Method: http.MethodPost, Path: "/api/v1/auth/login", Tags: []string{"auth"},
		Summary:     "Log in",
		Errors:      []int{http.StatusUnauthorized, http.StatusTooManyRequests},
		Middlewares: huma.Middlewares{limit},
	}, func(ctx context.Context, in *loginInput) (*tokenOutput, error) {
		return showTokens(e.accounts.Login(ctx, in.Body.Username, in.Body.Password))
	})
}
