package notehttp

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/calendar"
	"example.com/myapi/internal/httpkit"
	"example.com/myapi/internal/note"
)

// CreateNoteRequest is a new note as a client sends it.
type CreateNoteRequest struct {
	Title string                          `json:"title" maxLength:"120" pattern:"^[^\\x00]*$" patternDescription:"text without NUL" example:"Some title"`
	Body  httpkit.Nullable[string]        `json:"body,omitempty" maxLength:"10000" pattern:"^[^\\x00]*$" patternDescription:"text without NUL" example:"Some body"`
	Done  httpkit.Optional[bool]          `json:"done,omitempty" example:"false" doc:"Default: false"`
	Due   httpkit.Nullable[calendar.Date] `json:"due,omitempty" format:"date" pattern:"^([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-" patternDescription:"a day of the years 0001 to 9999" example:"2001-02-03"`
}

type createInput struct {
	Body CreateNoteRequest
}

type createOutput struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag" doc:"The version, for If-Match."`
	Body     NoteResponse
}

func (e endpoints) create() {
	add(e, huma.Operation{
		OperationID: "create-note", Method: http.MethodPost, Path: "/api/v1/notes",
		Summary:       "Create a note",
		DefaultStatus: http.StatusCreated,
		Errors:        []int{http.StatusConflict},
	}, func(ctx context.Context, in *createInput) (*createOutput, error) {
		shown, err := show(e.items.Create(ctx, authhttp.CurrentUser(ctx).ID, note.Note{
			Title: in.Body.Title,
			Body:  in.Body.Body.Value,
			Done:  in.Body.Done.Or(false),
			Due:   in.Body.Due.Value,
		}))
		if err != nil {
			return nil, err
		}
		path := "/api/v1/notes/" + strconv.FormatInt(shown.Body.ID, 10)
		return &createOutput{Location: httpkit.Location(e.api, path), ETag: shown.ETag, Body: shown.Body}, nil
	})
}
