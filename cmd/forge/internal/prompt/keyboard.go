package prompt

import (
	"context"
	"time"
)

const (
	// replyWait is how long a terminal may take to report its cursor; a slow
	// remote line needs a few hundred milliseconds.
	replyWait = 500 * time.Millisecond
	// sequenceWait is how long the rest of an escape sequence may take; after
	// it the person has pressed Escape, which means nothing here.
	sequenceWait = 250 * time.Millisecond
)

// keyboard has the keys that were pressed and not used yet, across questions.
type keyboard struct {
	source  *source
	decoder decoder
	keys    []rune
	report  string // the newest cursor report
	silent  bool   // a cursor query went unanswered; a late report answers none
}

// next returns the next key, or ctx.Err(), or io.EOF at the end of the input.
func (k *keyboard) next(ctx context.Context) (rune, error) {
	for len(k.keys) == 0 {
		if err := k.fill(ctx); err != nil {
			return 0, err
		}
	}
	r := k.keys[0]
	k.keys = k.keys[1:]
	return r, nil
}

// fill waits for more input, but only briefly within an unfinished sequence.
func (k *keyboard) fill(ctx context.Context) error {
	waiting := ctx
	if k.decoder.unfinished() {
		var stop context.CancelFunc
		waiting, stop = context.WithTimeout(ctx, sequenceWait)
		defer stop()
	}
	data, err := k.source.next(waiting)
	for _, b := range data {
		for _, t := range k.decoder.feed(b) {
			if t.report != "" {
				k.report = t.report
			} else {
				k.keys = append(k.keys, t.key)
			}
		}
	}
	if err != nil && waiting.Err() != nil && ctx.Err() == nil {
		k.decoder = decoder{}
		return nil
	}
	return err
}

// cursor returns the report that answers the query which ask sends. It returns
// "" when none comes in time, and from then on without asking: such a terminal
// answers late or never.
func (k *keyboard) cursor(ctx context.Context, ask func() error) string {
	if k.silent {
		return ""
	}
	k.report = ""
	if err := ask(); err != nil {
		return ""
	}
	waiting, stop := context.WithTimeout(ctx, replyWait)
	defer stop()
	for k.report == "" {
		if err := k.fill(waiting); err != nil {
			k.silent = true
			return ""
		}
	}
	return k.report
}
