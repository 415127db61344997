package taskhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/httpkit"
	"example.com/myapi/internal/task"
)

type listInput struct {
	Limit    int                   `query:"limit" minimum:"1" maximum:"100" default:"20"`
	Cursor   string                `query:"cursor" maxLength:"40" doc:"The next_cursor of the page before, in the same order."`
	Sort     string                `query:"sort" enum:"-id,id" default:"-id" doc:"-id: the newest first."`
	NoteID   httpkit.Param[int64]  `query:"note_id" minimum:"1"`
	ParentID httpkit.Param[int64]  `query:"parent_id" minimum:"1"`
	State    httpkit.Param[string] `query:"state" enum:"open,done" example:"open"`
	Count    httpkit.Param[int64]  `query:"count"`
}

// TaskList is a page of tasks.
type TaskList struct {
	Items      []TaskResponse `json:"items" nullable:"false"`
	NextCursor *string        `json:"next_cursor" doc:"Asks for the next page; null on the last one." nullable:"true"`
}

type listOutput struct {
	Body TaskList
}

func (e endpoints) list() {
	add(e, huma.Operation{
		OperationID: "list-tasks", Method: http.MethodGet, Path: "/api/v1/tasks",
		Summary:                      "List tasks",
		RejectUnknownQueryParameters: true, // A filter that is misspelt would show too much.
	}, func(ctx context.Context, in *listInput) (*listOutput, error) {
		after, ok := httpkit.After(in.Cursor, in.Sort)
		if !ok {
			return nil, httpkit.Fault("query.cursor", "is not the next_cursor of a page in this order")
		}
		items, more, err := e.items.List(ctx, authhttp.CurrentUser(ctx).ID, task.Query{
			After: after, Oldest: in.Sort == httpkit.OldestFirst, Limit: in.Limit,
			NoteID:   in.NoteID.Pointer(),
			ParentID: in.ParentID.Pointer(),
			State:    in.State.Pointer(),
			Count:    in.Count.Pointer(),
		})
		if err != nil {
			return nil, err
		}
		out := &listOutput{}
		out.Body.Items = make([]TaskResponse, len(items))
		for i, item := range items {
			out.Body.Items[i] = newResponse(item)
		}
		if more {
			out.Body.NextCursor = new(httpkit.Cursor(in.Sort, items[len(items)-1].ID))
		}
		return out, nil
	})
}
