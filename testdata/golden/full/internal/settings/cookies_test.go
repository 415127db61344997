package settings_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"example.com/myapi/internal/settings"
)

func TestCookies(t *testing.T) {
	load := func(variables ...string) (settings.Settings, error) {
		return settings.Load(append(slices.Clone(production), variables...), t.TempDir())
	}
	for value, want := range map[string]http.SameSite{"": http.SameSiteLaxMode, "lax": http.SameSiteLaxMode, "strict": http.SameSiteStrictMode} {
		if got, err := load("SESSION_COOKIE_SAMESITE=" + value); err != nil || got.SameSite() != want {
			t.Errorf("%q: %v, %v", value, got.SameSite(), err)
		}
	}
	if _, err := load("SESSION_COOKIE_SAMESITE=none"); err == nil || !strings.Contains(err.Error(), "SESSION_COOKIE_SAMESITE") {
		t.Errorf("none: %v", err)
	}
	got, err := load("PUBLIC_URL=https://API.example.com:443/base", "FRONTEND_URL=https://app.example.com:8443/start")
	if want := []string{"https://api.example.com", "https://app.example.com:8443"}; err != nil || !slices.Equal(got.TrustedOrigins(), want) {
		t.Errorf("origins are %q, %v", got.TrustedOrigins(), err)
	}
}
