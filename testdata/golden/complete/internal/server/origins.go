package server

import (
	"net/http"

	"github.com/rs/cors"
)

// allowOrigins lets browsers call the API from the configured origins only.
// There are no cookies, so no request carries credentials by itself.
func (s *Server) allowOrigins(next http.Handler) http.Handler {
	if len(s.Settings.CORSAllowedOrigins) == 0 {
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins: s.Settings.CORSAllowedOrigins,
		AllowedMethods: []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete},
		AllowedHeaders: []string{"Authorization", "Content-Type"},
		ExposedHeaders: []string{"Retry-After", "WWW-Authenticate", "X-Request-ID"},
		MaxAge:         600,
	}).Handler(next)
}
