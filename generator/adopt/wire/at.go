package wire

import (
	"fmt"
	"go/ast"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
)

// At returns the candidate for a line that the user names as FILE:LINE, the file
// relative to the working folder or to the module: the likeliest router that is
// known there, and the place after the statement on that line.
func At(m *scan.Module, candidates []*Candidate, at string) (*Candidate, error) {
	name, number, ok := cutLast(at, ":")
	line, err := strconv.Atoi(number)
	if !ok || err != nil || line < 1 {
		return nil, &AtError{at, "write it as FILE:LINE, such as main.go:42"}
	}
	f := fileNamed(m, name)
	if f == nil {
		return nil, &AtError{at, "the module has no such Go file that the go command would build"}
	}
	for _, c := range candidates {
		if c.file != f {
			continue
		}
		if c.Wraps() || c.made != nil {
			if c.After.Line == line {
				return c, nil
			}
			continue
		}
		if index, ok := c.indexAt(line); ok {
			chosen := *c
			chosen.spot = spot{index: index}
			chosen.After = chosen.positionAfter()
			chosen.Doubt = ""
			if chosen.Handle.ready > index || chosen.scope.ready > index {
				return nil, &AtError{at, fmt.Sprintf("%s is not ready there", pick(chosen.scope.ready > index, chosen.Expr, chosen.Handle.Expr))}
			}
			return &chosen, nil
		}
	}
	return nil, &AtError{at, "no router is known there"}
}

// AtError reports why a line can't be added where the user wants it.
type AtError struct{ At, Reason string }

func (e *AtError) Error() string { return fmt.Sprintf("--at %s: %s", e.At, e.Reason) }

func cutLast(s, separator string) (before, after string, ok bool) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(separator):], true
}

func fileNamed(m *scan.Module, name string) *scan.File {
	wanted := []string{filepath.ToSlash(filepath.Clean(name))}
	if full, err := filepath.Abs(name); err == nil {
		if full, err = filepath.EvalSymlinks(full); err == nil {
			if rel, err := filepath.Rel(m.Root, full); err == nil {
				wanted = append(wanted, filepath.ToSlash(rel))
			}
		}
	}
	for _, f := range m.Files() {
		if slices.Contains(wanted, f.Path) {
			return f
		}
	}
	return nil
}

// indexAt returns the place after the statement of the candidate's block that is
// on a line.
func (c *Candidate) indexAt(line int) (int, bool) {
	number := func(n ast.Node) (first, last int) {
		return c.module.Position(n.Pos()).Line, c.module.Position(n.End()).Line
	}
	first, last := number(c.scope.block)
	if line < first || line > last {
		return 0, false
	}
	index := 0
	for i, statement := range c.scope.block.List {
		if first, _ := number(statement); first <= line {
			index = i + 1
		}
	}
	return index, true
}
