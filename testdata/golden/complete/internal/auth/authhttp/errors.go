package authhttp

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/ratelimit"
)

// Problem turns an error of package auth into what the client is told. Any
// other error is returned as it is, which the client sees as a 500.
func (g *Guard) Problem(ctx context.Context, err error) error {
	if detail, ok := g.unavailable(ctx, err); ok {
		return huma.Error503ServiceUnavailable(detail)
	}
	var e *auth.Error
	if !errors.As(err, &e) {
		return err
	}
	details := make([]error, len(e.Fields))
	for i, field := range e.Fields {
		details[i] = &huma.ErrorDetail{Location: "body." + field.Field, Message: field.Message}
	}
	problem := huma.NewError(status(e.Kind), e.Detail, details...)
	switch e.Kind {
	case auth.KindTooMany:
		return huma.ErrorWithHeaders(problem, http.Header{"Retry-After": {ratelimit.RetryAfter(e.RetryAfter)}})
	case auth.KindUnauthenticated:
		return huma.ErrorWithHeaders(problem, http.Header{"WWW-Authenticate": {g.challenge(e)}})
	}
	return problem
}

// unavailable reports whether the same request may well succeed later, and what
// its client is told.
func (g *Guard) unavailable(ctx context.Context, err error) (detail string, ok bool) {
	switch {
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled):
		return "The service is too busy", true // or the client has left
	case g.accounts.Unavailable(err):
		g.log.ErrorContext(ctx, "database is not available", "error", err)
		return "The service is not available at present", true
	}
	return "", false
}

func status(kind auth.Kind) int {
	return map[auth.Kind]int{
		auth.KindInvalid:         http.StatusUnprocessableEntity,
		auth.KindRefused:         http.StatusBadRequest,
		auth.KindUnauthenticated: http.StatusUnauthorized,
		auth.KindForbidden:       http.StatusForbidden,
		auth.KindNotFound:        http.StatusNotFound,
		auth.KindConflict:        http.StatusConflict,
		auth.KindTooMany:         http.StatusTooManyRequests,
	}[kind]
}
