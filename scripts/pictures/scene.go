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
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
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
		{name: "new", columns: 100, runs: []step{{line: "forge new", answers: []answer{
			{"What is the service's name?", "myapi\r"},
			{"Which accounts does it need?", "\r"},
			{"Which features does it need?", "\r"},
			{"Which database does it use?", "\r"},
			{"Which router does it use?", "\r"},
			{"Write it, or change an answer?", "\r"},
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
func (s scene) record(ctx context.Context, work string) (vt10x.Terminal, error) {
	keys := &keyboard{}
	shown := vt10x.New(vt10x.WithSize(s.columns, rows), vt10x.WithWriter(keys))
	for i, c := range s.runs {
		if i > 0 {
			fmt.Fprint(shown, "\r\n")
		}
		fmt.Fprint(shown, "\x1b[32m$\x1b[0m \x1b[1m"+c.line+"\x1b[0m\r\n")
		if err := c.run(ctx, work, filepath.Join(work, s.dir), shown, keys); err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", c.line, err, shown)
		}
	}
	return shown, nil
}

// keyboard is what a terminal answers to, once a command runs on it.
type keyboard struct{ io.Writer }

func (c step) run(ctx context.Context, work, dir string, shown vt10x.Terminal, keys *keyboard) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", "exec "+c.line)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "NO_COLOR=", "CI=", "PATH="+work+string(filepath.ListSeparator)+os.Getenv("PATH"))
	columns, _ := shown.Size()
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: rows, Cols: uint16(columns)})
	if err != nil {
		return err
	}
	defer terminal.Close()
	keys.Writer = terminal
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(dimmer{shown}, terminal) // Linux ends a pseudo-terminal with an error.
	}()
	for _, a := range c.answers {
		if err := a.give(ctx, shown, terminal); err != nil {
			return err
		}
	}
	if err := cmd.Wait(); err != nil {
		return err
	}
	<-ended
	return nil
}

// dimmer hands what is dim on as grey: vt10x knows no dim.
type dimmer struct{ io.Writer }

func (d dimmer) Write(p []byte) (int, error) {
	_, err := d.Writer.Write(bytes.ReplaceAll(p, []byte("\x1b[2m"), []byte("\x1b[90m")))
	return len(p), err
}

// give types the answer once the question is shown.
func (a answer) give(ctx context.Context, shown vt10x.Terminal, terminal io.Writer) error {
	for !strings.Contains(shown.String(), a.question) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%q was never shown", a.question)
		case <-time.After(10 * time.Millisecond):
		}
	}
	_, err := io.WriteString(terminal, a.keys)
	return err
}
