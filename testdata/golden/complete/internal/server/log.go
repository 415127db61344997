package server

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"regexp"
	"runtime/debug"

	"example.com/myapi/internal/logging"
	"example.com/myapi/internal/problem"
)

var requestID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// logRequests gives the request an id, writes a line when it is answered, and
// turns a panic into a 500. Query strings and headers may hold secrets and are
// never logged.
func (s *Server) logRequests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Request-ID")
		if !requestID.MatchString(id) {
			id = rand.Text()
		}
		w.Header().Set("X-Request-ID", id)
		ctx := logging.WithRequestID(r.Context(), id)
		answer := &answer{ResponseWriter: w, status: http.StatusOK}
		start := s.Now()
		defer func() {
			if v := recover(); v != nil {
				s.recovered(ctx, answer, v)
			}
			s.Log.InfoContext(ctx, "request", "method", r.Method, "path", r.URL.Path,
				"status", answer.status, "duration_ms", s.Now().Sub(start).Milliseconds())
		}()
		next.ServeHTTP(answer, r.WithContext(ctx))
	})
}

func (s *Server) recovered(ctx context.Context, answer *answer, v any) {
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(v)
	}
	s.Log.ErrorContext(ctx, "panic", "value", v, "stack", string(debug.Stack()))
	if !answer.begun {
		problem.Write(answer, http.StatusInternalServerError, "Internal server error")
	}
}

// answer remembers the status for the log.
type answer struct {
	http.ResponseWriter
	status int
	begun  bool
}

func (a *answer) WriteHeader(status int) {
	if !a.begun {
		a.status, a.begun = status, true
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
