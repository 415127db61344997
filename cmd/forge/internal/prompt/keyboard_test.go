package prompt

import (
	"context"
	"errors"
	"io"
	"testing"
)

// A bare Escape times out, so that a letter typed long after it is not read as
// the rest of a sequence.
func TestEscapeIsGivenUp(t *testing.T) {
	in, typing := io.Pipe()
	defer typing.Close()
	k := &keyboard{source: newSource(in)}
	go func() { _, _ = typing.Write([]byte("\x1b")) }()
	if err := k.fill(t.Context()); err != nil || !k.decoder.unfinished() {
		t.Fatalf("after Escape: %v, %+v", err, k.decoder)
	}
	if err := k.fill(t.Context()); err != nil || k.decoder.unfinished() {
		t.Fatalf("after the wait: %v, %+v", err, k.decoder)
	}
	go func() { _, _ = typing.Write([]byte("Oh")) }()
	for _, want := range "Oh" {
		if got, err := k.next(t.Context()); err != nil || got != want {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
}

// The end of the context differs from the end of that wait.
func TestEscapeAndEndOfContext(t *testing.T) {
	in, typing := io.Pipe()
	defer typing.Close()
	k := &keyboard{source: newSource(in)}
	k.decoder.feed(keyEscape)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
