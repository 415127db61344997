package notehttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/httpkit"
	"example.com/myapi/internal/note"
)

type listInput struct {
	Limit  int                   `query:"limit" minimum:"1" maximum:"100" default:"20"`
	Cursor string                `query:"cursor" maxLength:"40" doc:"The next_cursor of the page before, in the same order."`
	Sort   string                `query:"sort" enum:"-id,id" default:"-id" doc:"-id: the newest first."`
	Title  httpkit.Param[string] `query:"title" maxLength:"120" pattern:"^[^\\x00]*$" patternDescription:"text without NUL" example:"Some title"`
	Done   httpkit.Param[bool]   `query:"done" example:"false"`
	Due    httpkit.Param[string] `query:"due" format:"date" pattern:"^([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-" patternDescription:"a day of the years 0001 to 9999" example:"2001-02-03"`
}

// NoteList is a page of notes.
type NoteList struct {
	Items      []NoteResponse `json:"items" nullable:"false"`
	NextCursor *string        `json:"next_cursor" doc:"Asks for the next page; null on the last one." nullable:"true"`
}

type listOutput struct {
	Body NoteList
}

func (e endpoints) list() {
	add(e, huma.Operation{
		OperationID: "list-notes", Method: http.MethodGet, Path: "/api/v1/notes",
		Summary:                      "List notes",
		RejectUnknownQueryParameters: true, // A filter that is misspelt would show too much.
	}, func(ctx context.Context, in *listInput) (*listOutput, error) {
		after, ok := httpkit.After(in.Cursor, in.Sort)
		if !ok {
			return nil, httpkit.Fault("query.cursor", "is not the next_cursor of a page in this order")
		}
		items, more, err := e.items.List(ctx, authhttp.CurrentUser(ctx).ID, note.Query{
			After: after, Oldest: in.Sort == httpkit.OldestFirst, Limit: in.Limit,
			Title: in.Title.Pointer(),
			Done:  in.Done.Pointer(),
			Due:   in.Due.Pointer(),
		})
		if err != nil {
			return nil, err
		}
		out := &listOutput{}
		out.Body.Items = make([]NoteResponse, len(items))
		for i, item := range items {
			out.Body.Items[i] = newResponse(item)
		}
		if more {
			out.Body.NextCursor = new(httpkit.Cursor(in.Sort, items[len(items)-1].ID))
		}
		return out, nil
	})
}
