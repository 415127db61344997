package ratelimit

import (
	"net/http"
	"time"

	"example.com/myapi/internal/client"
	"example.com/myapi/internal/problem"
)

// RateLimit limits the plain handlers it wraps, counted together:
//
//	limit := limits.RateLimit("reports", 5, time.Minute)
//	mux.Handle("POST /reports", limit(reports))
func (l *Limits) RateLimit(name string, requests int, window time.Duration) func(http.Handler) http.Handler {
	limit := l.Limit(name, requests, window)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			wait, ok := limit.Allow(r.Context(), client.From(r.Context()).Network().String())
			if !ok {
				w.Header().Set("Retry-After", RetryAfter(wait))
				problem.Write(w, http.StatusTooManyRequests, Detail)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
