package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"example.com/myapi/internal/problem"
)

const (
	requestTimeout = 20 * time.Second
	maxBodyBytes   = 64 << 10
)

// limitTime ends the work for a request that takes too long.
func limitTime(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// limitBody reads the body before anything else happens, so that an oversized,
// broken or stalled one is refused in one place.
func limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := readBody(w, r)
		var tooLarge *http.MaxBytesError
		var stalled interface{ Timeout() bool }
		switch {
		case errors.As(err, &tooLarge):
			problem.Write(w, http.StatusRequestEntityTooLarge, "Request body is larger than 64 KiB")
		case errors.As(err, &stalled) && stalled.Timeout():
			problem.Write(w, http.StatusRequestTimeout, "Request body did not arrive in time")
		case err != nil:
			problem.Write(w, http.StatusBadRequest, "Request body is broken")
		default:
			// The time-out for reading would end the request while it works.
			_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
			r.Body = io.NopCloser(bytes.NewReader(body))
			next.ServeHTTP(w, r)
		}
	})
}

// readBody does not wait for a body that says it is too large.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > maxBodyBytes {
		w.Header().Set("Connection", "close") // What follows is no request.
		return nil, &http.MaxBytesError{Limit: maxBodyBytes}
	}
	return io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
}
