// Package merge merges one file of a project with what forge wrote before and
// what forge writes now: Go by its declarations and imports, go.mod and go.sum by
// their modules, everything else by its lines, of which those of lists stand for
// themselves.
//
// File (merge.go) merges a file that stays one. Join (join.go) merges one that
// forge has put together from several, or taken out of another.
package merge

import (
	"bytes"
	"go/parser"
	"go/token"
	"path"
	"strings"

	"github.com/forge-go/forge/generator/gomod"
	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/merge3"
)

// File merges a file, by its meaning where that is known.
func File(name string, base, ours, theirs []byte) merge3.Result {
	if theirs != nil && !gotext.SameLines(base, ours) {
		switch path.Base(name) {
		case "go.mod":
			if merged, err := gomod.Merge(base, ours, theirs); err == nil {
				return merge3.Result{Content: merged}
			}
		case "go.sum":
			return merge3.Result{Content: gomod.MergeSums(base, ours, theirs)}
		}
		if path.Ext(name) == ".go" {
			if result, ok := mergeGo(base, ours, theirs); ok {
				return result
			}
		}
	}
	options := sides()
	options.Resolve = inLists(name)
	return merge3.Merge(base, ours, theirs, options)
}

// Whole returns a conflict of the whole file.
func Whole(ours, theirs []byte) merge3.Result { return merge3.Merge(nil, ours, theirs, sides()) }

func sides() merge3.Options {
	return merge3.Options{Ours: "yours", Base: "what forge wrote before", Theirs: "forge"}
}

// HasMarkers reports whether a text has a conflict in it that forge has marked.
func HasMarkers(text []byte) bool {
	for line := range bytes.Lines(text) {
		for _, by := range []merge3.Options{sides(), branches()} {
			for _, marker := range []string{"<<<<<<< " + by.Ours, "||||||| " + by.Base, ">>>>>>> " + by.Theirs} {
				if strings.TrimRight(string(line), "\r\n") == marker {
					return true
				}
			}
		}
	}
	return false
}

// Markers returns the lines in which conflicts begin that forge has marked.
func Markers(text []byte) []int {
	var lines []int
	number := 0
	for line := range bytes.Lines(text) {
		number++
		switch strings.TrimRight(string(line), "\r\n") {
		case "<<<<<<< " + sides().Ours, "<<<<<<< " + branches().Ours:
			lines = append(lines, number)
		}
	}
	return lines
}

// IsGo reports whether a text can be read as a Go file.
func IsGo(source []byte) bool { return Fault("", source) == nil }

// Fault returns what is wrong with the Go of a file.
func Fault(name string, source []byte) error {
	_, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
	return err
}

// Undo finds the text that, merged with forge's change from base to next, gave
// the marked one; false if there is none, since somebody has edited it.
func Undo(name string, base, marked, next []byte) ([]byte, bool) {
	options := sides()
	options.Resolve = func(_, ours, _ []byte) ([]byte, bool) { return ours, true }
	before := merge3.Merge(next, Ours(marked), base, options).Content
	return before, bytes.Equal(File(name, base, before, next).Content, marked)
}

// Ours returns a text with the user's side of each conflict.
func Ours(marked []byte) []byte {
	var out []byte
	kept := true
	for line := range bytes.Lines(marked) {
		switch text := strings.TrimRight(string(line), "\r\n"); {
		case text == "<<<<<<< "+sides().Ours:
		case text == "||||||| "+sides().Base:
			kept = false
		case text == ">>>>>>> "+sides().Theirs:
			kept = true
		case kept:
			out = append(out, line...)
		}
	}
	return gotext.Like(marked, out)
}
