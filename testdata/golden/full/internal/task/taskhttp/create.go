package taskhttp

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/decimal"
	"example.com/myapi/internal/httpkit"
	"example.com/myapi/internal/task"
)

// CreateTaskRequest is a new task as a client sends it.
type CreateTaskRequest struct {
	Title    string                      `json:"title" maxLength:"255" pattern:"^[^\\x00]*$" patternDescription:"text without NUL" example:"Some title"`
	NoteID   int64                       `json:"note_id" minimum:"1"`
	ParentID httpkit.Nullable[int64]     `json:"parent_id,omitempty" minimum:"1"`
	State    httpkit.Optional[string]    `json:"state,omitempty" enum:"open,done" example:"open" doc:"Default: open"`
	At       httpkit.Nullable[time.Time] `json:"at,omitempty" pattern:"^([1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])-[^.]*(\\.[0-9]{1,6})?([Zz]|[+-][0-9:]+)$" patternDescription:"a time of the years 1000 to 9998, with at most 6 digits behind the second" example:"2001-02-03T04:05:06Z"`
	Price    decimal.Number              `json:"price" pattern:"^-?[0-9]{1,14}(\\.[0-9]{1,4})?$" patternDescription:"a number of at most 14 digits, and 4 after the point" example:"12.5"`
	Count    int64                       `json:"count"`
}

type createInput struct {
	Body CreateTaskRequest
}

type createOutput struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag" doc:"The version, for If-Match."`
	Body     TaskResponse
}

func (e endpoints) create() {
	add(e, huma.Operation{
		OperationID: "create-task", Method: http.MethodPost, Path: "/api/v1/tasks",
		Summary:       "Create a task",
		DefaultStatus: http.StatusCreated,
		Errors:        []int{http.StatusConflict},
	}, func(ctx context.Context, in *createInput) (*createOutput, error) {
		shown, err := show(e.items.Create(ctx, authhttp.CurrentUser(ctx).ID, task.Task{
			Title:    in.Body.Title,
			NoteID:   in.Body.NoteID,
			ParentID: in.Body.ParentID.Value,
			State:    in.Body.State.Or("open"),
			At:       in.Body.At.Value,
			Price:    in.Body.Price,
			Count:    in.Body.Count,
		}))
		if err != nil {
			return nil, err
		}
		path := "/api/v1/tasks/" + strconv.FormatInt(shown.Body.ID, 10)
		return &createOutput{Location: httpkit.Location(e.api, path), ETag: shown.ETag, Body: shown.Body}, nil
	})
}
