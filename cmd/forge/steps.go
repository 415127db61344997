package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// steps shows on a terminal what a command does and how long each step takes.
// Elsewhere, and with --quiet or --json, it shows nothing. Slow steps are told where
// no spinner moves: not with --quiet or --json.
type steps struct {
	out                   io.Writer
	shown, moving, colour bool
	told                  bool
}

// newSteps looks at where messages go.
func newSteps(stderr io.Writer, flags *common) steps {
	file, ok := stderr.(*os.File)
	if !ok || flags.quiet || flags.json || !term.IsTerminal(int(file.Fd())) {
		return steps{}
	}
	dumb := flags.plain || os.Getenv("TERM") == "dumb"
	return steps{out: file, shown: true, moving: !dumb, colour: !dumb && !flags.noColor && os.Getenv("NO_COLOR") == ""}
}

// newSlowSteps is newSteps for a command whose steps may take minutes.
func newSlowSteps(stderr io.Writer, flags *common) steps {
	s := newSteps(stderr, flags)
	if !s.moving && !flags.quiet && !flags.json {
		s.out, s.told = stderr, true
	}
	return s
}

const (
	spinnerDelay = 300 * time.Millisecond // what is faster needs none
	spinnerPace  = 100 * time.Millisecond
	eraseLine    = "\r\x1b[K"
)

// do runs a step and reports it: with doing while it lasts, and then with what step
// returns.
func (s steps) do(doing string, step func() (done string, err error)) error {
	if s.told {
		if _, err := fmt.Fprintln(s.out, doing, "…"); err != nil {
			return err
		}
	}
	if !s.shown {
		_, err := step()
		return err
	}
	begin := time.Now()
	stop := s.spin(doing)
	done, err := step()
	stop()
	if err != nil {
		return err
	}
	word, dim, plain := "done", "", ""
	if s.colour {
		word, dim, plain = "\x1b[32mdone\x1b[0m", "\x1b[2m", "\x1b[0m"
	}
	_, err = fmt.Fprintf(s.out, "%s  %-36s %s%4d ms%s\n", word, done, dim, time.Since(begin).Milliseconds(), plain)
	return err
}

// spin shows a spinner until it is stopped, if that takes long enough.
func (s steps) spin(doing string) (stop func()) {
	if !s.moving {
		return func() {}
	}
	stopping, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		wait := time.NewTimer(spinnerDelay)
		defer wait.Stop()
		for frame := 0; ; frame++ {
			select {
			case <-stopping:
				if frame > 0 {
					_, _ = io.WriteString(s.out, eraseLine)
				}
				return
			case <-wait.C:
				_, _ = fmt.Fprintf(s.out, "%s%c     %s …", eraseLine, `|/-\`[frame%4], doing)
				wait.Reset(spinnerPace)
			}
		}
	}()
	return func() { close(stopping); <-stopped }
}
