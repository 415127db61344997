// Package articlehttp serves articles over HTTP.
package articlehttp

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/article"
	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/httpkit"
)

type endpoints struct {
	api   huma.API
	items *article.Service
	log   *slog.Logger
}

// Register adds the endpoints of articles to the API.
func Register(api huma.API, items *article.Service, log *slog.Logger) {
	e := endpoints{api: api, items: items, log: log}
	e.list()
	e.create()
	e.get()
	e.update()
	e.delete()
}

// add registers an operation whose handler returns errors of package article.
func add[I, O any](e endpoints, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	op.Tags = []string{"articles"}
	op.Metadata = map[string]any{"scope": "articles"}
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
	case errors.Is(err, article.ErrNotFound):
		return huma.Error404NotFound("Article not found")
	case errors.Is(err, article.ErrChanged):
		return huma.Error409Conflict(changed)
	case errors.Is(err, article.ErrGone):
		return huma.Error409Conflict("What the article refers to was deleted meanwhile")
	case errors.Is(err, article.ErrSlugTaken):
		return huma.Error409Conflict("Slug already taken")
	}
	return httpkit.Failure(ctx, e.log, err)
}

const changed = "Article was changed meanwhile"

// precondition distinguishes an If-Match that did not hold (RFC 9110 §15.5.13) from
// a race of which the client knew nothing.
func precondition(ifMatch string, err error) error {
	if ifMatch != "" && errors.Is(err, article.ErrChanged) {
		return huma.Error412PreconditionFailed(changed)
	}
	return err
}

// ArticleResponse is how an article is shown.
type ArticleResponse struct {
	ID        int64     `json:"id" example:"1"`
	UserID    int64     `json:"user_id" doc:"The owner."`
	Slug      string    `json:"slug"`
	Text      string    `json:"text"`
	CreatedAt time.Time `json:"created_at" doc:"In UTC (RFC 3339)."`
	UpdatedAt time.Time `json:"updated_at"`
}

func newResponse(item article.Article) ArticleResponse {
	return ArticleResponse{
		ID:        item.ID,
		UserID:    item.UserID,
		Slug:      item.Slug,
		Text:      item.Text,
		CreatedAt: item.CreatedAt.UTC(),
		UpdatedAt: item.UpdatedAt.UTC(),
	}
}

// itemOutput is the answer of an operation that shows one article.
type itemOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match."`
	Body ArticleResponse
}

func show(item article.Article, err error) (*itemOutput, error) {
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
		OperationID: "get-article", Method: http.MethodGet, Path: "/api/v1/articles/{id}",
		Summary: "Show an article",
		Errors:  []int{http.StatusNotFound},
	}, func(ctx context.Context, in *idInput) (*itemOutput, error) {
		return show(e.items.Get(ctx, in.ID))
	})
}

type deleteInput struct {
	ID      int64  `path:"id" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The ETag of the article that is to go. Without it, any."`
}

func (e endpoints) delete() {
	add(e, huma.Operation{
		OperationID: "delete-article", Method: http.MethodDelete, Path: "/api/v1/articles/{id}",
		Summary:       "Delete an article",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed},
	}, func(ctx context.Context, in *deleteInput) (*struct{}, error) {
		return nil, precondition(in.IfMatch, e.items.Delete(ctx, authhttp.CurrentUser(ctx).ID, in.ID, httpkit.Versions(in.IfMatch)))
	})
}
