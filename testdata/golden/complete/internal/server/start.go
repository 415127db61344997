package server

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for the page
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"
)

//go:embed start.html
var startHTML string

//go:embed start.css
var startCSS string

// startPage answers with the page that leads a developer from the first minute
// to the next: addresses to open, commands to try, and files to change.
func (s *Server) startPage() http.HandlerFunc {
	var page bytes.Buffer
	err := template.Must(template.New("start").Parse(startHTML)).Execute(&page, map[string]any{
		"App": s.Settings.AppName, "Style": template.CSS(startCSS), "Docs": s.Settings.DocsEnabled,
		"URL": s.Settings.PublicURL,
	})
	if err != nil {
		panic(err)
	}
	// A checkout on Windows may have CRLF, which browsers read as LF.
	sum := sha256.Sum256([]byte(strings.ReplaceAll(startCSS, "\r\n", "\n")))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; " +
		"object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policy)
		// The client may be gone; there is nobody left to tell.
		_, _ = w.Write(page.Bytes())
	}
}
