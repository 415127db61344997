package server

import (
	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/settings"
)

// registerAccountPage adds the page on which developers try what accounts can do.
func (s *Server) registerAccountPage(*authhttp.Guard) {
	if s.Settings.Environment == settings.Development {
		authhttp.RegisterAccount(s.api)
	}
}
