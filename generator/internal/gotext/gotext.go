// Package gotext changes text that users wrote and keeps its form: its line
// ends, and gofmt's format if a file has it.
package gotext

import (
	"bytes"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// LineEnd returns the line end of a text: "\r\n" if any line has it, otherwise
// "\n".
func LineEnd(text []byte) string {
	if bytes.Contains(text, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// Unix returns a text with lines that end with "\n".
func Unix(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) }

// Like returns a text with the line ends of another.
func Like(other, text []byte) []byte {
	if LineEnd(other) == "\n" {
		return text
	}
	return bytes.ReplaceAll(Unix(text), []byte("\n"), []byte("\r\n"))
}

// SameLines reports whether two texts differ in nothing but their line ends.
func SameLines(a, b []byte) bool { return bytes.Equal(a, b) || bytes.Equal(Unix(a), Unix(b)) }

// Append returns a text followed by more, on a line of its own and with the
// line ends of the text.
func Append(text, more []byte) []byte {
	if len(text) > 0 && !bytes.HasSuffix(text, []byte("\n")) {
		text = slices.Concat(text, []byte(LineEnd(text)))
	}
	return slices.Concat(text, Like(text, more))
}

// Insertion is a line that is added before the line that starts at an offset.
type Insertion struct {
	At   int
	Line string // without its end
}

// Insert returns a Go file with lines added, which are in the order of their
// offsets. A file that gofmt has formatted remains formatted. It is an error if
// the result is not Go.
func Insert(source []byte, lines ...Insertion) ([]byte, error) {
	var edits []Replacement
	for _, line := range lines {
		edits = append(edits, Replacement{line.At, line.At, line.Line + LineEnd(source)})
	}
	return Replace(source, edits...)
}

// Replacement is a text in the place of what is from one offset to another.
type Replacement struct {
	From, To int
	Text     string
}

// Replace returns a Go file with parts replaced, which are in the order of their
// offsets, under the same conditions as Insert.
func Replace(source []byte, parts ...Replacement) ([]byte, error) {
	var out bytes.Buffer
	at := 0
	for _, part := range parts {
		out.Write(source[at:part.From])
		out.WriteString(part.Text)
		at = part.To
	}
	out.Write(source[at:])
	text := out.Bytes()
	if isFormatted(source) && !isFormatted(text) {
		formatted, err := format.Source(text)
		if err != nil {
			return nil, fmt.Errorf("formatting the changed file: %w", err)
		}
		text = formatted
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution); err != nil {
		return nil, fmt.Errorf("reading the changed file: %w", err)
	}
	return text, nil
}

func isFormatted(source []byte) bool {
	formatted, err := format.Source(source)
	return err == nil && bytes.Equal(formatted, source)
}

// Imports lists the import paths of a Go file, in its order.
func Imports(source []byte) ([]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, spec := range file.Imports {
		all = append(all, strings.Trim(spec.Path.Value, `"`))
	}
	return all, nil
}
