package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
)

type updateMeInput struct {
	Body struct {
		Email    *emailField    `json:"email,omitempty" doc:"A new one takes a recent log-in and ends the other sessions." nullable:"true" example:"newemail@example.com"`
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
