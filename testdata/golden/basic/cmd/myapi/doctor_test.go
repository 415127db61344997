package main

import (
	"os"
	"strings"
	"testing"

	"example.com/myapi/internal/database"
	"example.com/myapi/internal/settings"
)

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

// execute changes the program's database.
func execute(t *testing.T, statement string) {
	t.Helper()
	config, err := settings.Load(os.Environ(), ".")
	if err != nil {
		t.Fatal(err)
	}
	db, err := database.Open(t.Context(), config.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Write.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
