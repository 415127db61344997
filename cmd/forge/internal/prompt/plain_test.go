//go:build !windows

package prompt

import (
	"errors"
	"os"
	"strings"
	"testing"
)

// On a dumb terminal, or when asked to be plain, no escape sequence is shown,
// and what was typed ahead counts.
func TestPlainOnTerminal(t *testing.T) {
	for _, kind := range kinds() {
		for _, dumb := range []bool{true, false} {
			t.Run(kind.name, func(t *testing.T) {
				s := openScreen(t, kind)
				if dumb {
					t.Setenv("TERM", "dumb")
				}
				p := New(s.tty, s.tty, Look{Plain: !dumb})
				s.send("basic\rsqlite\r\r\r")
				s.want(begin(t.Context(), p.Select, authQuestion()), "basic")
				s.want(begin(t.Context(), p.MultiSelect, databaseQuestion()), []string{"sqlite"})
				s.want(begin(t.Context(), p.Input, Question{Message: "Name?", Default: "myapi"}), "myapi")
				s.want(begin(t.Context(), p.Confirm, Question{Message: "Go?", Default: "yes"}), true)
				done := begin(t.Context(), p.Confirm, Question{Message: "Last?"})
				s.waitFor("Last?", 1)
				s.send("\x04")
				if o := s.wait(done); !errors.Is(o.err, ErrUnanswered) {
					t.Errorf("Ctrl-D: got %v, %v", o.answer, o.err)
				}
				s.assertRestored()
				if strings.Contains(s.text(), "\x1b") {
					t.Errorf("an escape sequence in %q", s.text())
				}
			})
		}
	}
}

func TestInteractive(t *testing.T) {
	s := openScreen(t, usual())
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if !Interactive(s.tty, s.tty) || Interactive(null, s.tty) || Interactive(s.tty, null) {
		t.Error("only two terminals are interactive")
	}
	if _, err := New(null, s.tty, Look{}).Input(t.Context(), Question{Message: "Name?"}); !errors.Is(err, ErrUnanswered) {
		t.Errorf("closed input: got %v", err)
	}
}
