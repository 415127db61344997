package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/forge-go/forge/scripts/test/leave"
)

// checkWorks vets the module, runs the tests of the wiring, and talks to the program.
func (f foreign) checkWorks(t *testing.T, facts foreignFacts) {
	t.Helper()
	for _, command := range facts.Left {
		if args := strings.Fields(command); args[1] == "mod" {
			goCommand(t, ".", args[1:]...)
		}
	}
	if f.broken {
		goCommand(t, ".", "vet", "./internal/accounts/...", "./internal/auth/...")
	} else {
		goCommand(t, ".", "vet", "./...")
	}
	if f.variable() != "" {
		t.Setenv("TEST_DATABASE_URL", os.Getenv(f.variable()))
	}
	goCommand(t, ".", "test", "-vet=off", "-ldflags=-w", strings.Split(facts.Import, `"`)[1])
	if len(facts.Tested) > 0 {
		goCommand(t, ".", append([]string{"test", "-vet=off"}, facts.Tested...)...)
	}
	if !f.runsProtected() {
		f.checkProgram(t, false)
	}
}

// runsProtected reports whether the program is only run once its own route asks for
// a token: linking each program twice would take a minute.
func (f foreign) runsProtected() bool { return f.was == "" && f.variable() == "" && !f.broken }

// checkProgram links the program and talks to it. What it has besides stays as open as
// it was, or asks for a token if it is protected.
func (f foreign) checkProgram(t *testing.T, protected bool) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program.exe")
	goCommand(t, ".", "build", "-ldflags=-w", "-o", program, f.mainPackage())
	if f.variable() != "" && os.Getenv(f.variable()) == "" {
		t.Logf("LEFT OUT: %s names no server; the program was built, but not run", f.variable())
		return
	}
	url := start(t, program, f.databaseURL(t))
	ask(t, "GET", url+"/nothing", "", "", http.StatusNotFound)
	ask(t, "GET", url+f.paths+"/api/v1/users/me", "", "", http.StatusUnauthorized)
	token := f.logIn(t, url)
	if me := ask(t, "GET", url+f.paths+"/api/v1/users/me", "", token, http.StatusOK); !strings.Contains(me, `"johndoe"`) {
		t.Errorf("me is %s", me)
	}
	if f.mode == "complete" {
		ask(t, "GET", url+f.paths+"/verify-email", "", "", http.StatusOK)
	}
	if protected {
		ask(t, "GET", url+"/hello", "", "", http.StatusUnauthorized)
	} else {
		token = ""
	}
	if got := ask(t, "GET", url+"/hello", "", token, http.StatusOK); got != "hello" {
		t.Errorf("the program's own route says %q", got)
	}
}

// logIn registers a user and returns their token.
func (f foreign) logIn(t *testing.T, url string) string {
	t.Helper()
	ask(t, "POST", url+f.paths+"/api/v1/auth/register", `{"email":"user@example.com","username":"johndoe","password":"SecurePass123!"}`, "", http.StatusCreated)
	var login struct {
		Token string `json:"access_token"`
	}
	body := ask(t, "POST", url+f.paths+"/api/v1/auth/login", `{"username":"johndoe","password":"SecurePass123!"}`, "", http.StatusOK)
	if err := json.Unmarshal([]byte(body), &login); err != nil {
		t.Fatal(err)
	}
	return login.Token
}

// checkProtects protects the program's own route in a copy of the module; the route
// then asks for a token. It undoes it.
func (f foreign) checkProtects(t *testing.T, original string) {
	t.Helper()
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS(original)); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(root, f.dir))
	defer t.Chdir(filepath.Join(original, f.dir))
	before := readTree(t, root)
	if said := forgeIn(t, exitDone, "protect", "GET /hello"); !strings.Contains(said, "+") || !strings.Contains(said, "RequireUser") {
		t.Errorf("forge protect says %s", said)
	}
	after := readTree(t, root)
	if said := forgeIn(t, exitDone, "protect", "GET /hello"); !strings.Contains(said, "already protected") {
		t.Errorf("a second forge protect says %s", said)
	}
	compareTree(t, "a second forge protect", after, readTree(t, root))
	if said := forgeIn(t, exitDone, "doctor"); !strings.Contains(said, "/hello") {
		t.Errorf("forge doctor says %s", said)
	}
	if f.runsProtected() {
		f.checkProgram(t, true)
	}
	forgeIn(t, exitDone, "undo")
	compareTree(t, "undo of forge protect", before, readTree(t, root))
}

// variable names the server that the program needs; empty for none.
func (f foreign) variable() string {
	switch {
	case f.postgres:
		return "FORGE_POSTGRES_URL"
	case f.mysql:
		return "FORGE_MYSQL_URL"
	}
	return ""
}

// databaseURL is for programs that read it: a new database, if they need a server, in
// the words of its driver.
func (f foreign) databaseURL(t *testing.T) string {
	t.Helper()
	if f.variable() == "" {
		return "postgres://nobody@127.0.0.1:1/none" // which is the program's, and not of accounts
	}
	server, err := url.Parse(os.Getenv(f.variable()))
	if err != nil {
		t.Fatal(err)
	}
	name := "shop_" + strings.ToLower(rand.Text())
	client := []string{"psql", server.String(), "-c"}
	if f.mysql {
		password, _ := server.User.Password()
		client = []string{"mariadb", "--protocol=TCP", "--host=" + server.Hostname(), "--port=" + server.Port(), "--user=" + server.User.Username(), "--password=" + password, "--execute"}
	}
	if _, err := exec.LookPath(client[0]); err != nil {
		leave.Out(t, client[0]+" is not installed; the program was built, but not run")
	}
	if out, err := exec.CommandContext(t.Context(), client[0], append(client[1:], "CREATE DATABASE "+name)...).CombinedOutput(); err != nil {
		t.Fatalf("creating a database: %v\n%s", err, out)
	}
	server.Path = "/" + name
	if f.mysql {
		return fmt.Sprintf("%s@tcp(%s)/%s?parseTime=True&loc=Local&charset=utf8mb4", server.User, server.Host, name)
	}
	return server.String()
}

func (f foreign) mainPackage() string {
	if _, err := os.Stat("main.go"); err == nil {
		return "."
	}
	return "./cmd/" + f.name
}

// start runs a program until the test ends and returns its address.
func start(t *testing.T, program, databaseURL string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	var log strings.Builder
	cmd := exec.Command(program)
	cmd.Dir = data
	cmd.Stdout, cmd.Stderr = &log, &log
	cmd.Env = append(os.Environ(), "ADDR="+address, "DB_FILE="+filepath.Join(data, "own.db"), "DATABASE_URL="+databaseURL,
		"ENVIRONMENT=development", "SECRET_KEY=a key for tests that is long enough", "BCRYPT_COST=10", "EMAIL_OUTBOX_DIR="+filepath.Join(data, "outbox"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	for range 200 {
		if connection, err := net.DialTimeout("tcp", address, time.Second); err == nil {
			_ = connection.Close()
			return "http://" + address
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the program ended: %v\n%s", err, &log)
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatal("the program does not answer")
	return ""
}

// ask sends a request and returns the body of the answer.
func ask(t *testing.T, method, url, body, token string, status int) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != status {
		t.Fatalf("%s %s = %d, want %d\n%s", method, url, response.StatusCode, status, text)
	}
	return string(text)
}
