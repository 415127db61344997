//go:build unix

package main

import (
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

func TestStepsOnATerminal(t *testing.T) {
	for name, c := range map[string]struct {
		term string
		args []string
		want string
	}{
		"colours":    {"xterm-256color", nil, `^\x1b\[32mdone\x1b\[0m  planned \d+ files +\x1b\[2m +\d+ ms\x1b\[0m\r\n\x1b\[32mdone\x1b\[0m  wrote them to myapi +\x1b\[2m +\d+ ms\x1b\[0m\r\nWrote myapi: accounts complete, sqlite, stdlib\r\n`},
		"no colours": {"xterm-256color", []string{"--no-color"}, `^done  planned \d+ files + \d+ ms\r\ndone  wrote them to myapi + \d+ ms\r\nWrote`},
		"plain":      {"xterm-256color", []string{"--plain"}, `^done  planned \d+ files + \d+ ms\r\ndone`},
		"dumb":       {"dumb", nil, `^done  planned \d+ files + \d+ ms\r\ndone`},
		"quiet":      {"xterm-256color", []string{"--quiet"}, `^$`},
		"facts":      {"xterm-256color", []string{"--json"}, `^\{\r\n`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("NO_COLOR", "")
			s := startSession(t, c.term, append([]string{"new", "myapi", "--yes"}, c.args...)...)
			if err := s.wait(); err != nil {
				t.Fatalf("%v\n%s", err, s.shown())
			}
			deadline := time.Now().Add(5 * time.Second) // what is written may come after the end
			// A machine that is slow shows the spinner of TestSpinner too.
			spinner := regexp.MustCompile(`\r\x1b\[K([|/\\-] {5}\w+ …)?`)
			for !regexp.MustCompile(c.want).MatchString(spinner.ReplaceAllString(s.shown(), "")) {
				if time.Now().After(deadline) {
					t.Fatalf("shows %q, want %s", s.shown(), c.want)
				}
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
}

// A spinner shows only when a step is slow, and leaves nothing behind.
func TestSpinner(t *testing.T) {
	ours, theirs, err := pty.Open()
	must(t, err)
	defer ours.Close()
	s := newSteps(theirs, &common{noColor: true})
	s.moving = true
	must(t, s.do("waiting", func() (string, error) { return "at once", nil }))
	must(t, s.do("waiting", func() (string, error) { time.Sleep(2 * spinnerDelay); return "later", nil }))
	must(t, theirs.Close())
	text, _ := io.ReadAll(ours) // ends with an error on Linux, as the other side is closed
	quick, slow, _ := strings.Cut(string(text), "\n")
	if strings.Contains(quick, "waiting") || !regexp.MustCompile(`^(\r\x1b\[K[-|/\\]     waiting …)+\r\x1b\[Kdone  later +\d+ ms\r\n$`).MatchString(slow) {
		t.Errorf("shows %q", text)
	}
}
