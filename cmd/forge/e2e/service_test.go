//go:build unix

package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// startTimeout is long: "make run" compiles the service.
const startTimeout = 5 * time.Minute

// service is a running service with a database of its own.
type service struct {
	project project
	port    string
	env     []string
}

// start builds the project and runs it, for development, with the cheapest
// hashes that it takes.
func (p project) start(t *testing.T, settings ...string) service {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "myapi")
	p.run(t, "go", "build", "-ldflags=-w", "-o", binary, "./cmd/myapi")
	return p.launch(t, p.command(binary, "serve"), append(settings, "ENVIRONMENT=development", "BCRYPT_COST=10")...)
}

// launch runs a command that starts the service, and waits until it listens.
func (p project) launch(t *testing.T, cmd *exec.Cmd, settings ...string) service {
	t.Helper()
	s := service{project: p, port: freePort(t)}
	s.env = append([]string{"DATABASE_URL=file:" + filepath.Join(t.TempDir(), "myapi.db")}, settings...)
	s.env = append(s.env, "PORT="+s.port)
	cmd.Env = append(cmd.Env, s.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // "make run" has children
	log := startLogged(t, cmd)
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) // it may have ended
		<-log.ended
		_ = cmd.Wait() // make tells that it was ended by a signal
		if t.Failed() {
			t.Logf("the service's log:\n%s", log.text())
		}
	})
	select {
	case <-log.listening:
	case <-log.ended:
		t.Fatalf("the service ended:\n%s", log.text())
	case <-time.After(startTimeout):
		t.Fatalf("the service does not listen:\n%s", log.text())
	}
	return s
}

// log takes what the service writes to stderr.
type log struct {
	mu               sync.Mutex
	lines            bytes.Buffer
	listening, ended chan struct{}
}

// startLogged starts a command and takes what it writes to stderr.
func startLogged(t *testing.T, cmd *exec.Cmd) *log {
	t.Helper()
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	l := &log{listening: make(chan struct{}), ended: make(chan struct{})}
	go l.read(stderr)
	return l
}

func (l *log) read(from io.Reader) {
	defer close(l.ended)
	scanner := bufio.NewScanner(from)
	for heard := false; scanner.Scan(); {
		l.mu.Lock()
		l.lines.Write(scanner.Bytes())
		l.lines.WriteByte('\n')
		l.mu.Unlock()
		if !heard && strings.Contains(scanner.Text(), "listening") {
			heard = true
			close(l.listening)
		}
	}
}

func (l *log) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.String()
}

func freePort(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}

func (s service) url(path string) string { return "http://127.0.0.1:" + s.port + path }

// here returns a text of the README with this service's port for 8000.
func (s service) here(text string) string {
	return strings.ReplaceAll(text, "localhost:8000", "localhost:"+s.port)
}

// call sends a request and returns the status and the JSON object of the answer.
func (s service) call(t testing.TB, method, path, token string, body any) (int, map[string]any) {
	t.Helper()
	status, text := s.send(t, method, path, token, body)
	answer := map[string]any{}
	if text != "" {
		if err := json.Unmarshal([]byte(text), &answer); err != nil {
			t.Fatalf("%s %s: %d, %v: %s", method, path, status, err, text)
		}
	}
	return status, answer
}

func (s service) send(t testing.TB, method, path, token string, body any) (int, string) {
	t.Helper()
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, s.url(path), content)
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
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
	if cookies := response.Cookies(); len(cookies) > 0 {
		t.Errorf("%s %s sets cookies: %v", method, path, cookies)
	}
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(answer)
}

const password = "SecurePass123!"

// register makes a user, whose address is at example.com.
func (s service) register(t testing.TB, username string) {
	t.Helper()
	status, answer := s.call(t, "POST", "/api/v1/auth/register", "",
		map[string]string{"email": username + "@example.com", "username": username, "password": password})
	if status != http.StatusCreated {
		t.Fatalf("registering %s: %d %v", username, status, answer)
	}
}

// login returns an access token.
func (s service) login(t testing.TB, username string) string {
	t.Helper()
	status, answer := s.call(t, "POST", "/api/v1/auth/login", "", map[string]string{"username": username, "password": password})
	token, _ := answer["access_token"].(string)
	if status != http.StatusOK || token == "" {
		t.Fatalf("logging in as %s: %d %v", username, status, answer)
	}
	return token
}

// superuser makes one with the README's command and logs in.
func (s service) superuser(t *testing.T) string {
	t.Helper()
	need(t, "make", "superusers are not made")
	cmd := s.project.command("sh", "-c", s.project.readme.find(t, "make superuser "))
	cmd.Env = append(cmd.Env, s.env...)
	cmd.Stdin = strings.NewReader(password + "\n")
	if printed := output(t, cmd); !strings.Contains(printed, "created superuser admin <admin@example.com>") {
		t.Errorf("make superuser prints %q", printed)
	}
	return s.login(t, "admin")
}

// find returns the block that begins with a text.
func (r readme) find(t *testing.T, beginning string) string {
	t.Helper()
	for _, b := range r.blocks {
		if strings.HasPrefix(b.text, beginning) {
			return b.text
		}
	}
	t.Fatalf("no page has a block that begins with %q", beginning)
	return ""
}

// answers fails unless a request gets the status and the text (in "message"
// or "detail").
func (s service) answers(t *testing.T, method, path, token string, body any, wantStatus int, wantText string) {
	t.Helper()
	status, answer := s.call(t, method, path, token, body)
	text, _ := answer["message"].(string)
	if text == "" {
		text, _ = answer["detail"].(string)
	}
	if status != wantStatus || text != wantText {
		t.Errorf("%s %s = %d %v, want %d %q", method, path, status, answer, wantStatus, wantText)
	}
}
