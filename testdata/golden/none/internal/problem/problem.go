// Package problem writes errors as application/problem+json (RFC 9457), the
// same whether an API operation, a plain handler or the router refuses.
package problem

import (
	"encoding/json"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// ContentType is the media type of an error.
const ContentType = "application/problem+json"

// Write answers a plain request with an error.
func Write(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", ContentType)
	w.WriteHeader(status)
	// The client may be gone; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(model(status, detail))
}

// WriteOperation answers an API operation with an error, from a middleware.
func WriteOperation(ctx huma.Context, status int, detail string) {
	ctx.SetHeader("Content-Type", ContentType)
	ctx.SetStatus(status)
	// The client may be gone; there is nobody left to tell.
	_ = json.NewEncoder(ctx.BodyWriter()).Encode(model(status, detail))
}

func model(status int, detail string) *huma.ErrorModel {
	return &huma.ErrorModel{Title: http.StatusText(status), Status: status, Detail: detail}
}

// Redact is a transformer for the API. huma repeats a refused value in the
// error, and a refused value may be a password; it also tells the client the
// text of an unexpected error, which belongs in the log.
func Redact(log *slog.Logger) huma.Transformer {
	return func(ctx huma.Context, _ string, v any) (any, error) {
		e, ok := v.(*huma.ErrorModel)
		if !ok {
			return v, nil
		}
		for _, detail := range e.Errors {
			detail.Value = nil
		}
		if e.Status == http.StatusInternalServerError {
			for _, detail := range e.Errors {
				log.ErrorContext(ctx.Context(), "request failed", "operation", ctx.Operation().OperationID, "error", detail.Message)
			}
			return model(e.Status, "Internal server error"), nil
		}
		return e, nil
	}
}
