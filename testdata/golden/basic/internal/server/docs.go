package server

import (
	"encoding/json"
	"html/template"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"

	"example.com/myapi/internal/database"
	"example.com/myapi/internal/problem"
	"example.com/myapi/internal/settings"
)

// Document returns the description of the API as make openapi writes it. Nothing
// has to be set, and no database has to run: routes that are only registered use
// none.
func Document() ([]byte, error) {
	s := New(Dependencies{Settings: settings.Defaults(), DB: &database.DB{}, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	document, err := json.MarshalIndent(withExamples(s.api.OpenAPI()), "", "  ")
	return append(document, '\n'), err
}

// docsPolicy lets Swagger UI run its own scripts, from this service only.
const docsPolicy = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// docsIntroduction is what the documentation begins with, in Markdown.
const docsIntroduction = `To try the endpoints on this page:

1. Create an account with **POST /api/v1/auth/register**: press *Try it out*, then *Execute*.
2. Press **Authorize** and log in with the username and the password. The page then sends the access token.
3. **GET /api/v1/users/me** shows the account.

Errors are application/problem+json (RFC 9457): **detail** can be shown to people, and **errors** names each wrong field.`

// introduce begins the documentation, and notes the order of operations.
func (s *Server) introduce(config *huma.Config) {
	config.Info.Description = docsIntroduction
	config.Tags = []*huma.Tag{ // Groups without a line here come last.
		{Name: "auth", Description: "Registration, log-in and log-out, and the links in mails"},
		{Name: "me", Description: "Your own account"},
		{Name: "users", Description: "All accounts, for superusers"},
	}
	config.OnAddOperation = append(config.OnAddOperation, func(_ *huma.OpenAPI, op *huma.Operation) {
		s.operations = append(s.operations, op.OperationID)
	})
}

// docsHead fits Swagger UI to telephones, and turns its light colors, the only
// ones it has, into their negative for people who prefer dark ones.
const docsHead template.HTML = `<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
@media (prefers-color-scheme: dark) {
  html { background: #fff; color-scheme: light; filter: invert(.9) hue-rotate(180deg); }
  .swagger-ui .microlight, .swagger-ui img { filter: invert(1) hue-rotate(180deg); }
}
</style>`

// openAPIDocument answers with the description of the API.
func (s *Server) openAPIDocument() http.HandlerFunc {
	document := sync.OnceValues(func() ([]byte, error) { return json.Marshal(withExamples(s.api.OpenAPI())) })
	return func(w http.ResponseWriter, _ *http.Request) {
		body, err := document()
		if err != nil {
			panic(err)
		}
		w.Header().Set("Content-Type", "application/json")
		// The client may be gone; there is nobody left to tell.
		_, _ = w.Write(body)
	}
}

// swaggerUI answers with the files of Swagger UI, which are part of the binary.
// Operations are shown in the order in which routes adds them.
func (s *Server) swaggerUI() http.HandlerFunc {
	ui := sync.OnceValue(func() http.Handler {
		return v5emb.NewHandlerWithConfig(swgui.Config{
			Title:       s.Settings.AppName,
			SwaggerJSON: "/openapi.json", BasePath: "/docs",
			SettingsUI: map[string]string{"operationsSorter": s.sorter()}, AppendHead: docsHead,
		})
	})
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", docsPolicy)
		w.Header().Set("Cache-Control", "no-cache")
		file := &fileAnswer{ResponseWriter: w}
		ui().ServeHTTP(file, r)
		if file.missing {
			problem.Write(w, http.StatusNotFound, "Not found")
		}
	}
}

// sorter is the JavaScript that compares two operations.
func (s *Server) sorter() string {
	ids, err := json.Marshal(s.operations)
	if err != nil {
		panic(err)
	}
	return "(a, b) => { const ids = " + string(ids) + ", place = (o) => ids.indexOf(o.getIn([\"operation\", \"operationId\"])); return place(a) - place(b); }"
}

// fileAnswer keeps back the plain text that says that there is no such file.
type fileAnswer struct {
	http.ResponseWriter
	missing bool
}

func (a *fileAnswer) WriteHeader(status int) {
	if a.missing = status == http.StatusNotFound; !a.missing {
		a.ResponseWriter.WriteHeader(status)
	}
}

func (a *fileAnswer) Write(b []byte) (int, error) {
	if a.missing {
		return len(b), nil
	}
	if header := a.Header(); header.Get("Content-Type") == "text/html" {
		header.Set("Content-Type", "text/html; charset=utf-8")
	}
	return a.ResponseWriter.Write(b)
}
