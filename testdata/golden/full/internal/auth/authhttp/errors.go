package authhttp

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/problem"
	"example.com/myapi/internal/ratelimit"
)

// refusal is what the client of a request learns of an error.
type refusal struct {
	status int
	detail string
	faults []error
	header http.Header
}

// Problem turns an error of package auth into the answer of an operation. Any
// other error is returned as it is, which the client sees as a 500.
func (g *Guard) Problem(ctx context.Context, err error) error {
	if step := (*auth.StepRequired)(nil); errors.As(err, &step) {
		return g.askForCode(step)
	}
	r, ok := g.refusal(ctx, err)
	if !ok {
		return err
	}
	answer := huma.NewError(r.status, r.detail, r.faults...)
	if r.header != nil {
		return huma.ErrorWithHeaders(answer, r.header)
	}
	return answer
}

// refusal maps an error to its answer. It reports false for an error that a
// client can learn nothing about.
func (g *Guard) refusal(ctx context.Context, err error) (refusal, bool) {
	var e *auth.Error
	if lacking := (*auth.ScopeError)(nil); errors.As(err, &lacking) {
		return lacksScope(lacking), true
	}
	if errors.As(err, &e) {
		return g.refused(e)
	}
	if detail := problem.Unavailable(ctx, g.log, err, g.accounts.Unavailable); detail != "" {
		return refusal{status: http.StatusServiceUnavailable, detail: detail, header: http.Header{"Retry-After": {problem.RetryAfter}}}, true
	}
	return refusal{}, false
}

func (g *Guard) refused(e *auth.Error) (refusal, bool) {
	r := refusal{detail: e.Detail}
	for _, field := range e.Fields {
		r.faults = append(r.faults, &huma.ErrorDetail{Location: "body." + field.Field, Message: field.Message})
	}
	switch e.Kind {
	case auth.KindInvalid:
		r.status = http.StatusUnprocessableEntity
	case auth.KindRefused:
		r.status = http.StatusBadRequest
	case auth.KindUnauthenticated:
		r.status, r.header = http.StatusUnauthorized, http.Header{"WWW-Authenticate": {g.challenge(e)}}
	case auth.KindForbidden:
		r.status = http.StatusForbidden
	case auth.KindNotFound:
		r.status = http.StatusNotFound
	case auth.KindConflict:
		r.status = http.StatusConflict
	case auth.KindTooMany:
		r.status, r.header = http.StatusTooManyRequests, http.Header{"Retry-After": {ratelimit.RetryAfter(e.RetryAfter)}}
	default:
		return refusal{}, false // A kind of your own needs a status here.
	}
	return r, true
}
