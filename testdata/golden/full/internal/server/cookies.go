package server

import (
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/problem"
	"example.com/myapi/internal/settings"
)

// admitCookies lets guard admit browsers by the cookie of their session, and
// describes it in all operations that are added later.
func (s *Server) admitCookies(guard *authhttp.Guard) {
	s.allowCookies(guard)
	s.api.OpenAPI().Components.SecuritySchemes["Cookie"] = authhttp.CookieScheme(s.cookieRules())
	s.api.OpenAPI().OnAddOperation = append(s.api.OpenAPI().OnAddOperation, documentCookies)
}

// registerSession adds the endpoint that tells a page who is logged in.
func (s *Server) registerSession(guard *authhttp.Guard) {
	authhttp.RegisterSession(s.api, s.Auth, guard)
}

// cookieRules are for https outside development.
func (s *Server) cookieRules() authhttp.CookieRules {
	return authhttp.CookieRules{
		Secure:   s.Settings.Environment != settings.Development,
		SameSite: s.Settings.SameSite(),
		Origins:  s.Settings.TrustedOrigins(),
	}
}

func (s *Server) allowCookies(guard *authhttp.Guard) {
	if err := guard.AllowCookies(s.cookieRules()); err != nil {
		panic(err) // The settings were checked.
	}
}

// documentCookies describes that a cookie identifies its user, and that requests of
// other sites are refused then.
func documentCookies(_ *huma.OpenAPI, op *huma.Operation) {
	if isPublic(op) && op.Security == nil {
		return
	}
	op.Security = append(op.Security, authhttp.CookieSecurity())
	refused := strconv.Itoa(http.StatusForbidden)
	if op.Method == http.MethodGet || op.Responses[refused] != nil {
		return
	}
	op.Responses[refused] = &huma.Response{
		Description: http.StatusText(http.StatusForbidden),
		Content:     map[string]*huma.MediaType{problem.ContentType: {Schema: &huma.Schema{Ref: "#/components/schemas/ErrorModel"}}},
	}
}
