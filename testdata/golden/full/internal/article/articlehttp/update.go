package articlehttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/article"
	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/httpkit"
)

// UpdateArticleRequest is what a client changes of an article: what it sends, and
// nothing else.
type UpdateArticleRequest struct {
	Slug httpkit.Optional[string] `json:"slug,omitempty" maxLength:"255" pattern:"^[^\\x00]*$" patternDescription:"text without NUL" example:"Some slug"`
	Text httpkit.Optional[string] `json:"text,omitempty" maxLength:"10000" pattern:"^[^\\x00]*$" patternDescription:"text without NUL" example:"Some text"`
}

type updateInput struct {
	ID      int64  `path:"id" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The ETag of the article that the change is of. Without it, any."`
	Body    UpdateArticleRequest
}

// update changes the fields that were sent, and no others, which is what PATCH
// means (RFC 5789).
func (e endpoints) update() {
	add(e, huma.Operation{
		OperationID: "update-article", Method: http.MethodPatch, Path: "/api/v1/articles/{id}",
		Summary: "Change an article",
		Errors:  []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed},
	}, func(ctx context.Context, in *updateInput) (*itemOutput, error) {
		item, err := e.items.Update(ctx, authhttp.CurrentUser(ctx).ID, in.ID, httpkit.Versions(in.IfMatch), article.Changes{
			Slug: in.Body.Slug.Value,
			Text: in.Body.Text.Value,
		})
		return show(item, precondition(in.IfMatch, err))
	})
}
