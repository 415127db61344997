// Package problem writes errors as application/problem+json (RFC 9457), the
// same whether an API operation, a plain handler or the router refuses.
package problem

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
)

// ContentType is the media type of an error.
const ContentType = "application/problem+json"

// RetryAfter is the value of the header Retry-After of a 503: the seconds after which
// a client may send the request again (RFC 9110 §10.2.3).
const RetryAfter = "5"

// TryLater returns the 503 of an operation for what is not possible at present.
func TryLater(detail string) error {
	return huma.ErrorWithHeaders(huma.Error503ServiceUnavailable(detail), http.Header{"Retry-After": {RetryAfter}})
}

// Write answers a plain request with an error.
func Write(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", ContentType)
	w.WriteHeader(status)
	// The client may be gone, and there is no one left to answer.
	_ = json.NewEncoder(w).Encode(model(status, detail))
}

// WriteOperation answers an API operation with an error, from a middleware.
func WriteOperation(ctx huma.Context, status int, detail string) {
	ctx.SetHeader("Content-Type", ContentType)
	ctx.SetStatus(status)
	// The client may be gone, and there is no one left to answer.
	_ = json.NewEncoder(ctx.BodyWriter()).Encode(model(status, detail))
}

// Unavailable returns the detail of a 503 for a request that failed because its time
// ran out, or because the database is away, as away reports. It is empty for any
// other error.
func Unavailable(ctx context.Context, log *slog.Logger, err error, away func(error) bool) string {
	switch {
	case ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled):
		return "The service is too busy"
	case away(err):
		log.ErrorContext(ctx, "database is not available", "error", err)
		return "The service is not available at present"
	}
	return ""
}

func model(status int, detail string) *huma.ErrorModel {
	return &huma.ErrorModel{Title: http.StatusText(status), Status: status, Detail: detail}
}

// Bounds of an answer, which would otherwise grow with the request.
const (
	maxFaults   = 20
	maxLocation = 100 // bytes
)

// Redact is a transformer for the API's errors. huma repeats a refused value in
// an error, and a refused value may be a password; it names every fault of a
// request, however many there are; and it shows the client the text of an
// unexpected error, which belongs in the log. The detail of faults is the first
// one's own words, so that a person can be shown it.
func Redact(log *slog.Logger) huma.Transformer {
	return func(ctx huma.Context, _ string, v any) (any, error) {
		e, ok := v.(*huma.ErrorModel)
		if !ok {
			return v, nil
		}
		if e.Status == http.StatusInternalServerError {
			logFailure(ctx, log, e)
			return model(e.Status, "Internal server error"), nil
		}
		e.Errors = e.Errors[:min(len(e.Errors), maxFaults)]
		for _, fault := range e.Errors {
			fault.Value = nil
			fault.Location += missing(fault.Message)
			if len(fault.Location) > maxLocation {
				fault.Location = strings.ToValidUTF8(fault.Location[:maxLocation], "") + "…"
			}
		}
		if len(e.Errors) > 0 && e.Detail == "validation failed" {
			e.Detail = e.Errors[0].Message
		}
		return e, nil
	}
}

// missing returns what to add to the location of a fault that names a missing
// field: huma puts it at the object that lacks the field.
func missing(message string) string {
	before, after, _ := strings.Cut(validation.MsgExpectedRequiredProperty, "%s")
	name, hasBefore := strings.CutPrefix(message, before)
	name, hasAfter := strings.CutSuffix(name, after)
	if !hasBefore || !hasAfter {
		return ""
	}
	return "." + name
}

// logFailure logs what an operation failed with. Once the client has left, it
// fails for no other reason.
func logFailure(ctx huma.Context, log *slog.Logger, e *huma.ErrorModel) {
	if errors.Is(ctx.Context().Err(), context.Canceled) {
		return
	}
	reasons := []string{e.Detail}
	if len(e.Errors) > 0 {
		reasons = nil
	}
	for _, fault := range e.Errors {
		reasons = append(reasons, fault.Message)
	}
	log.ErrorContext(ctx.Context(), "request failed", "operation", ctx.Operation().OperationID,
		"detail", e.Detail, "error", strings.Join(reasons, "; "))
}
