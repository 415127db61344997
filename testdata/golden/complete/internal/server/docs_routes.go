package server

// registerDocs adds the OpenAPI document and Swagger UI.
func (s *Server) registerDocs() {
	if !s.Settings.DocsEnabled {
		return
	}
	s.router.HandleFunc("GET /openapi.json", s.openAPIDocument())
	ui := s.swaggerUI()
	s.router.HandleFunc("GET /docs", ui)
	s.router.HandleFunc("GET /docs/", ui)
}
