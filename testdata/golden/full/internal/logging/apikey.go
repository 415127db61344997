package logging

import (
	"context"
	"log/slog"
	"sync/atomic"
)

// request is what the lines of a request have in common. Whoever finds its API key
// knows it later than the request's context is made.
type request struct {
	id     string
	apiKey atomic.Int64 // its id; 0: none
}

// SetAPIKey adds the id of the request's API key to what is logged from now on.
func SetAPIKey(ctx context.Context, id int64) {
	if r, ok := ctx.Value(contextKey{}).(*request); ok {
		r.apiKey.Store(id)
	}
}

func (r *request) attrs() []slog.Attr {
	attrs := []slog.Attr{slog.String("request_id", r.id)}
	if key := r.apiKey.Load(); key != 0 {
		attrs = append(attrs, slog.Int64("api_key_id", key))
	}
	return attrs
}
