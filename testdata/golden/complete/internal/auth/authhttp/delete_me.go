package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (e endpoints) deleteMe() {
	add(e, huma.Operation{
		OperationID: "delete-me", Method: http.MethodDelete, Path: "/api/v1/users/me", Tags: []string{"me"},
		Summary:       "Delete the current user; takes a recent log-in",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusBadRequest},
		Middlewares:   huma.Middlewares{e.guard.RequireRecentLogin},
	}, func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		return nil, e.accounts.DeleteSelf(ctx, CurrentIdentity(ctx))
	})
}
