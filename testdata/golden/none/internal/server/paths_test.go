package server_test

import (
	"testing"

	"example.com/myapi/internal/testkit"
)

// A path that is not clean has no route. Nothing redirects to the clean one, so
// there is one path for each route, and one guard before it.
func TestPathsAreNotCleaned(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	for _, path := range []string{
		"//health", "/./health", "/docs/../health", "/..//../health", "/docs//../health", "/health//", "/health/.", "/HEALTH",
		"/%68ealth/", "/health%2f", "/health%2F", "/health%00", "/%2fhealth", "/docs%2f..%2fhealth", "/docs/%2e%2e/health",
	} {
		response := svc.Do(t, testkit.Request{Method: "GET", Path: "http://example.com" + path})
		if response.Status != 404 || response.Header.Get("Location") != "" {
			t.Errorf("%s = %d to %q, want 404", path, response.Status, response.Header.Get("Location"))
		}
	}
}
