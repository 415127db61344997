package server_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// A browser hides the ETag of a row from the pages of another origin, and never
// sends their If-Match, unless the service allows both.
func TestVersionsAcrossOrigins(t *testing.T) {
	const own = "https://app.example.com"
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.CORSAllowedOrigins = []string{own} }})
	svc.Run(t, []testkit.Scenario{{
		Name: "preflight", Status: 204, Header: map[string]string{"Access-Control-Allow-Origin": own},
		Request: testkit.Request{Method: "OPTIONS", Path: "/health", Header: http.Header{
			"Origin": {own}, "Access-Control-Request-Method": {"PATCH"}, "Access-Control-Request-Headers": {"authorization,content-type,if-match"},
		}},
	}})
	response := svc.Expect(t, 200, testkit.Request{Method: "GET", Path: "/health", Header: http.Header{"Origin": {own}}})
	exposed := strings.ToLower(response.Header.Get("Access-Control-Expose-Headers"))
	for _, name := range []string{"etag", "location"} {
		if !strings.Contains(exposed, name) {
			t.Errorf("pages may read %s, and not %s", exposed, name)
		}
	}
}
