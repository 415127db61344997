package server

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/rs/cors"

	"example.com/myapi/internal/settings"
)

// allowOrigins lets browsers call the API from the configured origins only, and
// with the cookie of a session.
func (s *Server) allowOrigins(next http.Handler) http.Handler {
	if len(s.Settings.CORSAllowedOrigins) == 0 && s.Settings.Environment != settings.Development {
		return next
	}
	return s.logRefusedOrigins(s.allowCredentials(cors.New(cors.Options{
		AllowOriginFunc: s.allowsOrigin,
		AllowedMethods:  []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete},
		AllowedHeaders:  s.allowedHeaders(),
		ExposedHeaders:  []string{"ETag", "Location", "Retry-After", "WWW-Authenticate", "X-Request-ID"},
		MaxAge:          600,
	}).Handler(next)))
}

// allowCredentials lets pages of CORS_ALLOWED_ORIGINS send the cookie, but not the
// others that development lets in. It comes before allowOrigins, which answers
// preflights.
func (s *Server) allowCredentials(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if slices.Contains(s.Settings.CORSAllowedOrigins, r.Header.Get("Origin")) {
			w.Header().Set("Access-Control-Allow-Credentials", "true")
		}
		next.ServeHTTP(w, r)
	})
}

// logRefusedOrigins logs in development why the requests of a browser application
// fail: the browser does not reveal it to the application.
func (s *Server) logRefusedOrigins(next http.Handler) http.Handler {
	if s.Settings.Environment != settings.Development {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.logOrigin(r.Context(), r.Header.Get("Origin"), r.Host)
		next.ServeHTTP(w, r)
	})
}

// allowsOrigin reports whether pages of origin may call the API: those of
// CORS_ALLOWED_ORIGINS and, in development, all of this machine.
func (s *Server) allowsOrigin(origin string) bool {
	if slices.Contains(s.Settings.CORSAllowedOrigins, origin) {
		return true
	}
	address, err := url.Parse(origin)
	return s.Settings.Environment == settings.Development && err == nil && address.Scheme == "http" &&
		slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, address.Hostname())
}

func (s *Server) logOrigin(ctx context.Context, origin, host string) {
	own := origin == "http://"+host || origin == "https://"+host
	if origin != "" && !own && !s.allowsOrigin(origin) {
		s.Log.WarnContext(ctx, "origin refused: add it to CORS_ALLOWED_ORIGINS if its pages may call the API", "origin", origin)
	}
}

// allowedHeaders are what the API reads, what tracing in browsers adds, and
// those of CORS_ALLOWED_HEADERS.
func (s *Server) allowedHeaders() []string {
	return append([]string{
		"Authorization", "Content-Type", "If-Match",
		"Traceparent", "Tracestate", "Baggage", "Sentry-Trace", "X-Request-ID",
	}, s.Settings.CORSAllowedHeaders...)
}
