package server

import "example.com/myapi/internal/auth/authhttp"

// registerPasskeys adds the endpoints of passkeys.
func (s *Server) registerPasskeys(guard *authhttp.Guard) {
	authhttp.RegisterPasskeys(s.api, s.Auth, guard, s.limits)
}
