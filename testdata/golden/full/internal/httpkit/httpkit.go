// Package httpkit is what the endpoints of resources have in common: members
// that may be absent, cursors, entity tags, and errors.
package httpkit

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/problem"
	"example.com/myapi/internal/sqlerror"
)

// Fault is the refusal of one part of a request, such as "body.title".
func Fault(location, message string) error {
	return huma.NewError(http.StatusUnprocessableEntity, "validation failed", &huma.ErrorDetail{Location: location, Message: message})
}

// Failure is the answer to an error that is no refusal: 503 while the database is
// away, or once the request's time has run out. Any other error is returned as it
// is, which the client sees as a 500.
func Failure(ctx context.Context, log *slog.Logger, err error) error {
	if detail := problem.Unavailable(ctx, log, err, sqlerror.Unavailable); detail != "" {
		return problem.TryLater(detail)
	}
	return err
}

// Location is the address of a path of the API, with what a proxy puts before it.
func Location(api huma.API, path string) string {
	if servers := api.OpenAPI().Servers; len(servers) > 0 {
		return servers[0].URL + path
	}
	return path
}
