package main

import (
	"crypto/sha1" //nolint:gosec // The lists of breached passwords are of SHA-1.
	"fmt"
	"net/http"
	"net/http/httptest"
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
		{"no password", "", "d@example.com", "nopass", 1, "", "no password came on standard input"},
		{"faults", "short", "a@b", "x", 1, "", "Email must be"},
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

// Passwords of the command line are held to the same rules.
func TestUsersGetNoBreachedPassword(t *testing.T) {
	development(t)
	list := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hash := fmt.Sprintf("%X", sha1.Sum([]byte("SecurePass123!"))) //nolint:gosec // The lists are of SHA-1.
		fmt.Fprint(w, hash[5:]+":3")
	}))
	defer list.Close()
	t.Setenv("BREACHED_PASSWORDS_URL", list.URL)
	for _, kind := range [][]string{{"superuser"}, {"user", "create"}} {
		code, stdout, stderr := command("SecurePass123!", append(kind, "-email", "ann@example.com", "-username", "ann")...)
		if code != 1 || !strings.Contains(stderr, "This password appears in a known data breach") || strings.Contains(stdout+stderr, "SecurePass") {
			t.Errorf("%q = %d, %q, %q", kind, code, stdout, stderr)
		}
	}
}

func TestUsersNeedAnEmailAndAName(t *testing.T) {
	for line, want := range map[string]string{
		"superuser":                      "name both: superuser -email you@example.com -username you",
		"superuser -email a@example.com": "name both: superuser",
		"superuser -username a":          "name both: superuser",
		"user":                           "name what to do: user create",
		"user delete":                    "name what to do: user create",
		"user create":                    "name both: user create -email",
		"user create -x":                 "name both: user create -email",
	} {
		expectUsage(t, line, want)
	}
}

func TestUserCreate(t *testing.T) {
	development(t)
	code, stdout, stderr := command("SecurePass123!", "user", "create", "-email", "ann@example.com", "-username", "ann")
	if code != 0 || stdout != "created user ann <ann@example.com>, id 1\n" {
		t.Fatalf("user create = %d, %q, %q", code, stdout, stderr)
	}
	if _, stdout, _ := command("", "doctor", "-user", "ann"); !strings.Contains(stdout, "ann <ann@example.com>, id 1, superuser: false") {
		t.Errorf("doctor tells %s", stdout)
	}
}

// Whoever can run the program vouches for the address.
func TestUsersOfTheCommandLineAreVerified(t *testing.T) {
	for _, name := range []string{"superuser", "user create"} {
		development(t)
		if code, _, stderr := command("SecurePass123!", append(strings.Fields(name), "-email", "ann@example.com", "-username", "ann")...); code != 0 {
			t.Fatal(stderr)
		}
		if unverified, mails := count(t, `SELECT COUNT(*) FROM users WHERE NOT is_verified`), count(t, `SELECT COUNT(*) FROM outbox`); unverified != 0 || mails != 0 {
			t.Errorf("%s: %d users are not verified, %d mails wait", name, unverified, mails)
		}
	}
}
