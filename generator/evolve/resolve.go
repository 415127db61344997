package evolve

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/evolve/merge"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// Resolution is how far the conflicts of a project are resolved. When nothing is
// left to do, the changes end them.
type Resolution struct {
	Changes []txn.Change
	Open    []string // the files that have markers
	Gone    []string // those that were deleted, though nobody has chosen that
	Broken  []string // those that are no Go any more, with the place of the first mistake
}

// Resolve checks whether the conflicts of a project are resolved. The choice decides
// about files that nobody has edited: Ours stay as they were, deleted ones among
// them, and Theirs become what forge writes.
func Resolve(p *project.Project, current fs.FS, version string, choice Choice) (r Resolution, err error) {
	if err := checkConflicting(p, choice); err != nil {
		return r, err
	}
	var files []project.File
	for _, e := range p.Manifest.Files {
		isOpen := slices.ContainsFunc(p.Conflicts, func(c project.Conflict) bool { return c.Path == e.Path })
		if !isOpen {
			files = append(files, project.File{Path: e.Path, Class: e.Class, Content: p.Base[e.Path]})
		}
	}
	for _, c := range p.Conflicts {
		content, err := project.ReadFile(current, c.At)
		if err != nil {
			return r, err
		}
		r.add(c, content, choice)
		if c.Next != nil {
			files = append(files, project.File{Path: c.Path, Class: c.Class, Content: c.Next})
		}
	}
	sortByPath(files)
	state, err := stateChanges(current, project.NewManifest(version, p.Manifest.Answers, files), files, nil)
	r.Changes = append(r.Changes, state...)
	return r, err
}

// add adds the file of one conflict.
func (r *Resolution) add(c project.Conflict, content []byte, choice Choice) {
	is := content
	switch {
	case slices.Contains(choice.Theirs, c.At):
		is = c.Next
	case slices.Contains(choice.Ours, c.At) && content != nil:
		is = merge.Ours(content)
	case slices.Contains(choice.Ours, c.At):
	case content == nil && c.Next != nil:
		r.Gone = append(r.Gone, c.At)
	case c.Next == nil && len(bytes.TrimSpace(content)) == 0:
		is = nil // An editor left forge's side, which has no such file.
	}
	if !sameFile(content, is) {
		r.Changes = append(r.Changes, txn.Change{Path: c.At, Old: content, New: is})
	}
	if merge.HasMarkers(is) {
		r.Open = append(r.Open, c.At)
	} else if is != nil && path.Ext(c.At) == ".go" {
		if fault := merge.Fault(c.At, is); fault != nil {
			first, _, _ := strings.Cut(fault.Error(), " (and ")
			r.Broken = append(r.Broken, first)
		}
	}
}

// checkConflicting refuses a choice about files that are in no conflict.
func checkConflicting(p *project.Project, choice Choice) error {
	var known []string
	for _, c := range p.Conflicts {
		known = append(known, c.At)
	}
	for _, name := range slices.Concat(choice.Ours, choice.Theirs) {
		if !slices.Contains(known, name) {
			return &UnknownFileError{Path: name, Known: known, conflicts: true}
		}
	}
	return nil
}
