//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/forge-go/forge/scripts/test/leave"
)

// compiling is how long the go command may take between two questions.
const compiling = 5 * time.Minute

func TestForeignModuleIsAskedAbout(t *testing.T) {
	leave.ToTestAll(t)
	for _, tt := range []struct {
		name, beside, write string
		code, lines         int
	}{
		{"all is agreed to", "y\r", "y\r", exitDone, 2},
		{"not beside what is there", "n\r", "", exitRefused, 0},
		{"not after all", "y\r", "n\r", exitFailed, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root := foreign{name: "existing-login"}.copy(t)
			before, err := os.ReadFile(filepath.Join(root, "main.go"))
			must(t, err)
			s := startSessionIn(t, root, "dumb", "add", "auth", "--mode=basic")
			s.answerWithin(t, compiling, "There is log-in code already (a route POST /login (main.go:20)). Add accounts next to it?", tt.beside)
			if tt.write != "" {
				s.answerWithin(t, compiling, "Write this?", tt.write)
			}
			err = s.wait()
			code := 0
			if exit, ok := err.(*exec.ExitError); ok {
				code = exit.ExitCode()
			}
			after, err := os.ReadFile(filepath.Join(root, "main.go"))
			must(t, err)
			if lines := addedLines(string(before), string(after)); code != tt.code || lines != tt.lines {
				t.Errorf("exit %d, %d lines; want %d, %d\n%s", code, lines, tt.code, tt.lines, s.shown())
			}
			planned := 0
			if tt.write != "" {
				planned = 1
			}
			if times := strings.Count(s.shown(), "new files in internal/accounts"); times != planned {
				t.Errorf("the plan was shown %d times, not %d:\n%s", times, planned, s.shown())
			}
		})
	}
}
