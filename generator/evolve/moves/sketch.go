package moves

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/evolve/merge"
	"github.com/forge-go/forge/generator/project"
)

// sketch is what identifies a file.
type sketch struct {
	path  string
	names []string       // what a Go file declares
	lines map[string]int // how often each is there, without those that all files have
	total int            // of the lines
}

func sketchOf(name string, content []byte) sketch {
	s := sketch{path: name, lines: make(map[string]int)}
	text := string(content)
	if path.Ext(name) == ".go" {
		if names, declared, ok := merge.Declarations(content); ok && len(names) > 0 {
			s.names, text = names, declared
		}
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); !isEverywhere(line) {
			s.lines[line]++
			s.total++
		}
	}
	return s
}

// isEverywhere reports whether a line is of a kind that all files have.
func isEverywhere(line string) bool {
	return strings.Trim(line, "{}()[],;") == "" ||
		slices.Contains([]string{"if err != nil {", "return err", "return nil", "return nil, err", "t.Helper()"}, line)
}

// sketchAll reads the files of a project that are wanted.
func sketchAll(current fs.FS, wanted func(path string) bool) ([]sketch, error) {
	var all []sketch
	err := project.Walk(current, ".", wanted, func(name string, content []byte) error {
		if !bytes.ContainsRune(content, 0) {
			all = append(all, sketchOf(name, content))
		}
		return nil
	})
	return all, err
}

// share is how much of the file another has, from 0, too little to be the same
// file, to 200. A Go file is known by what it declares; that lines are alike is
// not enough, and names alone are not when there is one.
func (s sketch) share(other sketch) int {
	if path.Ext(s.path) != path.Ext(other.path) || strings.HasSuffix(s.path, "_test.go") != strings.HasSuffix(other.path, "_test.go") {
		return 0
	}
	lines := s.commonLines(other)
	if len(s.names) == 0 || len(other.names) == 0 {
		const enough = 60
		if share := 100 * lines / max(s.total, other.total, 1); share >= enough && len(s.names) == len(other.names) {
			return share
		}
		return 0
	}
	names := 0
	for _, name := range s.names {
		if slices.Contains(other.names, name) {
			names++
		}
	}
	share, enough := 100*names/len(s.names), 50
	if names == len(s.names) && names > 1 {
		enough = 25
	}
	if share < 50 || 100*lines/max(s.total, 1) < enough {
		return 0
	}
	return share + 100*lines/max(s.total, other.total, 1)
}

func (s sketch) commonLines(other sketch) int {
	common := 0
	for line, n := range s.lines {
		common += min(n, other.lines[line])
	}
	return common
}
