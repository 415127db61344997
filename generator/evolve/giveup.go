package evolve

import (
	"io/fs"

	"github.com/forge-go/forge/generator/evolve/merge"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// GiveUp returns the changes that take the conflicts of a project back where
// nobody has kept the files from before, as in another clone: each becomes again
// what the user had, which is found by taking forge's change out of the text with
// the markers, and proved by merging it again. What else the update changed stays.
// It lists the files of which that is not possible instead, since somebody has
// edited them.
func GiveUp(p *project.Project, current fs.FS) (changes []txn.Change, lost []string, err error) {
	for _, c := range p.Conflicts {
		marked, err := project.ReadFile(current, c.At)
		if err != nil {
			return nil, nil, err
		}
		before, ok := merge.Undo(c.At, p.Base[c.Path], marked, c.Next)
		if !ok {
			lost = append(lost, c.At)
			continue
		}
		changes = append(changes, txn.Change{Path: c.At, Old: marked, New: before})
	}
	if len(lost) > 0 {
		return nil, lost, nil
	}
	var files []project.File
	for _, e := range p.Manifest.Files {
		files = append(files, project.File{Path: e.Path, Class: e.Class, Content: p.Base[e.Path]})
	}
	manifest := p.Manifest
	state, err := stateChanges(current, manifest, files, nil)
	return append(changes, state...), nil, err
}
