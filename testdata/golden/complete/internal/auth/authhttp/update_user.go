package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
)

type updateUserInput struct {
	ID   int64 `path:"id" minimum:"1"`
	Body struct {
		Email       *emailField    `json:"email,omitempty" doc:"A new one ends the user's sessions." nullable:"true"`
		Username    *usernameField `json:"username,omitempty" nullable:"true"`
		IsActive    *bool          `json:"is_active,omitempty" doc:"A change ends the user's sessions." nullable:"true"`
		IsSuperuser *bool          `json:"is_superuser,omitempty" doc:"A change ends the user's sessions." nullable:"true"`
	}
}

func (e endpoints) updateUser() {
	add(e, huma.Operation{
		OperationID: "update-user", Method: http.MethodPut, Path: "/api/v1/users/{id}", Tags: []string{"users"},
		Summary:     "Change another user; for superusers, takes a recent log-in",
		Errors:      []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict},
		Middlewares: huma.Middlewares{e.guard.RequireSuperuser, e.guard.RequireRecentLogin},
	}, func(ctx context.Context, in *updateUserInput) (*userOutput, error) {
		return showUser(e.accounts.UpdateUser(ctx, CurrentIdentity(ctx), in.ID, auth.Changes{
			Email: (*string)(in.Body.Email), Username: (*string)(in.Body.Username),
			IsActive: in.Body.IsActive, IsSuperuser: in.Body.IsSuperuser,
		}))
	})
}
