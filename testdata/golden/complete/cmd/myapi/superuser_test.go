package main

import (
	"strings"
	"testing"
)

func TestSuperuser(t *testing.T) {
	development(t)
	create := func(stdin, email, username string) (int, string, string) {
		return command(stdin, "superuser", "-email", email, "-username", username)
	}
	for _, tt := range []struct {
		name, stdin, email, username string
		code                         int
		stdout, stderr               string
	}{
		{"password is a line", "SecurePass123!\nnot this", "Boss@Example.com", "boss", 0, "created superuser boss <boss@example.com>, id 1\n", ""},
		{"line end of Windows", "SecurePass123!\r\n", "b@example.com", "windows", 0, "created superuser windows", ""},
		{"no line end", "SecurePass123!", "c@example.com", "noend", 0, "created superuser noend", ""},
		{"taken", "SecurePass123!", "boss@example.com", "other", 1, "", "Email already registered"},
		{"no password", "", "d@example.com", "nopass", 1, "", "reading the password from stdin"},
		{"faults", "short", "a@b", "x", 1, "", "Email must be"},
		{"no email", "SecurePass123!", "", "x", 2, "", "Usage:"},
		{"no name", "SecurePass123!", "a@example.com", "", 2, "", "Usage:"},
	} {
		code, stdout, stderr := create(tt.stdin, tt.email, tt.username)
		if code != tt.code || !strings.HasPrefix(stdout, tt.stdout) || !strings.Contains(stderr, tt.stderr) {
			t.Errorf("%s = %d, %q, %q", tt.name, code, stdout, stderr)
		}
		if strings.Contains(stdout+stderr, "SecurePass") || strings.Contains(stdout+stderr, "$2a$") {
			t.Errorf("%s: the password is printed: %q, %q", tt.name, stdout, stderr)
		}
	}
	_, _, stderr := create("short", "a@b", "x")
	for _, fault := range []string{"Email must be an address", "Username must be 3 to 50", "Password must be at least 8"} {
		if !strings.Contains(stderr, fault) {
			t.Errorf("%q is not listed in %q", fault, stderr)
		}
	}
}

func TestDoctorLooksAtAUser(t *testing.T) {
	development(t)
	doctor := func(user string) (int, string, string) { return command("", "doctor", "-user", user) }
	if code, _, stderr := doctor("boss"); code != 1 || !strings.Contains(stderr, "once the migrations have run") {
		t.Errorf("before the migrations: %d, %q", code, stderr)
	}
	if code, _, stderr := command("SecurePass123!", "superuser", "-email", "boss@example.com", "-username", "boss"); code != 0 {
		t.Fatal(stderr)
	}
	for _, user := range []string{"boss", "BOSS", "Boss@Example.com"} {
		code, stdout, _ := doctor(user)
		if code != 0 || !strings.Contains(stdout, "boss <boss@example.com>, id 1, superuser: true") || strings.Contains(stdout, "FAIL") {
			t.Errorf("%s = %d, %s", user, code, stdout)
		}
	}
	if code, stdout, _ := doctor("nobody"); code != 1 || !strings.Contains(stdout, "FAIL  user") {
		t.Errorf("nobody = %d, %s", code, stdout)
	}
	for _, tt := range []struct{ name, statement, want string }{
		{"locked", `INSERT INTO login_failures (account, network, failed_at)
			SELECT 'user:1', 'a', CURRENT_TIMESTAMP FROM users UNION ALL SELECT 'user:1', 'b', CURRENT_TIMESTAMP FROM users
			UNION ALL SELECT 'user:1', 'c', CURRENT_TIMESTAMP FROM users UNION ALL SELECT 'user:1', 'd', CURRENT_TIMESTAMP FROM users
			UNION ALL SELECT 'user:1', 'e', CURRENT_TIMESTAMP FROM users`, "FAIL  failures    5 failed log-ins in 24 hours"},
		{"inactive", `UPDATE users SET is_active = FALSE`, "FAIL  allowed"},
		{"no hash", `UPDATE users SET hashed_password = 'SecurePass123!'`, "FAIL  password"},
	} {
		execute(t, tt.statement)
		code, stdout, stderr := doctor("boss")
		if code != 1 || !strings.Contains(stdout, tt.want) || strings.Contains(stdout+stderr, "SecurePass") {
			t.Errorf("%s = %d: %s%s", tt.name, code, stdout, stderr)
		}
	}
}
