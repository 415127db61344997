package server_test

import "example.com/myapi/internal/settings"

// withAllRoutes has the routes that some settings switch off.
func withAllRoutes(s *settings.Settings) { s.DocsEnabled, s.Environment = true, settings.Development }
