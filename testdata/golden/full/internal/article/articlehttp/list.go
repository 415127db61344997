package articlehttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/article"
	"example.com/myapi/internal/httpkit"
)

type listInput struct {
	Limit  int                   `query:"limit" minimum:"1" maximum:"100" default:"20"`
	Cursor string                `query:"cursor" maxLength:"40" doc:"The next_cursor of the page before, in the same order."`
	Sort   string                `query:"sort" enum:"-id,id" default:"-id" doc:"-id: the newest first."`
	Slug   httpkit.Param[string] `query:"slug" maxLength:"255" pattern:"^[^\\x00]*$" patternDescription:"text without NUL" example:"Some slug"`
}

// ArticleList is a page of articles.
type ArticleList struct {
	Items      []ArticleResponse `json:"items" nullable:"false"`
	NextCursor *string           `json:"next_cursor" doc:"Asks for the next page; null on the last one." nullable:"true"`
}

type listOutput struct {
	Body ArticleList
}

func (e endpoints) list() {
	add(e, huma.Operation{
		OperationID: "list-articles", Method: http.MethodGet, Path: "/api/v1/articles",
		Summary:                      "List articles",
		RejectUnknownQueryParameters: true, // A filter that is misspelt would show too much.
	}, func(ctx context.Context, in *listInput) (*listOutput, error) {
		after, ok := httpkit.After(in.Cursor, in.Sort)
		if !ok {
			return nil, httpkit.Fault("query.cursor", "is not the next_cursor of a page in this order")
		}
		items, more, err := e.items.List(ctx, article.Query{
			After: after, Oldest: in.Sort == httpkit.OldestFirst, Limit: in.Limit,
			Slug: in.Slug.Pointer(),
		})
		if err != nil {
			return nil, err
		}
		out := &listOutput{}
		out.Body.Items = make([]ArticleResponse, len(items))
		for i, item := range items {
			out.Body.Items[i] = newResponse(item)
		}
		if more {
			out.Body.NextCursor = new(httpkit.Cursor(in.Sort, items[len(items)-1].ID))
		}
		return out, nil
	})
}
