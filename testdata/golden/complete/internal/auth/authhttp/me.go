package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
)

func (e endpoints) me() {
	add(e, huma.Operation{
		OperationID: "get-me", Method: http.MethodGet, Path: "/api/v1/users/me", Tags: []string{"me"},
		Summary: "Show the current user",
	}, func(ctx context.Context, _ *struct{}) (*userOutput, error) {
		return showUser(CurrentUser(ctx), nil)
	})
}

type updateMeInput struct {
	Body struct {
		Email    *emailField    `json:"email,omitempty" doc:"A new one requires a recent log-in and ends the other sessions." nullable:"true" example:"newemail@example.com"`
		Username *usernameField `json:"username,omitempty" nullable:"true" example:"johndoe"`
	}
}

func (e endpoints) updateMe(limit middleware) {
	add(e, huma.Operation{
		OperationID: "update-me", Method: http.MethodPut, Path: "/api/v1/users/me", Tags: []string{"me"},
		Summary:     "Change the current user's e-mail or name",
		Errors:      []int{http.StatusConflict, http.StatusTooManyRequests},
		Middlewares: huma.Middlewares{limit},
	}, func(ctx context.Context, in *updateMeInput) (*userOutput, error) {
		return showUser(e.accounts.UpdateSelf(ctx, CurrentIdentity(ctx), auth.Changes{
			Email: (*string)(in.Body.Email), Username: (*string)(in.Body.Username),
		}))
	})
}

func (e endpoints) deleteMe() {
	add(e, huma.Operation{
		OperationID: "delete-me", Method: http.MethodDelete, Path: "/api/v1/users/me", Tags: []string{"me"},
		Summary:       "Delete the current user; requires a recent log-in",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusBadRequest},
		Middlewares:   huma.Middlewares{e.guard.RequireRecentLogin},
	}, func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		return nil, e.accounts.DeleteSelf(ctx, CurrentIdentity(ctx))
	})
}
