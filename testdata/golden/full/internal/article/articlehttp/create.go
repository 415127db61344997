package articlehttp

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/article"
	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/httpkit"
)

// CreateArticleRequest is a new article as a client sends it.
type CreateArticleRequest struct {
	Slug string `json:"slug" maxLength:"255" pattern:"^[^\\x00]*$" patternDescription:"text without NUL" example:"Some slug"`
	Text string `json:"text" maxLength:"10000" pattern:"^[^\\x00]*$" patternDescription:"text without NUL" example:"Some text"`
}

type createInput struct {
	Body CreateArticleRequest
}

type createOutput struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag" doc:"The version, for If-Match."`
	Body     ArticleResponse
}

func (e endpoints) create() {
	add(e, huma.Operation{
		OperationID: "create-article", Method: http.MethodPost, Path: "/api/v1/articles",
		Summary:       "Create an article",
		DefaultStatus: http.StatusCreated,
		Errors:        []int{http.StatusConflict},
	}, func(ctx context.Context, in *createInput) (*createOutput, error) {
		shown, err := show(e.items.Create(ctx, authhttp.CurrentUser(ctx).ID, article.Article{
			Slug: in.Body.Slug,
			Text: in.Body.Text,
		}))
		if err != nil {
			return nil, err
		}
		path := "/api/v1/articles/" + strconv.FormatInt(shown.Body.ID, 10)
		return &createOutput{Location: httpkit.Location(e.api, path), ETag: shown.ETag, Body: shown.Body}, nil
	})
}
