package adopt

import "testing"

// TestOpenToAll keeps forge from offering to protect what must stay open.
func TestOpenToAll(t *testing.T) {
	for path, want := range map[string]bool{
		"/healthz": true, "/auth/login": true, "/api/v1/register": true, "/sign-in": true, "/webhooks/stripe": true,
		"/orders": false, "/authors": false, "/api/v1/registered-devices": false, "/logins": false,
	} {
		if openToAll.MatchString(path) != want {
			t.Errorf("%s: %v, want %v", path, !want, want)
		}
	}
}
