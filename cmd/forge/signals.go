package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// interruptible runs a command that writes so that a signal ends its context
// and becomes its error. Commands that only print don't pay for that.
func interruptible(run func(cmd *cobra.Command) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		ctx, stop := withSignals(cmd.Context())
		defer stop()
		cmd.SetContext(ctx)
		err := run(cmd)
		if cause, ok := context.Cause(ctx).(signalError); ok && err != nil {
			return cause
		}
		return err
	}
}

// signalError is the cause of a context that a signal ended.
type signalError struct{ signal syscall.Signal }

func (e signalError) Error() string { return "stopped by a signal: " + e.signal.String() }

// withSignals returns a context that ends with a signalError. A second signal
// ends the process at once.
func withSignals(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		select {
		case received := <-signals:
			signal.Stop(signals)
			if number, ok := received.(syscall.Signal); ok {
				cancel(signalError{number})
			}
		case <-ctx.Done():
		}
	}()
	// Signals go on being caught: one that comes after the work ended must not
	// make it look unfinished.
	return ctx, func() { cancel(nil) }
}
