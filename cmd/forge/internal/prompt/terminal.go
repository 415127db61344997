package prompt

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// What survey writes to learn where the cursor is and, after a move to the far
// corner, how large the terminal is. It writes each with one call.
const (
	cursorQuery = "\x1b[6n"
	farCorner   = "\x1b[999;999f"
)

// dialog is the terminal as one question's survey prompt sees it: a keyboard
// without surprises and a screen that always knows its cursor.
type dialog struct {
	ctx       context.Context // of the question; survey can't pass it
	in        *os.File
	out       *os.File
	colorless bool
	keys      *keyboard
	pressed   func() // is called before survey sees a key
	sized     bool   // the far corner was asked for: the next query means the size
	reply     string // the answer to the last query, to be read next
}

// open prepares the terminal for keys; restore puts back what was found.
func (d *dialog) open() (restore func(), err error) {
	saved, err := keyMode(int(d.in.Fd()))
	if err != nil {
		return nil, fmt.Errorf("preparing the terminal: %w", err)
	}
	return func() {
		// Both fail only if the terminal is gone; no one is left to see it.
		_, _ = io.WriteString(d.out, "\x1b[0m\x1b[?25h")
		_ = term.Restore(int(d.in.Fd()), saved)
	}, nil
}

// input is what survey reads: the answer to its query, or one key. A prompt
// throws its read buffer away at the end, so more would be lost.
type input struct{ *dialog }

func (i input) Fd() uintptr { return i.in.Fd() }

func (i input) Read(p []byte) (int, error) {
	if i.reply != "" {
		n := copy(p, i.reply)
		i.reply = i.reply[n:]
		return n, nil
	}
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	r, err := i.keys.next(i.ctx)
	if err != nil {
		return 0, err
	}
	if r == keyEnd { // survey would take the option under the cursor
		return 0, io.EOF
	}
	i.pressed()
	return copy(p, string(r)), nil
}

// output is what survey writes. It keeps the cursor queries back and prepares
// their answers: survey waits for one without limit and fails without one.
type output struct{ *dialog }

func (o output) Fd() uintptr { return o.out.Fd() }

func (o output) Write(p []byte) (int, error) {
	switch string(p) {
	case farCorner:
		o.sized = true
		return len(p), nil
	case cursorQuery:
		o.reply = o.position()
		o.sized = false
		return len(p), nil
	}
	// In key mode the terminal does not add the carriage return.
	shown := bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n"))
	if o.colorless {
		shown = withoutColors(shown)
	}
	if _, err := o.out.Write(shown); err != nil {
		return 0, err
	}
	return len(p), nil
}

// withoutColors leaves out what selects colours and weights (SGR, ECMA-48
// 8.3.117). survey writes such a sequence with one call.
func withoutColors(text []byte) []byte {
	var kept []byte
	for {
		before, sequence, found := bytes.Cut(text, []byte("\x1b["))
		kept = append(kept, before...)
		if !found {
			return kept
		}
		text = bytes.TrimLeft(sequence, "0123456789;")
		if final, ok := bytes.CutPrefix(text, []byte("m")); ok {
			text = final
			continue
		}
		kept = append(append(kept, "\x1b["...), sequence[:len(sequence)-len(text)]...)
	}
}

// position is the cursor report for the query just written. The size is known
// without asking. A cursor that the terminal does not report is assumed to be
// on the last row, where survey makes room before it continues.
func (o output) position() string {
	columns, rows := o.size()
	if o.sized {
		return fmt.Sprintf("\x1b[%d;%dR", rows, columns)
	}
	report := o.keys.cursor(o.ctx, func() error {
		_, err := io.WriteString(o.out, cursorQuery)
		return err
	})
	if report == "" {
		return fmt.Sprintf("\x1b[%d;1R", rows)
	}
	return report
}

// size returns the columns and rows of the terminal, the usual ones where it has
// none.
func (d *dialog) size() (columns, rows int) {
	columns, rows, err := term.GetSize(int(d.out.Fd()))
	if err != nil || columns == 0 || rows == 0 {
		return 80, 24
	}
	return columns, rows
}
