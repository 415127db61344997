package taskhttp

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/decimal"
	"example.com/myapi/internal/httpkit"
	"example.com/myapi/internal/task"
)

// UpdateTaskRequest is what a client changes of a task: what it sends, and
// nothing else.
type UpdateTaskRequest struct {
	Title    httpkit.Optional[string]         `json:"title,omitempty" maxLength:"255" pattern:"^[^\\x00]*$" patternDescription:"text without NUL" example:"Some title"`
	NoteID   httpkit.Optional[int64]          `json:"note_id,omitempty" minimum:"1"`
	ParentID httpkit.Nullable[int64]          `json:"parent_id,omitempty" minimum:"1"`
	State    httpkit.Optional[string]         `json:"state,omitempty" enum:"open,done" example:"open"`
	At       httpkit.Nullable[time.Time]      `json:"at,omitempty" pattern:"^([1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])-[^.]*(\\.[0-9]{1,6})?([Zz]|[+-][0-9:]+)$" patternDescription:"a time of the years 1000 to 9998, with at most 6 digits behind the second" example:"2001-02-03T04:05:06Z"`
	Price    httpkit.Optional[decimal.Number] `json:"price,omitempty" pattern:"^-?[0-9]{1,14}(\\.[0-9]{1,4})?$" patternDescription:"a number of at most 14 digits, and 4 after the point" example:"12.5"`
	Count    httpkit.Optional[int64]          `json:"count,omitempty"`
}

type updateInput struct {
	ID      int64  `path:"id" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The ETag of the task that the change is of. Without it, any."`
	Body    UpdateTaskRequest
}

// update changes the fields that were sent, and no others, which is what PATCH
// means (RFC 5789).
func (e endpoints) update() {
	add(e, huma.Operation{
		OperationID: "update-task", Method: http.MethodPatch, Path: "/api/v1/tasks/{id}",
		Summary: "Change a task",
		Errors:  []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed},
	}, func(ctx context.Context, in *updateInput) (*itemOutput, error) {
		item, err := e.items.Update(ctx, authhttp.CurrentUser(ctx).ID, in.ID, httpkit.Versions(in.IfMatch), task.Changes{
			Title:    in.Body.Title.Value,
			NoteID:   in.Body.NoteID.Value,
			ParentID: in.Body.ParentID.Change(),
			State:    in.Body.State.Value,
			At:       in.Body.At.Change(),
			Price:    in.Body.Price.Value,
			Count:    in.Body.Count.Value,
		})
		return show(item, precondition(in.IfMatch, err))
	})
}
