package server

import (
	"example.com/myapi/internal/greeting"
)

// routes adds everything that the service answers.
func (s *Server) routes() {
	s.api.UseMiddleware(requireMediaType, requireSingles)

	s.registerHealth()
	s.registerDocs()
	greeting.Register(s.api, s.DB.Write, s.Log, s.Now)
}
