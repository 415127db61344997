package field

import (
	"errors"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strings"
)

// errGone says that a file is not where forge wrote it.
var errGone = errors.New("it is not there")

// byFile gives the steps of one file after the other.
func byFile(steps []step) iter.Seq[[]step] {
	return func(yield func([]step) bool) {
		for len(steps) > 0 {
			n := 1
			for n < len(steps) && steps[n].path == steps[0].path {
				n++
			}
			if !yield(steps[:n]) {
				return
			}
			steps = steps[n:]
		}
	}
}

// follow gives the steps of a file that is gone the path of the one in its
// folder that has all their places: the user has renamed it, or put it into
// another one.
func follow(current fs.FS, steps []step) []step {
	var followed []step
	for ofFile := range byFile(steps) {
		if _, err := fs.Stat(current, ofFile[0].path); err != nil {
			ofFile = inHeir(current, ofFile)
		}
		followed = append(followed, ofFile...)
	}
	return together(followed)
}

func inHeir(current fs.FS, steps []step) []step {
	gone := steps[0].path
	entries, err := fs.ReadDir(current, path.Dir(gone))
	if err != nil {
		return steps
	}
	var heirs [][]step
	for _, entry := range entries {
		name := path.Join(path.Dir(gone), entry.Name())
		if !entry.Type().IsRegular() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") != strings.HasSuffix(gone, "_test.go") {
			continue
		}
		there := slices.Clone(steps)
		for i := range there {
			there[i].path = name
		}
		if _, err := editFile(current, there); err == nil {
			heirs = append(heirs, there)
		}
	}
	if len(heirs) != 1 {
		return steps
	}
	return heirs[0]
}
