// Package logging makes the service's logger, which adds the id of the request
// to each line that is logged with the request's context.
package logging

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// New returns a logger that writes lines of the format, text or json, to w.
func New(w io.Writer, level slog.Level, format string) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if format == "text" {
		return slog.New(handler{slog.NewTextHandler(w, options)})
	}
	return slog.New(handler{slog.NewJSONHandler(w, options)})
}

// Request writes the line of a request. A method of log would find out each time
// where in the code that is, which no line tells.
func Request(ctx context.Context, log *slog.Logger, attrs ...slog.Attr) {
	if !log.Enabled(ctx, slog.LevelInfo) {
		return
	}
	line := slog.NewRecord(time.Now(), slog.LevelInfo, "request", 0)
	line.AddAttrs(attrs...)
	_ = log.Handler().Handle(ctx, line) // There is no one to tell of an error, as in a Logger.
}

// Refusal returns the event of OWASP's Logging Vocabulary that an answer of the
// status is, for the line of its request. Other answers are none: loggers leave the
// zero Attr out.
func Refusal(status int) slog.Attr {
	switch status {
	case http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		return slog.String("event", "input_validation_fail")
	case http.StatusTooManyRequests:
		return slog.String("event", "excess_rate_limit_exceeded")
	}
	return slog.Attr{}
}

type contextKey struct{}

// WithRequestID returns ctx for a request of that id.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, contextKey{}, id)
}

type handler struct{ slog.Handler }

func (h handler) Handle(ctx context.Context, record slog.Record) error {
	if id, ok := ctx.Value(contextKey{}).(string); ok {
		record.AddAttrs(slog.String("request_id", id))
	}
	return h.Handler.Handle(ctx, record)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}

func (h handler) WithGroup(name string) slog.Handler {
	return handler{h.Handler.WithGroup(name)}
}
