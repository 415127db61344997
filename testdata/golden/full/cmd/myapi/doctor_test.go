package main

import (
	"database/sql"
	"fmt"
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
		{"locked", fromNetworks("192.0.2.1/32", 6), "FAIL  locked      log-in is refused from 192.0.2.1/32 for another "},
		{"locked for strangers", fromNetworks("198.51.100.1/32", 94), "FAIL  locked      log-in is refused from every network without a log-in"},
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

// Failures that lock no network are not a fault of the account.
func TestDoctorJudgesAsTheLockDoes(t *testing.T) {
	development(t)
	if code, _, stderr := command("SecurePass123!", "superuser", "-email", "boss@example.com", "-username", "boss"); code != 0 {
		t.Fatal(stderr)
	}
	for i := range 9 {
		execute(t, fromNetworks(fmt.Sprintf("192.0.2.%d/32", i), 4))
	}
	if code, stdout, stderr := command("", "doctor", "-user", "boss"); code != 0 || !strings.Contains(stdout, "36 failed log-ins") || strings.Contains(stdout, "FAIL") {
		t.Errorf("doctor = %d: %s%s", code, stdout, stderr)
	}
}

// fromNetworks is the statement for n failed log-ins to user 1 now.
func fromNetworks(network string, n int) string {
	row := "('user:1', '" + network + "', CURRENT_TIMESTAMP)"
	return "INSERT INTO login_failures (account, network, failed_at) VALUES " + row + strings.Repeat(", "+row, n-1)
}

// execute changes the program's database.
func execute(t *testing.T, statement string) {
	t.Helper()
	if _, err := openDatabase(t).ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// count asks the program's database.
func count(t *testing.T, query string) (n int) {
	t.Helper()
	if err := openDatabase(t).QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func openDatabase(t *testing.T) *sql.DB {
	t.Helper()
	config, err := settings.Load(os.Environ(), ".")
	if err != nil {
		t.Fatal(err)
	}
	db, err := database.Open(t.Context(), config.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db.Write
}
