package prompt

import (
	"context"

	"golang.org/x/term"
)

// keyMode returns the mode of the console. survey sets the one it needs; raw mode
// would have its keys come as escape sequences, which it does not know here.
func keyMode(fd int) (*term.State, error) { return term.GetState(fd) }

// await runs ask next to the question: survey reads console events here, and
// such a read can't be called off. At the end of ctx it is left behind.
func await(ctx context.Context, ask func() error) error {
	done := make(chan error, 1)
	go func() { done <- ask() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
