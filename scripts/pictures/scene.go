//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/creack/pty"
)

// scene is a picture of commands that run one after the other in one folder.
type scene struct {
	name    string
	columns int
	dir     string // below the work folder
	runs    []step
}

// step is a command line, and what is typed when it has shown something.
type step struct {
	line    string
	answers []answer
}

type answer struct{ question, keys string }

func scenes() []scene {
	return []scene{
		{name: "new", columns: 84, runs: []step{{line: "forge new", answers: []answer{
			{"What is the service's name?", "myapi\r"},
			{"Which accounts does it need?", "\r"},
			{"Which database does it use?", "\r"},
			{"Which router does it use?", "\r"},
		}}}},
		{name: "field", columns: 100, dir: "myapi", runs: []step{
			{line: "forge add field 'first_name:string?'"},
			{line: "forge undo"},
			{line: "forge doctor"},
		}},
	}
}

const rows = 60

// record runs the scene on a pseudo-terminal.
func (s scene) record(ctx context.Context, work string) (*screen, error) {
	shown := newScreen(s.columns)
	for i, c := range s.runs {
		if i > 0 {
			shown.write([]byte("\r\n"))
		}
		shown.write([]byte("\x1b[32m$\x1b[0m \x1b[1m" + c.line + "\x1b[0m\r\n"))
		if err := c.run(ctx, work, filepath.Join(work, s.dir), shown); err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", c.line, err, shown.text())
		}
	}
	return shown, nil
}

func (c step) run(ctx context.Context, work, dir string, shown *screen) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", "exec "+c.line)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "NO_COLOR=", "PATH="+work+string(filepath.ListSeparator)+os.Getenv("PATH"))
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: rows, Cols: uint16(shown.columns)})
	if err != nil {
		return err
	}
	defer terminal.Close()
	r := &recorder{terminal: terminal, screen: shown}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(r, terminal) // Linux ends a pseudo-terminal with an error.
	}()
	for _, a := range c.answers {
		if err := r.answer(ctx, a); err != nil {
			return err
		}
	}
	if err := cmd.Wait(); err != nil {
		return err
	}
	<-ended
	return nil
}

// recorder takes what is shown, and says where the cursor is when asked.
type recorder struct {
	terminal *os.File
	mu       sync.Mutex
	screen   *screen
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for rest := p; len(rest) > 0; {
		part, after, asked := bytes.Cut(rest, []byte("\x1b[6n"))
		r.screen.write(part)
		if asked {
			fmt.Fprintf(r.terminal, "\x1b[%d;%dR", r.screen.row+1, r.screen.column+1)
		}
		rest = after
	}
	return len(p), nil
}

// answer types when the question is shown.
func (r *recorder) answer(ctx context.Context, a answer) error {
	for {
		r.mu.Lock()
		asked := strings.Contains(r.screen.text(), a.question)
		r.mu.Unlock()
		if asked {
			_, err := io.WriteString(r.terminal, a.keys)
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%q was never shown", a.question)
		case <-time.After(10 * time.Millisecond):
		}
	}
}
