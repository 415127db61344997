package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
)

type updateMeInput struct {
	Body struct {
		Email    *string `json:"email,omitempty" doc:"A new one takes a recent log-in and ends the other sessions." maxLength:"320" example:"newemail@example.com"`
		Username *string `json:"username,omitempty" maxLength:"320" example:"johndoe"`
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
			Email: in.Body.Email, Username: in.Body.Username,
		}))
	})
}
