package logging

import (
	"context"
	"sync/atomic"
)

type apiKeyContext struct{}

// withAPIKey returns ctx with a place for the id of an API key. Whoever finds the
// key knows it later than the line of the request is begun.
func withAPIKey(ctx context.Context) context.Context {
	return context.WithValue(ctx, apiKeyContext{}, new(atomic.Int64))
}

// SetAPIKey adds the id of the request's API key to what is logged from now on.
func SetAPIKey(ctx context.Context, id int64) {
	if place, ok := ctx.Value(apiKeyContext{}).(*atomic.Int64); ok {
		place.Store(id)
	}
}

// apiKey is the id that was set, or 0.
func apiKey(ctx context.Context) int64 {
	place, ok := ctx.Value(apiKeyContext{}).(*atomic.Int64)
	if !ok {
		return 0
	}
	return place.Load()
}
