// Package greeting is an example: one route with its table and its test, to be
// copied and then deleted.
package greeting

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/problem"
	"example.com/myapi/internal/sqlerror"
)

type createInput struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"100" pattern:"^\\P{Cc}+$" patternDescription:"text without control characters" example:"Ada"`
	}
}

type createOutput struct {
	Body struct {
		ID        int64     `json:"id" example:"1"`
		Message   string    `json:"message" example:"Hello Ada!"`
		CreatedAt time.Time `json:"created_at" doc:"In UTC (RFC 3339)."`
	}
}

// Register adds the route to the API.
func Register(api huma.API, db *sql.DB, log *slog.Logger, now func() time.Time) {
	huma.Register(api, huma.Operation{
		OperationID: "create-greeting", Method: http.MethodPost, Path: "/api/v1/greetings", Tags: []string{"greetings"},
		Summary:       "Greet somebody",
		DefaultStatus: http.StatusCreated,
		Errors:        []int{http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *createInput) (*createOutput, error) {
		out := &createOutput{}
		out.Body.Message = fmt.Sprintf("Hello %s!", in.Body.Name)
		out.Body.CreatedAt = now().UTC().Truncate(time.Microsecond)
		var err error
		out.Body.ID, err = insert(ctx, db, out.Body.Message, out.Body.CreatedAt)
		if err == nil {
			return out, nil
		}
		if detail := problem.Unavailable(ctx, log, err, sqlerror.Unavailable); detail != "" {
			return nil, problem.TryLater(detail)
		}
		return nil, fmt.Errorf("storing a greeting: %w", err)
	})
}
