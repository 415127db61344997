package main

import (
	"bytes"
	"strings"
	"testing"

	"example.com/myapi/internal/settings"
)

func TestDoctorLooksAtCookies(t *testing.T) {
	development(t)
	t.Setenv("PASSKEY_RP_ID", "example.com") // Whatever the address: not every one can have passkeys.
	t.Setenv("PASSKEY_ORIGINS", "https://example.com")
	for _, tt := range []struct{ public, origin, want string }{
		{"http://localhost:8000", "http://localhost:3000", "ok    cookies"},
		{"https://api.example.com", "https://app.example.com", "ok    cookies"},
		{"https://api.example.com", "https://example.com", "ok    cookies"},
		{"https://api.example.com", "https://app.example.org", "todo  cookies     https://app.example.org is another site"},
		{"https://api.example.com", "http://app.example.com", "todo  cookies     http://app.example.com is another site"},
		{"http://localhost:8000", "http://127.0.0.1:3000", "todo  cookies     http://127.0.0.1:3000 is another site"},
		{"http://10.0.0.1:8000", "http://192.168.0.1:3000", "todo  cookies     http://192.168.0.1:3000 is another site"},
	} {
		t.Setenv("PUBLIC_URL", tt.public)
		t.Setenv("CORS_ALLOWED_ORIGINS", tt.origin)
		command("", "migrate", "up")
		if code, stdout, stderr := command("", "doctor"); code != 0 || !strings.Contains(stdout, tt.want) {
			t.Errorf("%s from %s = %d: %s%s", tt.public, tt.origin, code, stdout, stderr)
		}
	}
}

func TestDoctorNamesTrustedPagesWithoutTLS(t *testing.T) {
	config := settings.Settings{Environment: "production", CORSAllowedOrigins: []string{"https://app.example.com", "http://old.example.com"}}
	config.PublicURL = "https://api.example.com"
	var out bytes.Buffer
	if err := examineCookies(t.Context(), config, nil, "", &findings{out: &out}); err != nil || !strings.HasPrefix(out.String(), "todo  cookies     http://old.example.com is trusted") {
		t.Errorf("%v: %s", err, out.String())
	}
}
