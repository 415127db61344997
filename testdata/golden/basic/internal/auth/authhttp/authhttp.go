// Package authhttp serves accounts over HTTP, one endpoint per file, and
// guards the routes of the service. Register adds the endpoints to the API.
package authhttp

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/ratelimit"
)

// Register adds the endpoints of accounts to api, under their paths below
// /api/v1.
func Register(api huma.API, accounts *auth.Service, guard *Guard, limits *ratelimit.Limits) {
	e := endpoints{api: api, accounts: accounts, guard: guard}
	login := limits.Operation(5, time.Minute)
	e.register(limits.Operation(20, time.Hour))
	e.login(login)
	e.token(login)
	e.logout()
	e.me()
	e.updateMe(limits.Operation(20, time.Hour)) // It tells who has an account, as register does.
	e.deleteMe()
	e.changePassword()
	e.listUsers()
	e.getUser()
	e.updateUser()
	e.deleteUser()
}

type middleware = func(huma.Context, func(huma.Context))

type endpoints struct {
	api      huma.API
	accounts *auth.Service
	guard    *Guard
}

// add registers an operation whose handler returns errors of package auth.
func add[I, O any](e endpoints, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	op.Errors = append(op.Errors, http.StatusServiceUnavailable)
	huma.Register(e.api, op, func(ctx context.Context, input *I) (*O, error) {
		output, err := handler(ctx, input)
		if err != nil {
			return nil, e.guard.Problem(ctx, err)
		}
		return output, nil
	})
}

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
