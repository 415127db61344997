package notehttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/calendar"
	"example.com/myapi/internal/httpkit"
	"example.com/myapi/internal/note"
)

// UpdateNoteRequest is what a client changes of a note: what it sends, and
// nothing else.
type UpdateNoteRequest struct {
	Title httpkit.Optional[string]        `json:"title,omitempty" maxLength:"120" pattern:"^[^\\x00]*$" patternDescription:"text without NUL" example:"Some title"`
	Body  httpkit.Nullable[string]        `json:"body,omitempty" maxLength:"10000" pattern:"^[^\\x00]*$" patternDescription:"text without NUL" example:"Some body"`
	Done  httpkit.Optional[bool]          `json:"done,omitempty" example:"false"`
	Due   httpkit.Nullable[calendar.Date] `json:"due,omitempty" format:"date" pattern:"^([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-" patternDescription:"a day of the years 0001 to 9999" example:"2001-02-03"`
}

type updateInput struct {
	ID      int64  `path:"id" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The ETag of the note that the change is of. Without it, any."`
	Body    UpdateNoteRequest
}

// update changes the fields that were sent, and no others, which is what PATCH
// means (RFC 5789).
func (e endpoints) update() {
	add(e, huma.Operation{
		OperationID: "update-note", Method: http.MethodPatch, Path: "/api/v1/notes/{id}",
		Summary: "Change a note",
		Errors:  []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed},
	}, func(ctx context.Context, in *updateInput) (*itemOutput, error) {
		item, err := e.items.Update(ctx, authhttp.CurrentUser(ctx).ID, in.ID, httpkit.Versions(in.IfMatch), note.Changes{
			Title: in.Body.Title.Value,
			Body:  in.Body.Body.Change(),
			Done:  in.Body.Done.Value,
			Due:   in.Body.Due.Change(),
		})
		return show(item, precondition(in.IfMatch, err))
	})
}
