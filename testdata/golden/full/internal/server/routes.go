package server

import (
	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/article"
	"example.com/myapi/internal/article/articlehttp"
	"example.com/myapi/internal/article/articlesql"
	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/note"
	"example.com/myapi/internal/note/notehttp"
	"example.com/myapi/internal/note/notesql"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/task"
	"example.com/myapi/internal/task/taskhttp"
	"example.com/myapi/internal/task/tasksql"
)

// public lists the routes that need no user. Every other operation of the API
// answers 401 without a valid token, whoever adds it; a plain handler needs a
// guard. A test walks all routes and compares them with this list.
var public = []string{
	"GET /{$}",
	"GET /health",
	"GET /ready",
	"GET /docs",
	"GET /docs/",
	"GET /openapi.json",
	"GET /verify-email",
	"GET /reset-password",
	"GET /dev/mailbox",
	"GET /dev/mailbox/{name}",
	"GET /.well-known/change-password",
	"POST /api/v1/auth/register",
	"POST /api/v1/auth/verify-email",
	"POST /api/v1/auth/decline-email",
	"POST /api/v1/auth/resend-verification",
	"POST /api/v1/auth/forgot-password",
	"POST /api/v1/auth/reset-password",
	"POST /api/v1/auth/login",
	"POST /api/v1/auth/refresh",
	"POST /api/v1/auth/logout",
	"POST /api/v1/auth/token",
	"GET /dev/account",
	"POST /api/v1/auth/login/code",
	"GET /api/v1/auth/oauth",
	"GET /api/v1/auth/oauth/{provider}/start",
	"GET /api/v1/auth/oauth/{provider}/callback",
	"POST /api/v1/auth/oauth/{provider}/callback",
	"POST /api/v1/auth/oauth/exchange",
	"POST /api/v1/auth/passkey/options",
	"POST /api/v1/auth/passkey",
	"POST /api/v1/auth/login/passkey/options",
	"POST /api/v1/auth/login/passkey",
	"GET /api/v1/articles",
	"GET /api/v1/articles/{id}",
}

// routes adds everything that the service answers. Routes of your own go to its
// end; operations are protected unless they are listed above:
//
//	huma.Register(s.api, huma.Operation{OperationID: "protected", Method: "GET", Path: "/api/v1/protected"}, protected)
func (s *Server) routes() {
	guard := authhttp.NewGuard(s.Auth, s.Log)
	s.api.UseMiddleware(unlessPublic(guard.RequireUser), requireMediaType, requireSingles)
	s.api.OpenAPI().Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"OAuth2PasswordBearer": authhttp.SecurityScheme(s.Settings.BasePath() + "/api/v1/auth/token"),
	}
	s.admitCookies(guard)
	s.registerAccountPage(guard)
	s.registerSecondFactor(guard)
	s.registerAPIKeys(guard)
	s.registerSession(guard)
	s.registerOAuth(guard)
	s.registerPasskeys(guard)

	authhttp.RegisterPages(s.api, s.Settings.Accounts())
	if s.Settings.Environment == settings.Development {
		authhttp.RegisterMailbox(s.api, s.Settings.EmailOutboxDir)
	}
	if s.Settings.ChangePasswordURL != "" {
		authhttp.RegisterChangePassword(s.api, s.Settings.ChangePasswordURL)
	}
	authhttp.Register(s.api, s.Auth, guard, s.limits, s.Settings.Rates())
	notehttp.Register(s.api, note.New(notesql.New(s.DB.Write, s.DB.Read), s.Now), s.Log)
	taskhttp.Register(s.api, task.New(tasksql.New(s.DB.Write, s.DB.Read), s.Now), s.Log)
	articlehttp.Register(s.api, article.New(articlesql.New(s.DB.Write, s.DB.Read), s.Now), s.Log)
	s.registerHealth()
	s.registerDocs()
}
