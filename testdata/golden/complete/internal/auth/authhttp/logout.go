package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
)

type logoutInput struct {
	Body *struct {
		RefreshToken string `json:"refresh_token" maxLength:"256"`
	}
}

func (e endpoints) logout() {
	add(e, huma.Operation{
		OperationID: "logout", Method: http.MethodPost, Path: "/api/v1/auth/logout", Tags: []string{"auth"},
		Summary:       "Log out with the access token, or with a refresh token in the body: the session's tokens end at once",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusUnauthorized},
		Security:      append([]map[string][]string{{}}, Security...),
		Middlewares:   huma.Middlewares{e.guard.OptionalUser},
	}, func(ctx context.Context, in *logoutInput) (*struct{}, error) {
		if identity, ok := identityFrom(ctx); ok {
			return nil, e.accounts.Logout(ctx, identity)
		}
		if in.Body == nil {
			return nil, auth.ErrNotAuthenticated
		}
		return nil, e.accounts.LogoutByRefreshToken(ctx, in.Body.RefreshToken)
	})
}
