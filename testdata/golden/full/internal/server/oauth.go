package server

import (
	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/settings"
)

// registerOAuth adds the endpoints of log-ins with providers. Outside development,
// browsers reach the service by https.
func (s *Server) registerOAuth(guard *authhttp.Guard) {
	authhttp.RegisterOAuth(s.api, s.Auth, guard, s.limits, s.Settings.Environment != settings.Development)
}
