package main

import (
	"strings"
	"testing"
)

func TestSecondFactorReset(t *testing.T) {
	development(t)
	t.Setenv("ENCRYPTION_KEY", "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=")
	t.Setenv("SECOND_FACTOR_REQUIRED", "superusers")
	code, stdout, stderr := command("SecurePass123!", "superuser", "-email", "boss@example.com", "-username", "boss")
	if code != 0 || !strings.Contains(stdout, "sets up a second factor") {
		t.Fatalf("superuser = %d: %s%s", code, stdout, stderr)
	}
	execute(t, `INSERT INTO totp (user_id, secret, confirmed_at) VALUES (1, 'v1:00000000:AAAA', '2026-01-01 00:00:00')`)
	execute(t, `INSERT INTO recovery_codes (user_id, code_hash, created_at) VALUES (1, 'x', '2026-01-01 00:00:00')`)
	if code, stdout, _ := command("", "doctor"); code != 1 || !strings.Contains(stdout, "FAIL  secrets     1 of authenticator apps are sealed by a key that is neither") {
		t.Errorf("doctor = %d: %s", code, stdout)
	}
	for _, args := range [][]string{{"second-factor"}, {"second-factor", "reset"}, {"second-factor", "drop", "-user", "boss"}, {"second-factor", "reset", "-user", "boss", "more"}} {
		if code, _, stderr := command("", args...); code != 2 || !strings.Contains(stderr, "second-factor reset -user NAME") {
			t.Errorf("%q = %d: %s", args, code, stderr)
		}
	}
	if code, _, stderr := command("", "second-factor", "reset", "-user", "nobody"); code != 1 || !strings.Contains(stderr, "User not found") {
		t.Errorf("of nobody = %d: %s", code, stderr)
	}
	if code, stdout, stderr := command("", "second-factor", "reset", "-user", "Boss@Example.com"); code != 0 || !strings.Contains(stdout, "removed the second factor") {
		t.Errorf("reset = %d: %s%s", code, stdout, stderr)
	}
	if code, _, stderr := command("", "second-factor", "reset", "-user", "boss"); code != 1 || !strings.Contains(stderr, "No second factor is set up") {
		t.Errorf("reset again = %d: %s", code, stderr)
	}
	if code, stdout, _ := command("", "doctor"); code != 0 || !strings.Contains(stdout, "ok    secrets     0 of authenticator apps") {
		t.Errorf("doctor = %d: %s", code, stdout)
	}
}
