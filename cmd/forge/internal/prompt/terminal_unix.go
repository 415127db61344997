//go:build !windows

package prompt

import (
	"context"

	"golang.org/x/term"
)

// keyMode makes the terminal send each key at once and unechoed, Ctrl-C too,
// and returns the mode it had. Input that waits is kept.
func keyMode(fd int) (*term.State, error) { return term.MakeRaw(fd) }

// await runs ask. Its reads end when ctx does.
func await(_ context.Context, ask func() error) error { return ask() }
