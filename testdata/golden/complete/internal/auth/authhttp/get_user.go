package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

type userIDInput struct {
	ID int64 `path:"id" minimum:"1"`
}

func (e endpoints) getUser() {
	add(e, huma.Operation{
		OperationID: "get-user", Method: http.MethodGet, Path: "/api/v1/users/{id}", Tags: []string{"users"},
		Summary:     "Show a user; for superusers",
		Errors:      []int{http.StatusForbidden, http.StatusNotFound},
		Middlewares: huma.Middlewares{e.guard.RequireSuperuser},
	}, func(ctx context.Context, in *userIDInput) (*userOutput, error) {
		return showUser(e.accounts.User(ctx, in.ID))
	})
}
