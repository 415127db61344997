package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (e endpoints) deleteUser() {
	add(e, huma.Operation{
		OperationID: "delete-user", Method: http.MethodDelete, Path: "/api/v1/users/{id}", Tags: []string{"users"},
		Summary:       "Delete another user; for superusers, takes a recent log-in",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound},
		Middlewares:   huma.Middlewares{e.guard.RequireSuperuser, e.guard.RequireRecentLogin},
	}, func(ctx context.Context, in *userIDInput) (*struct{}, error) {
		return nil, e.accounts.DeleteUser(ctx, CurrentIdentity(ctx), in.ID)
	})
}
