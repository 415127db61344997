//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// session is forge on a pseudo-terminal.
type session struct {
	cmd      *exec.Cmd
	terminal *os.File
	ended    chan struct{} // closed when all that forge shows was read

	mu     sync.Mutex
	screen bytes.Buffer
	read   int // what was shown before the last answer
}

func startSession(t *testing.T, term string, args ...string) *session {
	t.Helper()
	return startSessionIn(t, t.TempDir(), term, args...)
}

func startSessionIn(t *testing.T, dir, term string, args ...string) *session {
	t.Helper()
	s := &session{cmd: exec.Command("forge", args...), ended: make(chan struct{})}
	s.cmd.Dir = dir
	s.cmd.Env = append(os.Environ(), "TERM="+term, "CI=", // and git knows nobody on a new machine
		"GIT_AUTHOR_NAME=Test", "GIT_AUTHOR_EMAIL=test@example.com", "GIT_COMMITTER_NAME=Test", "GIT_COMMITTER_EMAIL=test@example.com")
	terminal, err := pty.Start(s.cmd)
	must(t, err)
	s.terminal = terminal
	t.Cleanup(func() { _ = terminal.Close() })
	go func() {
		defer close(s.ended)
		_, _ = io.Copy(s, terminal) // It ends with an error when nobody has the other side open.
	}()
	return s
}

// wait waits for forge to end, and for the last that it shows.
func (s *session) wait() error {
	err := s.cmd.Wait()
	select {
	case <-s.ended:
	case <-time.After(10 * time.Second): // Something else has the terminal open.
	}
	return err
}

// Write takes what forge shows, and answers its cursor queries.
func (s *session) Write(p []byte) (int, error) {
	for range bytes.Count(p, []byte("\x1b[6n")) {
		_, _ = io.WriteString(s.terminal, "\x1b[1;1R")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.screen.Write(p)
}

func (s *session) shown() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.screen.String()
}

// answer waits for a question and types.
func (s *session) answer(t *testing.T, question, keys string) {
	t.Helper()
	s.answerWithin(t, 20*time.Second, question, keys)
}

func (s *session) answerWithin(t *testing.T, patience time.Duration, question, keys string) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !strings.Contains(s.shown()[s.read:], question) {
		if time.Now().After(deadline) {
			t.Fatalf("forge never asked %q:\n%s", question, s.shown())
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.read = len(s.shown())
	_, err := io.WriteString(s.terminal, keys)
	must(t, err)
}

func TestQuestionsOnATerminal(t *testing.T) {
	for _, term := range []string{"xterm-256color", "dumb"} {
		t.Run(term, func(t *testing.T) {
			s := startSession(t, term, "new", "--db=sqlite")
			s.answer(t, "What is the service's name?", "github.com/acme/shop\r")
			s.answer(t, "Which accounts does it need?", "\r")
			s.answer(t, "Which features does it need?", "\r")
			s.answer(t, "Which router does it use?", "\r")
			s.answer(t, "Write it, or change an answer?", "\r")
			if err := s.wait(); err != nil {
				t.Fatalf("%v\n%s", err, s.shown())
			}
			content, err := os.ReadFile(filepath.Join(s.cmd.Dir, "shop", "go.mod"))
			if err != nil || !strings.Contains(string(content), "module github.com/acme/shop\n") {
				t.Errorf("%v: %s\n%s", err, content, s.shown())
			}
		})
	}
}

func TestOnlyMissingAnswersAreAskedFor(t *testing.T) {
	s := startSession(t, "dumb", "new", "myapi", "--auth=none", "--db=sqlite", "--router=chi")
	if err := s.wait(); err != nil {
		t.Fatalf("%v\n%s", err, s.shown())
	}
	if strings.Contains(s.shown(), "?") {
		t.Errorf("forge asked:\n%s", s.shown())
	}
}

func TestFaultyAnswersAreAskedForAgain(t *testing.T) {
	s := startSession(t, "dumb", "new", "--auth=none", "--db=sqlite", "--router=stdlib")
	s.answer(t, "What is the service's name?", "MyApi\r")
	s.answer(t, "upper-case letters; how about myapi?", "myapi\r")
	s.answer(t, "Write it, or change an answer?", "\r")
	if err := s.wait(); err != nil {
		t.Fatalf("%v\n%s", err, s.shown())
	}
}

// Features that fewer accounts can't have are not left out in silence.
func TestDroppedFeaturesAreNamed(t *testing.T) {
	s := startSession(t, "dumb", "new", "myapi", "--db=sqlite", "--router=stdlib")
	s.answer(t, "Which accounts", "complete\r")
	s.answer(t, "Which features", "redis,totp\r")
	s.answer(t, "Write it, or change an answer?", "auth\r")
	s.answer(t, "Which accounts", "basic\r")
	s.answer(t, "redis; these accounts can't have totp", "with\r")
	s.answer(t, "Which features", "api-keys\r")
	s.answer(t, "Write it, or change an answer?", "write\r")
	if err := s.wait(); err != nil {
		t.Fatalf("%v\n%s", err, s.shown())
	}
	if !strings.Contains(s.shown(), "--auth=basic") || !strings.Contains(s.shown(), "--with=api-keys") {
		t.Errorf("forge said\n%s", s.shown())
	}
}

// Each answer can be taken back before anything is written, and what was
// written says how to have it again without a question.
func TestAnswersAreTakenBack(t *testing.T) {
	for _, term := range []string{"xterm-256color", "dumb"} {
		t.Run(term, func(t *testing.T) {
			s := startSession(t, term, "new", "shop", "--db=postgres")
			ask := "Write it, or change an answer?"
			s.answer(t, "Which accounts does it need?", "\r")
			s.answer(t, "Which features does it need?", "\r")
			s.answer(t, "Which router does it use?", "gin\r")
			for _, change := range []struct{ what, question, answer string }{
				{"auth", "Which accounts does it need?", "none"},
				{"module", "What is the module path?", "github.com/acme/shop"},
				{"db", "Which database does it use?", "sqlite"},
				{"name", "What is the service's name?", "store"},
			} {
				s.answer(t, ask, change.what+"\r")
				s.answer(t, change.question, change.answer+"\r")
			}
			s.answer(t, ask, "git\rwrite\r")
			if err := s.wait(); err != nil {
				t.Fatalf("%v\n%s", err, s.shown())
			}
			if !strings.Contains(s.shown(), "forge new store --auth=none --db=sqlite --router=gin --git") {
				t.Errorf("the command is not shown:\n%s", s.shown())
			}
			if _, err := os.Stat(filepath.Join(s.cmd.Dir, "store", ".git")); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestStopWritesNothing(t *testing.T) {
	s := startSession(t, "dumb", "new", "shop", "--db=sqlite", "--auth=none")
	s.answer(t, "Which router does it use?", "\r")
	s.answer(t, "Write it, or change an answer?", "stop\r")
	if err := s.wait(); err == nil {
		t.Errorf("forge went on:\n%s", s.shown())
	}
	if left := filesBelow(t, s.cmd.Dir); len(left) > 0 {
		t.Errorf("left %q", left)
	}
}

func TestCtrlCAtAQuestionWritesNothing(t *testing.T) {
	for _, term := range []string{"xterm-256color", "dumb"} {
		t.Run(term, func(t *testing.T) {
			s := startSession(t, term, "new", "myapi")
			s.answer(t, "Which accounts does it need?", "\x03")
			err := s.cmd.Wait()
			if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 130 {
				t.Errorf("got %v\n%s", err, s.shown())
			}
			if left := filesBelow(t, s.cmd.Dir); len(left) > 0 {
				t.Errorf("left %q", left)
			}
		})
	}
}
