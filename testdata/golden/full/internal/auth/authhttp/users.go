package authhttp

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
)

type listUsersInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
	Cursor string `query:"cursor" doc:"The next_cursor of the page before." pattern:"^[0-9]{1,18}$"`
}

type listUsersOutput struct {
	Body struct {
		Items      []UserResponse `json:"items" nullable:"false"`
		NextCursor *string        `json:"next_cursor" doc:"Asks for the next page; null on the last one." nullable:"true"`
	}
}

func (e endpoints) listUsers() {
	add(e, huma.Operation{
		OperationID: "list-users", Method: http.MethodGet, Path: "/api/v1/users", Tags: []string{"users"},
		Summary:     "List users; for superusers",
		Errors:      []int{http.StatusForbidden},
		Middlewares: huma.Middlewares{e.guard.RequireSuperuser},
		Metadata:    map[string]any{"scope": auth.ScopeAdmin},
	}, func(ctx context.Context, in *listUsersInput) (*listUsersOutput, error) {
		// Of what the pattern admits, only the empty cursor does not parse.
		after, _ := strconv.ParseInt(in.Cursor, 10, 64)
		users, next, err := e.accounts.Users(ctx, after, in.Limit)
		if err != nil {
			return nil, err
		}
		out := &listUsersOutput{}
		out.Body.Items = make([]UserResponse, len(users))
		for i, user := range users {
			out.Body.Items[i] = newUserResponse(user)
		}
		if next != 0 {
			out.Body.NextCursor = new(strconv.FormatInt(next, 10))
		}
		return out, nil
	})
}

type userIDInput struct {
	ID int64 `path:"id" minimum:"1"`
}

func (e endpoints) getUser() {
	add(e, huma.Operation{
		OperationID: "get-user", Method: http.MethodGet, Path: "/api/v1/users/{id}", Tags: []string{"users"},
		Summary:     "Show a user; for superusers",
		Errors:      []int{http.StatusForbidden, http.StatusNotFound},
		Middlewares: huma.Middlewares{e.guard.RequireSuperuser},
		Metadata:    map[string]any{"scope": auth.ScopeAdmin},
	}, func(ctx context.Context, in *userIDInput) (*userOutput, error) {
		return showUser(e.accounts.User(ctx, in.ID))
	})
}

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
		Summary:     "Change another user; for superusers with a recent log-in",
		Errors:      []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict},
		Middlewares: huma.Middlewares{e.guard.RequireSuperuser, e.guard.RequireRecentLogin},
	}, func(ctx context.Context, in *updateUserInput) (*userOutput, error) {
		return showUser(e.accounts.UpdateUser(ctx, CurrentIdentity(ctx), in.ID, auth.Changes{
			Email: (*string)(in.Body.Email), Username: (*string)(in.Body.Username),
			IsActive: in.Body.IsActive, IsSuperuser: in.Body.IsSuperuser,
		}))
	})
}

func (e endpoints) deleteUser() {
	add(e, huma.Operation{
		OperationID: "delete-user", Method: http.MethodDelete, Path: "/api/v1/users/{id}", Tags: []string{"users"},
		Summary:       "Delete another user; for superusers with a recent log-in",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound},
		Middlewares:   huma.Middlewares{e.guard.RequireSuperuser, e.guard.RequireRecentLogin},
	}, func(ctx context.Context, in *userIDInput) (*struct{}, error) {
		return nil, e.accounts.DeleteUser(ctx, CurrentIdentity(ctx), in.ID)
	})
}
