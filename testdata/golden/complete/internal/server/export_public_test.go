package server

import "github.com/danielgtaylor/huma/v2"

// Public is the list of routes that need no user.
var Public = public

// API is where routes of the service's own are added.
func (s *Server) API() huma.API { return s.api }
