package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (e endpoints) logoutAll() {
	add(e, huma.Operation{
		OperationID: "logout-all", Method: http.MethodPost, Path: "/api/v1/auth/logout-all", Tags: []string{"auth"},
		Summary:       "Log out everywhere: all sessions end at once",
		DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		return nil, e.accounts.LogoutAll(ctx, CurrentUser(ctx))
	})
}
