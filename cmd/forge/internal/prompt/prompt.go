// Package prompt asks the person at the terminal for what the flags left out.
//
// A Question goes in, an answer comes out. Three prompters return the same
// answers to the same questions:
//
//	survey.go   drawn with AlecAivazis/survey on a capable terminal
//	line.go     numbered lines without any escape sequence, for screen readers
//	silent.go   never asks
//
// survey is archived, so its failings are made good here and no survey type
// leaves the package. It reads and writes through terminal.go, which answers
// its cursor queries, passes it one key at a time from one buffer that all
// questions share (source.go, decode.go), and puts the terminal back.
package prompt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/term"
)

// ErrInterrupted reports that the user pressed Ctrl-C or that the context of
// the question ended. The terminal is as it was before the question.
var ErrInterrupted = errors.New("interrupted")

// ErrUnanswered reports that no one can answer: the input is at its end, the
// person pressed Ctrl-D, the terminal is gone, or the prompter is silent.
var ErrUnanswered = errors.New("no answer")

// Prompter asks one question at a time; it is not for concurrent use.
//
// Every method returns ErrInterrupted or ErrUnanswered (test with errors.Is)
// when there is no answer, and returns promptly when ctx ends. Turning signals
// into the end of ctx is the caller's part.
type Prompter interface {
	// Select returns the Value of the option chosen.
	Select(ctx context.Context, q Question) (string, error)
	// MultiSelect returns the Values of the options chosen, in the order of
	// the options; possibly none.
	MultiSelect(ctx context.Context, q Question) ([]string, error)
	// Input returns the line typed, without space around it.
	Input(ctx context.Context, q Question) (string, error)
	// Confirm returns yes or no. It uses neither Options nor Validate.
	Confirm(ctx context.Context, q Question) (bool, error)
}

// Question is what a person is asked. Control characters in it are not shown.
type Question struct {
	Message string
	Help    string
	// Default is the answer to an empty line: for Select the Value of an
	// option, for MultiSelect Values separated by commas, for Confirm "yes"
	// or "no" (the same as "").
	Default string
	// Options are what Select and MultiSelect offer; at least one.
	Options []Option
	// Validate may refuse an answer; its error is shown and the question asked
	// again. MultiSelect passes it the Values joined by commas.
	Validate func(string) error
}

// Option is one choice of a Select or MultiSelect.
type Option struct {
	Value       string
	Description string
}

// Look is how questions are to look.
type Look struct {
	Plain     bool // line by line, without any escape sequence
	Colorless bool // drawn, but in the terminal's own colour
}

// New returns the prompter that suits the terminal: a drawn one, or line by
// line when the look is plain, the terminal is dumb, or in or out is no terminal.
// Make one and keep it: it has what was typed ahead of the next question.
func New(in, out *os.File, look Look) Prompter {
	if look.Plain || !Interactive(in, out) || dumb(os.Getenv("TERM")) {
		return &liner{source: newSource(in), out: out}
	}
	return &drawer{in: in, out: out, colorless: look.Colorless, keys: &keyboard{source: newSource(in)}}
}

// Interactive reports whether someone can be asked: in and out are terminals.
func Interactive(in, out *os.File) bool {
	return term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(out.Fd()))
}

// dumb reports whether a terminal of this kind can't move its cursor. Windows
// sets no TERM.
func dumb(kind string) bool {
	return kind == "dumb" || kind == "" && runtime.GOOS != "windows"
}

// defaults returns the indices of the options that Default names.
func (q Question) defaults() ([]int, error) {
	if len(q.Options) == 0 {
		return nil, fmt.Errorf("asking %q: there are no options", q.Message)
	}
	var chosen []int
	for _, value := range strings.Split(q.Default, ",") {
		if value = strings.TrimSpace(value); value == "" {
			continue
		}
		i := slices.IndexFunc(q.Options, func(o Option) bool { return o.Value == value })
		if i < 0 {
			return nil, fmt.Errorf("asking %q: the default %q is not an option", q.Message, value)
		}
		chosen = append(chosen, i)
	}
	return chosen, nil
}

// values returns the Values of the options with these indices, in the order of
// the options and each once.
func (q Question) values(chosen []int) []string {
	values := []string{}
	for i, o := range q.Options {
		if slices.Contains(chosen, i) {
			values = append(values, o.Value)
		}
	}
	return values
}

// check is Validate, if there is one, with an error fit to be shown.
func (q Question) check(answer string) error {
	if q.Validate == nil {
		return nil
	}
	if err := q.Validate(answer); err != nil {
		return errors.New(printable(err.Error()))
	}
	return nil
}

// printable replaces what could move the cursor or reorder the line: messages
// may quote file names and paths of a project that is not ours.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
}

// unanswered is ErrUnanswered with its cause, if that adds anything.
func unanswered(cause error) error {
	if errors.Is(cause, io.EOF) {
		return ErrUnanswered
	}
	return fmt.Errorf("%w: %w", ErrUnanswered, cause)
}
