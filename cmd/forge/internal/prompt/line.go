package prompt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// maxLine bounds an answer in bytes, so that an endless input ends.
const maxLine = 64 << 10

// liner asks in lines of plain text. It leaves the terminal's mode alone (echo,
// line editing), so there is nothing to restore.
type liner struct {
	source *source
	out    io.Writer
	ahead  []byte // input that no question has used yet
}

func (l *liner) Select(ctx context.Context, q Question) (string, error) {
	chosen, err := q.defaults()
	if err != nil {
		return "", err
	}
	var answer string
	err = l.ask(ctx, listing(q), "Name or number"+preset(q.Default), func(text string) error {
		var i int
		var err error
		switch {
		case text == "" && len(chosen) > 0:
			i = chosen[0]
		case text == "":
			return errors.New("please choose one")
		default:
			i, err = choose(q.Options, text)
		}
		if err != nil {
			return err
		}
		answer = q.Options[i].Value
		return q.check(answer)
	})
	return answer, err
}

func (l *liner) MultiSelect(ctx context.Context, q Question) ([]string, error) {
	chosen, err := q.defaults()
	if err != nil {
		return nil, err
	}
	initial := strings.Join(q.values(chosen), ",")
	if initial == "" {
		initial = "none"
	}
	var answer []string
	err = l.ask(ctx, listing(q), "Names or numbers, separated by commas"+preset(initial), func(text string) error {
		picked := chosen
		if text != "" {
			var err error
			if picked, err = chooseMany(q.Options, text); err != nil {
				return err
			}
		}
		answer = q.values(picked)
		return q.check(strings.Join(answer, ","))
	})
	return answer, err
}

func (l *liner) Input(ctx context.Context, q Question) (string, error) {
	var answer string
	err := l.ask(ctx, help(q), printable(q.Message)+preset(q.Default), func(text string) error {
		if answer = text; text == "" {
			answer = printable(q.Default)
		}
		return q.check(answer)
	})
	return answer, err
}

func (l *liner) Confirm(ctx context.Context, q Question) (bool, error) {
	initial := "no"
	if q.Default == "yes" {
		initial = "yes"
	}
	var answer bool
	prompt := printable(q.Message) + " Yes or no" + preset(initial)
	err := l.ask(ctx, help(q), prompt, func(text string) error {
		if text == "" {
			text = initial
		}
		switch strings.ToLower(text) {
		case "y", "yes":
			answer = true
		case "n", "no":
			answer = false
		default:
			return fmt.Errorf("%q is neither yes nor no", text)
		}
		return nil
	})
	return answer, err
}

// ask shows text and prompt and reads lines until accept accepts one; before
// each further prompt it shows why the line was refused.
func (l *liner) ask(ctx context.Context, text, prompt string, accept func(string) error) error {
	for {
		if ctx.Err() != nil {
			return ErrInterrupted
		}
		if _, err := fmt.Fprint(l.out, text, prompt, ": "); err != nil {
			return unanswered(err)
		}
		line, err := l.line(ctx)
		if err != nil {
			// The message that follows begins its own line; the answer's
			// failure matters more than this write's.
			_, _ = fmt.Fprintln(l.out)
			return err
		}
		refusal := accept(line)
		if refusal == nil {
			return nil
		}
		text = refusal.Error() + "\n"
	}
}

// line returns the next line of input; a last line without an end counts.
func (l *liner) line(ctx context.Context) (string, error) {
	for {
		if line, rest, found := bytes.Cut(l.ahead, []byte("\n")); found {
			l.ahead = rest
			return typed(line), nil
		}
		if len(l.ahead) > maxLine {
			return "", unanswered(fmt.Errorf("a line of more than %d bytes", maxLine))
		}
		data, err := l.source.next(ctx)
		switch {
		case ctx.Err() != nil:
			l.ahead = append(l.ahead, data...)
			return "", ErrInterrupted
		case err != nil && len(l.ahead) > 0:
			line := l.ahead
			l.ahead = nil
			return typed(line), nil
		case err != nil:
			return "", unanswered(err)
		}
		l.ahead = append(l.ahead, data...)
	}
}

// typed is what a person meant by a line: the sequences that arrow keys and the
// like send are dropped with all other control characters.
func typed(line []byte) string {
	var d decoder
	var text strings.Builder
	for _, b := range line {
		for _, t := range d.feed(b) {
			if t.report == "" && unicode.IsPrint(t.key) {
				text.WriteRune(t.key)
			}
		}
	}
	return strings.TrimSpace(text.String())
}

// listing is the question with its numbered options.
func listing(q Question) string {
	var b strings.Builder
	b.WriteString(printable(q.Message) + "\n" + help(q))
	for i, o := range q.Options {
		fmt.Fprintf(&b, "  %d. %s", i+1, printable(o.Value))
		if o.Description != "" {
			b.WriteString(" - " + printable(o.Description))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func help(q Question) string {
	if q.Help == "" {
		return ""
	}
	return printable(q.Help) + "\n"
}

func preset(value string) string {
	if value == "" {
		return ""
	}
	return " [" + printable(value) + "]"
}
