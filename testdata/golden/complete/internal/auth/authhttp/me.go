package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (e endpoints) me() {
	add(e, huma.Operation{
		OperationID: "get-me", Method: http.MethodGet, Path: "/api/v1/users/me", Tags: []string{"me"},
		Summary: "Show the current user",
	}, func(ctx context.Context, _ *struct{}) (*userOutput, error) {
		return showUser(CurrentUser(ctx), nil)
	})
}
