package main

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
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

func TestDoctorLooksAtProxies(t *testing.T) {
	development(t)
	if _, stdout, _ := command("", "doctor"); strings.Contains(stdout, "proxies") {
		t.Errorf("in development: %s", stdout)
	}
	t.Setenv("TRUSTED_PROXIES", "10.0.0.0/8")
	if _, stdout, _ := command("", "doctor"); !strings.Contains(stdout, "ok    proxies     [10.0.0.0/8]") {
		t.Errorf("with a proxy: %s", stdout)
	}
	t.Setenv("TRUSTED_PROXIES", "")
	t.Setenv("ENVIRONMENT", "staging")
	t.Setenv("SECRET_KEY", "pUm0eJ8fXq3VtN6yRw1zKc5hGb9LdS2a4ZxQ7oTi")
	t.Setenv("PUBLIC_URL", "https://api.example.com")
	t.Setenv("EMAILS_FROM_EMAIL", "noreply@example.com")
	t.Setenv("SMTP_HOST", "127.0.0.1")
	t.Setenv("SMTP_PORT", "1")
	t.Setenv("ENCRYPTION_KEY", "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=")
	if _, stdout, stderr := command("", "doctor"); !strings.Contains(stdout, "todo  proxies     TRUSTED_PROXIES is empty") {
		t.Errorf("without: %s%s", stdout, stderr)
	}
}

func TestDoctorLooksAtBreaches(t *testing.T) {
	development(t)
	answer := ""
	list := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) }))
	defer list.Close()
	if _, stdout, _ := command("", "doctor"); strings.Contains(stdout, "breaches") {
		t.Errorf("without a list: %s", stdout)
	}
	t.Setenv("BREACHED_PASSWORDS_URL", list.URL)
	for _, tt := range []struct{ answer, want string }{
		{"1E4C9B93F3F0682250B6CF8331B7EE68FD8:9545824", "ok    breaches"},
		{"", "todo  breaches    lack the password"},
		{"<!doctype html>", "todo  breaches    are not looked up"},
	} {
		answer = tt.answer
		if code, stdout, _ := command("", "doctor"); code != 0 || !strings.Contains(stdout, tt.want) {
			t.Errorf("%q = %d: %s", answer, code, stdout)
		}
	}
}

// Addresses that were stored in Unicode are brought over where one user has
// them.
func TestAddressesInAnOlderForm(t *testing.T) {
	development(t)
	for _, name := range []string{"anna", "bert", "carl", "dora", "emil"} {
		if code, _, stderr := command("SecurePass123!", "user", "create", "-email", name+"@example.com", "-username", name); code != 0 {
			t.Fatal(stderr)
		}
	}
	if _, stdout, _ := command("", "doctor"); strings.Contains(stdout, "addresses") {
		t.Errorf("doctor finds old addresses among new ones: %s", stdout)
	}
	for name, email := range map[string]string{
		"anna": "a@bücher.example",                                    // hers alone
		"bert": "b@bücher.example", "carl": "b@xn--bcher-kva.example", // one address
		"dora": "d@bu\u0308cher.example", // decomposed
	} {
		execute(t, "UPDATE users SET email = '"+email+"' WHERE username = '"+name+"'")
	}
	want := []string{"2 users have an e-mail address in an older form", "<b@bücher.example> of bert", "<b@xn--bcher-kva.example> of carl"}
	_, before, _ := command("", "doctor")
	code, stdout, stderr := command("", "user", "normalize")
	for _, part := range want {
		if !strings.Contains(before, part) {
			t.Errorf("doctor lacks %q: %s", part, before)
		}
	}
	if code != 0 || !strings.Contains(stdout, "<a@xn--bcher-kva.example>") || !strings.Contains(stdout, "<d@xn--bcher-kva.example>") || !strings.Contains(stdout, "of bert") {
		t.Errorf("normalize = %d: %s%s", code, stdout, stderr)
	}
	rows, err := openDatabase(t).QueryContext(t.Context(), "SELECT email FROM users ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var emails []string
	for rows.Next() {
		var email string
		if err := rows.Scan(&email); err != nil {
			t.Fatal(err)
		}
		emails = append(emails, email)
	}
	if want := []string{"a@xn--bcher-kva.example", "b@bücher.example", "b@xn--bcher-kva.example", "d@xn--bcher-kva.example", "emil@example.com"}; !slices.Equal(emails, want) || rows.Err() != nil {
		t.Errorf("addresses are %q, %v", emails, rows.Err())
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
