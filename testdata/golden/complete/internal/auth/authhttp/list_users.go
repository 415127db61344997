package authhttp

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
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
	}, func(ctx context.Context, in *listUsersInput) (*listUsersOutput, error) {
		// The pattern leaves nothing that does not parse but the empty cursor.
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
			cursor := strconv.FormatInt(next, 10)
			out.Body.NextCursor = &cursor
		}
		return out, nil
	})
}
