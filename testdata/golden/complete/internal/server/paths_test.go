package server_test

import (
	"testing"

	"example.com/myapi/internal/testkit"
)

// A path is cleaned before a route is chosen, so it cannot pass one route's
// guard and reach another's handler.
func TestPathsAreCleaned(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	for path, want := range map[string]string{
		"//health":         "/health",
		"/./health":        "/health",
		"/docs/../health":  "/health",
		"/..//../health":   "/health",
		"/docs//../health": "/health",
	} {
		response := svc.Do(t, testkit.Request{Method: "GET", Path: "http://example.com" + path})
		if location := response.Header.Get("Location"); response.Status/100 != 3 || location != want {
			t.Errorf("%s = %d to %q, want a redirect to %q", path, response.Status, location, want)
		}
	}
	for _, path := range []string{"/%68ealth/", "/health%2f", "/health%00", "/docs%2f..%2fhealth"} {
		if response := svc.Do(t, testkit.Request{Method: "GET", Path: path}); response.Status != 404 {
			t.Errorf("%s = %d, want 404", path, response.Status)
		}
	}
}
