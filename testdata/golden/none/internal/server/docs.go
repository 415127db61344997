package server

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"time"

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
	document, err := json.MarshalIndent(s.api.OpenAPI(), "", "  ")
	return append(document, '\n'), err
}

// docsPolicy lets Swagger UI run its own scripts, from this service only.
const docsPolicy = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// openAPIDocument answers with the description of the API.
func (s *Server) openAPIDocument() http.HandlerFunc {
	document := sync.OnceValues(func() ([]byte, error) { return json.Marshal(s.api.OpenAPI()) })
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
func (s *Server) swaggerUI() http.HandlerFunc {
	ui := v5emb.New(s.Settings.AppName, "/openapi.json", "/docs")
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", docsPolicy)
		w.Header().Set("Cache-Control", "no-cache")
		file := &fileAnswer{ResponseWriter: w}
		ui.ServeHTTP(file, r)
		if file.missing {
			problem.Write(w, http.StatusNotFound, "Not found")
		}
	}
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
