package main

import (
	"strings"
	"testing"
)

// Passkeys of another domain than PASSKEY_RP_ID are of no use, and an operator removes
// those that their owner has lost.
func TestDoctorLooksAtPasskeys(t *testing.T) {
	development(t)
	if code, _, stderr := command("SecurePass123!", "superuser", "-email", "boss@example.com", "-username", "boss"); code != 0 {
		t.Fatal(stderr)
	}
	add := func(hash, domain string) {
		t.Helper()
		execute(t, `INSERT INTO passkeys (user_id, credential_hash, credential_id, record, name, aaguid, rp_id, sign_count, backup_eligible, backed_up, created_at)
			VALUES (1, '`+hash+`', 'x', '{}', 'x', 'x', '`+domain+`', 0, false, false, '2026-01-01 00:00:00')`)
	}
	add("one", "localhost")
	if code, stdout, stderr := command("", "doctor"); code != 0 || !strings.Contains(stdout, "ok    passkeys    1 were made for localhost, which pages of http://localhost:") {
		t.Errorf("doctor = %d: %s%s", code, stdout, stderr)
	}
	add("two", "example.com")
	add("three", "example.com")
	if code, stdout, _ := command("", "doctor"); code != 1 || !strings.Contains(stdout, "FAIL  passkeys    2 were made for example.com, and PASSKEY_RP_ID is localhost") {
		t.Errorf("doctor = %d: %s", code, stdout)
	}
	if code, stdout, stderr := command("", "second-factor", "reset", "-user", "boss"); code != 0 || !strings.Contains(stdout, "removed the second factor") {
		t.Errorf("reset = %d: %s%s", code, stdout, stderr)
	}
	if code, stdout, _ := command("", "doctor"); code != 0 || !strings.Contains(stdout, "ok    passkeys    0 were made for localhost") {
		t.Errorf("doctor = %d: %s", code, stdout)
	}
	for _, args := range [][]string{{"second-factor"}, {"second-factor", "reset"}, {"second-factor", "drop", "-user", "boss"}} {
		if code, _, stderr := command("", args...); code != 2 || !strings.Contains(stderr, "second-factor reset -user NAME") {
			t.Errorf("%q = %d: %s", args, code, stderr)
		}
	}
}
