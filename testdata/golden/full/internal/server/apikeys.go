package server

import (
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/problem"
)

// sessionOnly lists what needs a user who logged in, and refuses API keys of any
// scope: an entry is an operation, or "/path/" for all below it.
var sessionOnly = []string{
	"/api/v1/auth/",
	"/api/v1/users/me/",
	"PUT /api/v1/users/me",
	"DELETE /api/v1/users/me",
	"PUT /api/v1/users/{id}",
	"DELETE /api/v1/users/{id}",
	"DELETE /api/v1/users/{id}/api-keys",
	"DELETE /api/v1/users/{id}/sessions",
	"DELETE /api/v1/users/{id}/second-factor",
}

// registerAPIKeys adds the endpoints of API keys, lets guard admit those who send
// one, and describes what they can do in all operations that are added later.
func (s *Server) registerAPIKeys(guard *authhttp.Guard) {
	guard.AllowAPIKeys(sessionOnly, s.limits, s.Settings.APIKeyRequestsPerMinute)
	s.api.OpenAPI().Components.SecuritySchemes["APIKey"] = authhttp.APIKeyScheme()
	s.api.OpenAPI().OnAddOperation = append(s.api.OpenAPI().OnAddOperation, documentAPIKeys)
	authhttp.RegisterAPIKeys(s.api, s.Auth, guard)
}

// documentAPIKeys describes what API keys can do, and what refuses them.
func documentAPIKeys(_ *huma.OpenAPI, op *huma.Operation) {
	if isPublic(op) && op.Security == nil {
		return
	}
	if !isPublic(op) && !authhttp.IsSessionOnly(sessionOnly, op) {
		op.Security = append(op.Security, authhttp.APIKeySecurity())
		op.Description = "With an API key of the scope " + authhttp.NeededScope(op) + ", too."
	}
	schema := &huma.Schema{Ref: "#/components/schemas/ErrorModel"}
	for status, header := range map[int]string{http.StatusForbidden: "WWW-Authenticate", http.StatusTooManyRequests: "Retry-After"} {
		op.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status),
			Content:     map[string]*huma.MediaType{problem.ContentType: {Schema: schema}},
			Headers:     map[string]*huma.Param{header: {Schema: &huma.Schema{Type: huma.TypeString}}},
		}
	}
}
