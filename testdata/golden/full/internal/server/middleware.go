package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"example.com/myapi/internal/client"
	"example.com/myapi/internal/logging"
	"example.com/myapi/internal/problem"
)

const (
	requestTimeout = 20 * time.Second
	maxBodyBytes   = 64 << 10
)

// middleware wraps next in what every request passes, outermost last.
func (s *Server) middleware(next http.Handler) http.Handler {
	next = s.limitTime(next)
	next = limitBody(next)
	next = checkQuery(next)
	next = s.allowOrigins(next)
	next = s.securityHeaders(next)
	next = refuseAmbiguous(next)
	next = s.closeWhenStopping(next)
	next = s.logRequests(next)
	next = client.Middleware(s.Settings.Proxies(), s.Log, next)
	return next
}

var requestID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// logRequests assigns the request an id, writes a line when it is answered, and
// turns a panic into a 500. Query strings and headers may hold secrets and are
// never logged.
func (s *Server) logRequests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Request-Id")
		if !requestID.MatchString(id) {
			id = rand.Text()
		}
		w.Header().Set("X-Request-Id", id)
		ctx := logging.WithRequestID(r.Context(), id)
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		start := s.Now()
		defer func() {
			if v := recover(); v != nil {
				s.recovered(ctx, recorder, v)
			}
			status := recorder.status
			if status >= http.StatusInternalServerError && errors.Is(ctx.Err(), context.Canceled) {
				status = statusClientClosedRequest
			}
			logging.Request(ctx, s.Log,
				slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.String("client", client.From(ctx).Addr.String()),
				slog.Int("status", status), slog.Int64("duration_ms", s.Now().Sub(start).Milliseconds()), logging.Refusal(status))
		}()
		next.ServeHTTP(recorder, r.WithContext(ctx))
	})
}

// statusClientClosedRequest is logged, as nginx does it, for a request whose
// client left: that it failed then is nobody's fault.
const statusClientClosedRequest = 499

func (s *Server) recovered(ctx context.Context, recorder *statusRecorder, v any) {
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(v)
	}
	s.Log.ErrorContext(ctx, "panic", "value", v, "stack", string(debug.Stack()))
	if !recorder.begun {
		problem.Write(recorder, http.StatusInternalServerError, "Internal server error")
	}
}

// statusRecorder remembers the status of an answer for the log.
type statusRecorder struct {
	http.ResponseWriter
	status int
	begun  bool
}

// WriteHeader begins the answer.
func (r *statusRecorder) WriteHeader(status int) {
	if !r.begun {
		r.status, r.begun = status, true
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write begins the answer, or goes on with it.
func (r *statusRecorder) Write(b []byte) (int, error) {
	r.begun = true
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// closeWhenStopping closes each connection with its next answer once the service
// is stopping, so that no request is on its way when the listener closes.
func (s *Server) closeWhenStopping(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.ready.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// securityHeaders sets the headers that keep an answer from being cached,
// guessed at or framed. A page that needs more sets its own policy.
func (s *Server) securityHeaders(next http.Handler) http.Handler {
	header := http.Header{}
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	if strings.HasPrefix(s.Settings.PublicURL, "https:") {
		header.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), header) // All answers share the values: Set replaces one, and changes none.
		next.ServeHTTP(w, r)
	})
}

// checkQuery refuses a query that can't be read, of which some routers would
// drop a part in silence.
func checkQuery(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "" {
			if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
				problem.Write(w, http.StatusBadRequest, "Malformed query")
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// limitTime ends the work for a request that takes too long.
func (s *Server) limitTime(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			s.Log.WarnContext(ctx, "request ran into its time limit", "method", r.Method, "path", r.URL.Path, "limit", requestTimeout.String())
		}
	})
}

// limitBody reads the body before anything else happens, so that an oversized,
// broken or stalled one is refused in one place.
func limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != http.NoBody {
			body, err := readBody(w, r)
			if err != nil {
				refuseBody(w, err)
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		// The time-out for reading would end the request while it works.
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
		next.ServeHTTP(w, r)
	})
}

// readBody reads the whole body, but not one that is announced as too large.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > maxBodyBytes {
		w.Header().Set("Connection", "close") // What follows is no request.
		return nil, &http.MaxBytesError{Limit: maxBodyBytes}
	}
	return io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
}

func refuseBody(w http.ResponseWriter, err error) {
	var tooLarge *http.MaxBytesError
	var stalled interface{ Timeout() bool }
	switch {
	case errors.As(err, &tooLarge):
		problem.Write(w, http.StatusRequestEntityTooLarge, "Request body is larger than 64 KiB")
	case errors.As(err, &stalled) && stalled.Timeout():
		problem.Write(w, http.StatusRequestTimeout, "Request body did not arrive in time")
	default:
		problem.Write(w, http.StatusBadRequest, "Request body is broken")
	}
}
