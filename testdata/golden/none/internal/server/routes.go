package server

import (
	"example.com/myapi/internal/greeting"
	"example.com/myapi/internal/settings"
)

// routes adds everything that the service answers.
func (s *Server) routes() {
	s.api.UseMiddleware(requireMediaType)

	s.registerHealth()
	if s.Settings.Environment == settings.Development {
		s.registerStart()
	}
	s.registerDocs()
	greeting.Register(s.api, s.DB.Write, s.Log, s.Now)
}
