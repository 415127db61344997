//go:build !windows

package prompt

import (
	"bytes"
	"context"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	"golang.org/x/term"
)

// patience is how long a test waits for what must come; it is no part of what
// is measured.
const patience = 20 * time.Second

// screen is the far side of a real pseudo-terminal: what a person sees and
// types, and what the terminal itself answers.
type screen struct {
	t       *testing.T
	master  *os.File
	tty     *os.File
	cooked  *term.State // the mode at the beginning
	mu      sync.Mutex
	seen    []byte
	changed chan struct{} // closed and replaced when seen grows
	drawn   vt10x.Terminal
}

// terminalKind is one terminal: its size, and its answer to the cursor query
// ("" for none, ever), or the one that it really has.
type terminalKind struct {
	name          string
	columns, rows uint16
	reply         string
}

// truly is the reply of a terminal that draws what is written, and knows its cursor.
const truly = "truly"

func usual() terminalKind { return terminalKind{"usual", 80, 24, "\x1b[5;20R"} }
func mute() terminalKind  { return terminalKind{"mute", 80, 24, ""} }

func kinds() []terminalKind {
	return []terminalKind{
		usual(),
		mute(),
		{"at the bottom", 80, 24, "\x1b[24;20R"},
		{"tiny", 10, 3, "\x1b[3;4R"},
		{"tiny and mute", 10, 3, ""},
		{"one cell", 1, 1, "\x1b[1;1R"},
		{"without a size", 0, 0, ""},
	}
}

func openScreen(t *testing.T, kind terminalKind) *screen {
	t.Helper()
	t.Setenv("TERM", "xterm-256color")
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Cols: kind.columns, Rows: kind.rows}); err != nil {
		t.Fatal(err)
	}
	cooked, err := term.GetState(int(tty.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{t: t, master: master, tty: tty, cooked: cooked, changed: make(chan struct{})}
	if kind.reply == truly {
		kind.reply = ""
		s.drawn = vt10x.New(vt10x.WithSize(int(kind.columns), int(kind.rows)), vt10x.WithWriter(master))
	}
	go s.watch(kind.reply)
	t.Cleanup(func() { master.Close(); tty.Close() })
	return s
}

// watch collects the output and plays the terminal's part in cursor queries.
func (s *screen) watch(reply string) {
	buf := make([]byte, 4096)
	answered := 0
	for {
		n, err := s.master.Read(buf)
		if s.drawn != nil {
			_, _ = s.drawn.Write(buf[:n])
		}
		s.mu.Lock()
		s.seen = append(s.seen, buf[:n]...)
		queries := bytes.Count(s.seen, []byte(cursorQuery))
		close(s.changed)
		s.changed = make(chan struct{})
		s.mu.Unlock()
		for ; answered < queries; answered++ {
			_, _ = s.master.WriteString(reply)
		}
		if err != nil {
			return
		}
	}
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.seen)
}

// waitFor waits until want was shown count times.
func (s *screen) waitFor(want string, count int) {
	s.t.Helper()
	deadline := time.After(patience)
	for {
		s.mu.Lock()
		found, changed := strings.Count(string(s.seen), want) >= count, s.changed
		s.mu.Unlock()
		if found {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			s.t.Fatalf("%q was not shown %d times in %q", want, count, s.text())
		}
	}
}

// drawnText is what the terminal shows, without blanks at the ends of lines.
func (s *screen) drawnText() string {
	var lines []string
	for line := range strings.Lines(s.drawn.String()) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

func (s *screen) send(keys string) {
	s.t.Helper()
	if _, err := s.master.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

// hangUp ends the far side. A read that watch has open keeps the descriptor in
// use, so it is given something to return with; without one, that write fails.
func (s *screen) hangUp() {
	s.t.Helper()
	if err := s.master.Close(); err != nil {
		s.t.Fatal(err)
	}
	_, _ = s.tty.WriteString("x")
}

// assertRestored checks that the terminal is as it was: mode and visible cursor.
func (s *screen) assertRestored() {
	s.t.Helper()
	now, err := term.GetState(int(s.tty.Fd()))
	if err != nil {
		s.t.Fatal(err)
	}
	if !reflect.DeepEqual(now, s.cooked) {
		s.t.Errorf("terminal mode: %+v, want %+v", now, s.cooked)
	}
	const end = "<end>"
	if _, err := s.tty.WriteString(end); err != nil {
		s.t.Fatal(err)
	}
	s.waitFor(end, 1)
	seen := s.text()
	if strings.LastIndex(seen, "\x1b[?25l") > strings.LastIndex(seen, "\x1b[?25h") {
		s.t.Errorf("the cursor is hidden: %q", seen)
	}
}

// outcome is the outcome of a question.
type outcome struct {
	answer any
	err    error
}

// begin asks in the background; wait returns the outcome.
func begin[T any](ctx context.Context, ask func(context.Context, Question) (T, error), q Question) <-chan outcome {
	done := make(chan outcome, 1)
	go func() {
		answer, err := ask(ctx, q)
		done <- outcome{answer, err}
	}()
	return done
}

func (s *screen) wait(done <-chan outcome) outcome {
	s.t.Helper()
	select {
	case o := <-done:
		return o
	case <-time.After(patience):
		s.t.Fatalf("the question does not end; shown: %q", s.text())
		return outcome{}
	}
}

// want waits for the outcome and checks that it is this answer.
func (s *screen) want(done <-chan outcome, answer any) {
	s.t.Helper()
	o := s.wait(done)
	if o.err != nil || !reflect.DeepEqual(o.answer, answer) {
		s.t.Errorf("got %#v, %v; want %#v; shown: %q", o.answer, o.err, answer, s.text())
	}
}

func authQuestion() Question {
	return Question{
		Message: "Which mode?", Help: "How users log in.", Default: "none",
		Options: []Option{{"none", "no users"}, {"basic", "tokens"}, {"complete", "accounts"}},
	}
}

func databaseQuestion() Question {
	return Question{
		Message: "Which database?", Default: "mysql",
		Options: []Option{{"sqlite", ""}, {"postgres", ""}, {"mysql", ""}},
	}
}
