package ratelimit

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/client"
	"example.com/myapi/internal/problem"
)

// Detail is the text of every refusal.
const Detail = "Too many requests"

// Operation limits the API operations it is set on, counted together:
//
//	limit := limits.Operation(5, time.Minute)
//	huma.Register(api, huma.Operation{…, Middlewares: huma.Middlewares{limit}}, handler)
//
// A refusal is 429 with Retry-After in seconds (RFC 6585 §4).
func (l *Limits) Operation(max int, window time.Duration) func(huma.Context, func(huma.Context)) {
	limit := l.Limit(max, window)
	return func(ctx huma.Context, next func(huma.Context)) {
		wait, ok := limit.Allow(ctx.Context(), client.From(ctx.Context()).Network().String())
		if !ok {
			ctx.SetHeader("Retry-After", RetryAfter(wait))
			problem.WriteOperation(ctx, http.StatusTooManyRequests, Detail)
			return
		}
		next(ctx)
	}
}

// RetryAfter gives wait in whole seconds, rounded up.
func RetryAfter(wait time.Duration) string {
	return strconv.Itoa(int(math.Ceil(wait.Seconds())))
}
