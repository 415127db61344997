package prompt

import (
	"context"
	"io"
)

// source reads the input so that waiting for it can end early.
//
// A read of a terminal can't be cancelled on every system, so it runs next to
// the question, and only when a question wants input: nothing is read from the
// terminal between questions. A read that outlives its question keeps its
// result for the next one.
type source struct {
	in      io.Reader
	results chan result // capacity 1: the reader never waits for a question
	reading bool
}

type result struct {
	data []byte
	err  error
}

func newSource(in io.Reader) *source {
	return &source{in: in, results: make(chan result, 1)}
}

// next returns the input that comes next, or ctx.Err() when ctx ends first, or
// io.EOF at the end.
func (s *source) next(ctx context.Context) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !s.reading {
		s.reading = true
		go s.read()
	}
	select {
	case r := <-s.results:
		s.reading = false
		return r.data, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *source) read() {
	buf := make([]byte, 1024)
	n, err := s.in.Read(buf)
	if n > 0 {
		err = nil // the next read returns it again
	}
	s.results <- result{buf[:n], err}
}
