// Package moves finds where the files of a project have gone: those that forge
// has moved, joined or split since (table.go), and those that the owner has moved
// (whereabouts.go), known by what they declare (sketch.go).
package moves

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/project"
)

// tablePath is the table of moves, in the templates. A line of it is
//
//	OLD NEW
//
// two paths in a project (cmd/_program_/ is the program's folder): what forge
// wrote to OLD, or some of it, it writes to NEW now. Lines of one NEW join
// files, those of one OLD split it; a declaration of a Go file goes where the
// new file declares it, and what no new file declares to the first NEW of OLD.
// Lines stay for ever: a project may be as old as forge.
const tablePath = "moves.txt"

// Table has the new paths of old ones, in the order of the file.
type Table map[string][]string

// Read reads the table for a project with these answers.
func Read(templates fs.FS, a project.Answers) (Table, error) {
	content, err := fs.ReadFile(templates, tablePath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the table of moves: %w", err)
	}
	m := make(Table)
	number := 0
	for line := range strings.Lines(strings.ReplaceAll(string(content), "_program_", a.Program)) {
		number++
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if len(words) != 2 || words[0] == words[1] {
			return nil, fmt.Errorf("%s:%d: a line is two paths, OLD and NEW", tablePath, number)
		}
		for _, name := range words {
			if err := module.CheckFilePath(name); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", tablePath, number, err)
			}
		}
		if a.Foreign != nil {
			var known [2]bool
			for i := range words {
				words[i], known[i] = generator.ForeignOf(a).Place(words[i])
			}
			if known != [2]bool{true, true} {
				continue
			}
		}
		m[words[0]] = append(m[words[0]], words[1])
	}
	return m, nil
}

// Of returns where the content of an old file is among those that exist: its
// own path, and those that it moved to, over however many moves.
func (m Table) Of(old string, exists func(path string) bool) []string {
	var found []string
	if exists(old) {
		found = append(found, old)
	}
	seen := map[string]bool{old: true}
	waiting := slices.Clone(m[old])
	for len(waiting) > 0 {
		at := waiting[0]
		waiting = waiting[1:]
		switch {
		case seen[at]:
			continue
		case exists(at):
			found = append(found, at)
		default:
			waiting = append(slices.Clone(m[at]), waiting...)
		}
		seen[at] = true
	}
	return found
}
