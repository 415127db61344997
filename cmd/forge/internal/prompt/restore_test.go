//go:build !windows

package prompt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
)

// questions are the four kinds, each as a function that asks one; drawn is
// shown when the question waits for keys.
func questions(p Prompter) map[string]func(context.Context) <-chan outcome {
	return map[string]func(context.Context) <-chan outcome{
		"select":      func(ctx context.Context) <-chan outcome { return begin(ctx, p.Select, authQuestion()) },
		"multiselect": func(ctx context.Context) <-chan outcome { return begin(ctx, p.MultiSelect, databaseQuestion()) },
		"input":       func(ctx context.Context) <-chan outcome { return begin(ctx, p.Input, Question{Message: "Which name?"}) },
		"confirm": func(ctx context.Context) <-chan outcome {
			return begin(ctx, p.Confirm, Question{Message: "Which way?"})
		},
	}
}

// However a question ends, the terminal is restored and the error says why.
func TestEndings(t *testing.T) {
	endings := []struct {
		name string
		end  func(*screen, context.CancelFunc)
		want error
	}{
		{"Ctrl-C", func(s *screen, _ context.CancelFunc) { s.send("ab\x1b[Dc\x03") }, ErrInterrupted},
		{"Ctrl-D", func(s *screen, _ context.CancelFunc) { s.send("ab\x1b[Dc\x04") }, ErrUnanswered},
		{"end of context", func(_ *screen, cancel context.CancelFunc) { cancel() }, ErrInterrupted},
		{"end of context in a sequence", func(s *screen, cancel context.CancelFunc) { s.send("\x1b["); cancel() }, ErrInterrupted},
	}
	tiny := terminalKind{"tiny", 10, 3, "\x1b[3;4R"}
	for _, kind := range []terminalKind{usual(), mute(), tiny} {
		for _, ending := range endings {
			for name := range questions(nil) {
				t.Run(kind.name+"/"+ending.name+"/"+name, func(t *testing.T) {
					s := openScreen(t, kind)
					p := New(s.tty, s.tty, Look{})
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					done := questions(p)[name](ctx)
					s.waitFor("Which", 1) // drawn, so the terminal is in key mode
					ending.end(s, cancel)
					if o := s.wait(done); !errors.Is(o.err, ending.want) {
						t.Errorf("got %v, %v; want %v", o.answer, o.err, ending.want)
					}
					s.assertRestored()
				})
			}
		}
	}
}

func TestEndedContextDrawsNothing(t *testing.T) {
	for _, plain := range []bool{false, true} {
		s := openScreen(t, usual())
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for name, ask := range questions(New(s.tty, s.tty, Look{Plain: plain})) {
			if o := s.wait(ask(ctx)); !errors.Is(o.err, ErrInterrupted) {
				t.Errorf("%s: %v", name, o.err)
			}
		}
		if _, err := s.tty.WriteString("<end>"); err != nil {
			t.Fatal(err)
		}
		s.waitFor("<end>", 1)
		if s.text() != "<end>" {
			t.Errorf("shown: %q", s.text())
		}
	}
}

// The read that an ended question leaves behind serves the next one.
func TestQuestionAfterEndedOne(t *testing.T) {
	for _, plain := range []bool{false, true} {
		s := openScreen(t, usual())
		p := New(s.tty, s.tty, Look{Plain: plain})
		ctx, cancel := context.WithCancel(t.Context())
		done := begin(ctx, p.Select, authQuestion())
		s.waitFor("Which", 1)
		cancel()
		s.wait(done)
		done = begin(t.Context(), p.Select, databaseQuestion())
		s.waitFor("Which database", 1)
		s.send("sqlite\r")
		s.want(done, "sqlite")
		s.assertRestored()
	}
}

func TestPanicRestores(t *testing.T) {
	s := openScreen(t, usual())
	q := authQuestion()
	q.Validate = func(string) error { panic("a fault of the caller") }
	s.send("\r")
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was lost")
			}
		}()
		_, _ = New(s.tty, s.tty, Look{}).Select(t.Context(), q)
	}()
	s.assertRestored()
}

// A terminal that disappears ends the question; nothing spins or hangs.
func TestHangUp(t *testing.T) {
	for _, plain := range []bool{false, true} {
		for name := range questions(nil) {
			t.Run(fmt.Sprintf("%s/plain=%v", name, plain), func(t *testing.T) {
				s := openScreen(t, mute())
				done := questions(New(s.tty, s.tty, Look{Plain: plain}))[name](t.Context())
				s.waitFor("Which", 1)
				s.hangUp()
				if o := s.wait(done); !errors.Is(o.err, ErrUnanswered) {
					t.Errorf("got %v, %v", o.answer, o.err)
				}
			})
		}
	}
}

// childVariable makes TestChild the program under test in TestSignals.
const childVariable = "FORGE_PROMPT_TEST_CHILD"

// A process that gets a signal at a question ends promptly, the terminal put
// back: by the keyboard in line mode, by kill in both.
func TestSignals(t *testing.T) {
	for _, mode := range []string{"drawn", "plain"} {
		for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
			t.Run(mode+"/"+sig.String(), func(t *testing.T) {
				s := openScreen(t, usual())
				cmd := startChild(t, s, mode)
				s.waitFor("Which mode?", 1)
				if err := cmd.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
				s.waitFor("ended: interrupted", 1)
				_ = cmd.Wait()
				s.assertRestored()
			})
		}
		t.Run(mode+"/keyboard", func(t *testing.T) {
			s := openScreen(t, usual())
			cmd := startChild(t, s, mode)
			s.waitFor("Which mode?", 1)
			s.send("\x03")
			s.waitFor("ended: interrupted", 1)
			_ = cmd.Wait()
			s.assertRestored()
		})
	}
}

func startChild(t *testing.T, s *screen, mode string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$")
	// The race detector would have each child sleep for a second at its end.
	cmd.Env = append(os.Environ(), childVariable+"="+mode, "GORACE=atexit_sleep_ms=0")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = s.tty, s.tty, s.tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

func TestChild(t *testing.T) {
	mode := os.Getenv(childVariable)
	if mode == "" {
		t.Skip("is run by TestSignals")
	}
	ctx, stop := signal.NotifyContext(t.Context(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	_, err := New(os.Stdin, os.Stdout, Look{Plain: mode == "plain"}).Select(ctx, authQuestion())
	fmt.Printf("ended: %v\n", err)
}
