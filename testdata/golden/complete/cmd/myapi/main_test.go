package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// development sets the environment of a program that starts in an empty folder.
func development(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, value := range map[string]string{
		"ENVIRONMENT": "development", "DATABASE_URL": testkit.DatabaseURL(t), "PORT": "", "HOST": "", "LOG_LEVEL": "", "LOG_FORMAT": "json", "BCRYPT_COST": "10", "SECRET_KEY": "",
	} {
		t.Setenv(name, value)
	}
}

// command runs the program and returns its exit code and what it printed.
func command(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs strings.Builder
	code = run(args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

// What is wrong with a command line is found though nothing is set.
func TestWrongUsage(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("ENVIRONMENT", "")
	t.Setenv("PORT", "x")
	for line, want := range map[string]string{
		"":                  "a command is missing",
		"server":            `there is no command "server"`,
		"serve now":         `serve takes no arguments, but got "now"`,
		"health check":      `health takes no arguments, but got "check"`,
		"migrate":           "say which way",
		"migrate sideways":  "say which way",
		"migrate up down":   "say which way",
		"doctor everything": "doctor takes no",
		"doctor -x":         "doctor takes no",
		"openapi json":      `openapi takes no arguments, but got "json"`,
	} {
		expectUsage(t, line, want)
	}
}

func TestHelp(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("PORT", "x") // Help needs no settings.
	for _, line := range []string{"help", "-h", "--help", "help serve", "serve --help", "doctor -h"} {
		code, stdout, stderr := command("", strings.Fields(line)...)
		if code != 0 || !strings.HasPrefix(stdout, "Usage: myapi COMMAND") || stderr != "" {
			t.Errorf("%q = %d, %q, %q", line, code, stdout, stderr)
		}
	}
}

// expectUsage runs a command line that is not understood.
func expectUsage(t *testing.T, line, want string) {
	t.Helper()
	code, stdout, stderr := command("", strings.Fields(line)...)
	if code != 2 || !strings.HasPrefix(stderr, "Usage: myapi COMMAND") || stdout != "" || !strings.Contains(stderr, "\nmyapi: "+want) {
		t.Errorf("%q = %d, %q, %q", line, code, stdout, stderr)
	}
}

func TestFaultySettingsAreListed(t *testing.T) {
	development(t)
	t.Setenv("PORT", "x")
	t.Setenv("LOG_FORMAT", "xml")
	for _, args := range [][]string{{"serve"}, {"migrate", "up"}, {"doctor"}} {
		code, _, stderr := command("", args...)
		if code != 1 || !strings.Contains(stderr, "\nPORT") || !strings.Contains(stderr, "\nLOG_FORMAT") {
			t.Errorf("%q = %d, %q", args, code, stderr)
		}
	}
}

// The API is described though nothing is set as it should be.
func TestOpenAPI(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("ENVIRONMENT", "")
	t.Setenv("PORT", "x")
	t.Setenv("DOCS_ENABLED", "false")
	code, stdout, stderr := command("", "openapi")
	var document struct {
		OpenAPI string
		Paths   map[string]any
	}
	if err := json.Unmarshal([]byte(stdout), &document); err != nil || code != 0 || stderr != "" || document.OpenAPI == "" || document.Paths["/health"] == nil {
		t.Errorf("openapi = %d, %q, %v, %+v", code, stderr, err, document)
	}
}

func TestMigrateAndDoctor(t *testing.T) {
	development(t)
	count := strings.Count
	_, fresh, _ := command("", "migrate", "status")
	n := count(fresh, "\n")
	if n == 0 || count(fresh, "pending") != n {
		t.Fatalf("a fresh database has\n%s", fresh)
	}
	for _, step := range []struct {
		args          []string
		code          int
		stdout        string
		applied, left int
	}{
		{[]string{"doctor"}, 0, "have not run", 0, n},
		{[]string{"migrate", "up"}, 0, "applied", n, 0},
		{[]string{"migrate", "up"}, 0, "applied", n, 0},
		{[]string{"doctor"}, 0, "ok    migrations", n, 0},
		{[]string{"migrate", "down"}, 0, "pending", n - 1, 1},
		{[]string{"doctor"}, 0, "1 have not run", n - 1, 1},
		{[]string{"migrate", "up"}, 0, "applied", n, 0},
	} {
		code, stdout, stderr := command("", step.args...)
		if code != step.code || !strings.Contains(stdout, step.stdout) || stderr != "" {
			t.Errorf("%q = %d, %q, %q", step.args, code, stdout, stderr)
		}
		_, status, _ := command("", "migrate", "status")
		if count(status, "applied") != step.applied || count(status, "pending") != step.left {
			t.Errorf("after %q:\n%s", step.args, status)
		}
	}
}

func TestDoctorNamesUnknownVariables(t *testing.T) {
	development(t)
	if err := os.WriteFile(".env", []byte("APP_NAM=My API\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := command("", "doctor"); code != 0 || !strings.Contains(stdout, "todo  settings    APP_NAM in .env is no setting: is APP_NAME meant?") {
		t.Errorf("doctor = %d, %q, %q", code, stdout, stderr)
	}
}

func TestDoctorFindsTrouble(t *testing.T) {
	development(t)
	config, err := settings.Load(os.Environ(), ".")
	if err != nil {
		t.Fatal(err)
	}
	late, cancel := context.WithCancel(t.Context())
	cancel()
	var found strings.Builder
	if err := doctor(late, config, "", &found); err == nil || !strings.Contains(found.String(), "FAIL  database") {
		t.Errorf("without a database: %q, %v", found.String(), err)
	}
	t.Setenv("DATABASE_URL", "oracle://localhost/app")
	if code, stdout, stderr := command("", "doctor"); code != 1 || stdout != "" || !strings.Contains(stderr, "DATABASE_URL") {
		t.Errorf("doctor = %d, %q, %q", code, stdout, stderr)
	}
}

// start serves until the test ends, or until stop is called, which returns what serve has
// returned.
func start(t *testing.T, config settings.Settings) (address string, stop func() error) {
	t.Helper()
	config.Port = 0
	ctx, cancel := context.WithCancel(context.Background())
	log, logged := io.Pipe()
	served := make(chan error, 1)
	go func() {
		served <- serve(ctx, config, logged)
		logged.Close()
	}()
	stop = sync.OnceValue(func() error { cancel(); return <-served })
	t.Cleanup(func() { _ = stop() })
	lines := bufio.NewScanner(log)
	for address == "" && lines.Scan() {
		var line struct{ Msg, Address string }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("%v in %s", err, lines.Bytes())
		}
		address = line.Address
	}
	go func() {
		for lines.Scan() { // The service must not wait for a reader.
		}
	}()
	return address, stop
}

// The service makes its database, answers, and stops without complaint when
// its context ends, as it does on SIGTERM.
func TestServe(t *testing.T) {
	development(t)
	config, err := settings.Load(os.Environ(), ".")
	if err != nil {
		t.Fatal(err)
	}
	address, stop := start(t, config)
	response, err := http.Get(address + "/ready")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != 200 {
		t.Errorf("GET /ready = %d", response.StatusCode)
	}
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(address, "http://"))
	t.Setenv("PORT", port)
	for _, host := range []string{"", "0.0.0.0"} {
		t.Setenv("HOST", host)
		if code, stdout, stderr := command("", "health"); code != 0 || stdout != "ok\n" {
			t.Errorf("health = %d, %q, %q", code, stdout, stderr)
		}
	}
	if err := stop(); err != nil {
		t.Errorf("serve = %v", err)
	}
	if code, stdout, stderr := command("", "health"); code != 1 || stdout != "" || !strings.Contains(stderr, "asking the service") {
		t.Errorf("health of a service that stopped = %d, %q, %q", code, stdout, stderr)
	}
}

// What answers, but not well, is not healthy.
func TestHealthOfAnUnhealthyService(t *testing.T) {
	development(t)
	unhealthy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer unhealthy.Close()
	_, port, _ := net.SplitHostPort(unhealthy.Listener.Addr().String())
	t.Setenv("PORT", port)
	if code, stdout, stderr := command("", "health"); code != 1 || stdout != "" || !strings.Contains(stderr, "503") {
		t.Errorf("health = %d, %q, %q", code, stdout, stderr)
	}
}

func TestOtherPort(t *testing.T) {
	for taken, want := range map[uint16]uint16{8000: 8001, 80: 1024, 65535: 1024} {
		if got := otherPort(taken); got != want {
			t.Errorf("instead of %d: %d, want %d", taken, got, want)
		}
	}
}

func TestServeTellsThatItCannotListen(t *testing.T) {
	development(t)
	config, err := settings.Load(os.Environ(), ".")
	if err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	config.Port = uint16(taken.Addr().(*net.TCPAddr).Port)
	config.Unknown = []string{"APP_NAM in .env is no setting"}
	want := fmt.Sprintf("another program has this port: PORT=%d make run", config.Port+1)
	var log strings.Builder
	if err := serve(t.Context(), config, &log); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("serve = %v, want %q", err, want)
	}
	if !strings.Contains(log.String(), config.Unknown[0]) {
		t.Errorf("the log does not name unknown variables: %s", log.String())
	}
	config.Host = "192.0.2.1" // Not an address of this machine (RFC 5737).
	if err := serve(t.Context(), config, io.Discard); err == nil || !strings.Contains(err.Error(), "HOST must be an address of this machine") {
		t.Errorf("serve = %v", err)
	}
}
