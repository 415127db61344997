package main

import (
	"strings"
	"testing"
)

func TestDoctorLooksAtAPIKeys(t *testing.T) {
	development(t)
	t.Setenv("API_KEY_MAX_DAYS", "0")
	if code, _, stderr := command("SecurePass123!", "superuser", "-email", "boss@example.com", "-username", "boss"); code != 0 {
		t.Fatal(stderr)
	}
	execute(t, `INSERT INTO api_keys (user_id, name, prefix, key_hash, scopes, created_at, created_ip) VALUES (1, 'x', 'x', 'x', 'read', '2026-01-01 00:00:00', '')`)
	code, stdout, stderr := command("", "doctor", "-user", "boss")
	for _, want := range []string{"todo  API keys    may have no end", "ok    API keys    1 are live, 1 of them were never used"} {
		if code != 0 || !strings.Contains(stdout, want) {
			t.Errorf("doctor = %d, lacks %q: %s%s", code, want, stdout, stderr)
		}
	}
}
