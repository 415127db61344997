// Package taskhttp serves tasks over HTTP.
package taskhttp

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/calendar"
	"example.com/myapi/internal/decimal"
	"example.com/myapi/internal/httpkit"
	"example.com/myapi/internal/task"
)

type endpoints struct {
	api   huma.API
	items *task.Service
	log   *slog.Logger
}

// Register adds the endpoints of tasks to the API.
func Register(api huma.API, items *task.Service, log *slog.Logger) {
	e := endpoints{api: api, items: items, log: log}
	e.list()
	e.create()
	e.get()
	e.update()
	e.delete()
}

// add registers an operation whose handler returns errors of package task.
func add[I, O any](e endpoints, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	op.Tags = []string{"tasks"}
	op.Metadata = map[string]any{"scope": "tasks"}
	op.Errors = append(op.Errors, http.StatusUnprocessableEntity, http.StatusServiceUnavailable)
	huma.Register(e.api, op, func(ctx context.Context, input *I) (*O, error) {
		output, err := handler(ctx, input)
		if err != nil {
			return nil, e.problem(ctx, err)
		}
		return output, nil
	})
}

// problem returns the answer to an error.
func (e endpoints) problem(ctx context.Context, err error) error {
	var answered huma.StatusError
	switch {
	case errors.As(err, &answered):
		return err
	case errors.Is(err, task.ErrNotFound):
		return huma.Error404NotFound("Task not found")
	case errors.Is(err, task.ErrChanged):
		return huma.Error409Conflict(changed)
	case errors.Is(err, task.ErrGone):
		return huma.Error409Conflict("What the task refers to was deleted meanwhile")
	case errors.Is(err, task.ErrNoNote):
		return httpkit.Fault("body.note_id", "no such note")
	case errors.Is(err, task.ErrNoParent):
		return httpkit.Fault("body.parent_id", "no such task")
	}
	return httpkit.Failure(ctx, e.log, err)
}

const changed = "Task was changed meanwhile"

// precondition distinguishes an If-Match that did not hold (RFC 9110 §15.5.13) from
// a race of which the client knew nothing.
func precondition(ifMatch string, err error) error {
	if ifMatch != "" && errors.Is(err, task.ErrChanged) {
		return huma.Error412PreconditionFailed(changed)
	}
	return err
}

// TaskResponse is how a task is shown.
type TaskResponse struct {
	ID        int64          `json:"id" example:"1"`
	Title     string         `json:"title"`
	NoteID    int64          `json:"note_id"`
	ParentID  *int64         `json:"parent_id" nullable:"true"`
	State     string         `json:"state" enum:"open,done" example:"open"`
	At        *time.Time     `json:"at" nullable:"true"`
	Price     decimal.Number `json:"price"`
	Count     int64          `json:"count"`
	CreatedAt time.Time      `json:"created_at" doc:"In UTC (RFC 3339)."`
	UpdatedAt time.Time      `json:"updated_at"`
}

func newResponse(item task.Task) TaskResponse {
	return TaskResponse{
		ID:        item.ID,
		Title:     item.Title,
		NoteID:    item.NoteID,
		ParentID:  item.ParentID,
		State:     item.State,
		At:        calendar.UTC(item.At),
		Price:     item.Price,
		Count:     item.Count,
		CreatedAt: item.CreatedAt.UTC(),
		UpdatedAt: item.UpdatedAt.UTC(),
	}
}

// itemOutput is the answer of an operation that shows one task.
type itemOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match."`
	Body TaskResponse
}

func show(item task.Task, err error) (*itemOutput, error) {
	if err != nil {
		return nil, err
	}
	return &itemOutput{ETag: httpkit.ETag(item.Version), Body: newResponse(item)}, nil
}

type idInput struct {
	ID int64 `path:"id" minimum:"1"`
}

func (e endpoints) get() {
	add(e, huma.Operation{
		OperationID: "get-task", Method: http.MethodGet, Path: "/api/v1/tasks/{id}",
		Summary: "Show a task",
		Errors:  []int{http.StatusNotFound},
	}, func(ctx context.Context, in *idInput) (*itemOutput, error) {
		return show(e.items.Get(ctx, authhttp.CurrentUser(ctx).ID, in.ID))
	})
}

type deleteInput struct {
	ID      int64  `path:"id" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The ETag of the task that is to go. Without it, any."`
}

func (e endpoints) delete() {
	add(e, huma.Operation{
		OperationID: "delete-task", Method: http.MethodDelete, Path: "/api/v1/tasks/{id}",
		Summary:       "Delete a task",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed},
	}, func(ctx context.Context, in *deleteInput) (*struct{}, error) {
		return nil, precondition(in.IfMatch, e.items.Delete(ctx, authhttp.CurrentUser(ctx).ID, in.ID, httpkit.Versions(in.IfMatch)))
	})
}
