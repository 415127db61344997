// Package notehttp serves notes over HTTP.
package notehttp

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/calendar"
	"example.com/myapi/internal/httpkit"
	"example.com/myapi/internal/note"
)

type endpoints struct {
	api   huma.API
	items *note.Service
	log   *slog.Logger
}

// Register adds the endpoints of notes to the API.
func Register(api huma.API, items *note.Service, log *slog.Logger) {
	e := endpoints{api: api, items: items, log: log}
	e.list()
	e.create()
	e.get()
	e.update()
	e.delete()
}

// add registers an operation whose handler returns errors of package note.
func add[I, O any](e endpoints, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	op.Tags = []string{"notes"}
	op.Metadata = map[string]any{"scope": "notes"}
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
	case errors.Is(err, note.ErrNotFound):
		return huma.Error404NotFound("Note not found")
	case errors.Is(err, note.ErrChanged):
		return huma.Error409Conflict(changed)
	case errors.Is(err, note.ErrGone):
		return huma.Error409Conflict("What the note refers to was deleted meanwhile")
	case errors.Is(err, note.ErrTitleTaken):
		return huma.Error409Conflict("Title already taken")
	}
	return httpkit.Failure(ctx, e.log, err)
}

const changed = "Note was changed meanwhile"

// precondition distinguishes an If-Match that did not hold (RFC 9110 §15.5.13) from
// a race of which the client knew nothing.
func precondition(ifMatch string, err error) error {
	if ifMatch != "" && errors.Is(err, note.ErrChanged) {
		return huma.Error412PreconditionFailed(changed)
	}
	return err
}

// NoteResponse is how a note is shown.
type NoteResponse struct {
	ID        int64          `json:"id" example:"1"`
	Title     string         `json:"title"`
	Body      *string        `json:"body" nullable:"true"`
	Done      bool           `json:"done"`
	Due       *calendar.Date `json:"due" format:"date" nullable:"true"`
	CreatedAt time.Time      `json:"created_at" doc:"In UTC (RFC 3339)."`
	UpdatedAt time.Time      `json:"updated_at"`
}

func newResponse(item note.Note) NoteResponse {
	return NoteResponse{
		ID:        item.ID,
		Title:     item.Title,
		Body:      item.Body,
		Done:      item.Done,
		Due:       item.Due,
		CreatedAt: item.CreatedAt.UTC(),
		UpdatedAt: item.UpdatedAt.UTC(),
	}
}

// itemOutput is the answer of an operation that shows one note.
type itemOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match."`
	Body NoteResponse
}

func show(item note.Note, err error) (*itemOutput, error) {
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
		OperationID: "get-note", Method: http.MethodGet, Path: "/api/v1/notes/{id}",
		Summary: "Show a note",
		Errors:  []int{http.StatusNotFound},
	}, func(ctx context.Context, in *idInput) (*itemOutput, error) {
		return show(e.items.Get(ctx, authhttp.CurrentUser(ctx).ID, in.ID))
	})
}

type deleteInput struct {
	ID      int64  `path:"id" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The ETag of the note that is to go. Without it, any."`
}

func (e endpoints) delete() {
	add(e, huma.Operation{
		OperationID: "delete-note", Method: http.MethodDelete, Path: "/api/v1/notes/{id}",
		Summary:       "Delete a note",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed},
	}, func(ctx context.Context, in *deleteInput) (*struct{}, error) {
		return nil, precondition(in.IfMatch, e.items.Delete(ctx, authhttp.CurrentUser(ctx).ID, in.ID, httpkit.Versions(in.IfMatch)))
	})
}
