package evolve

import (
	"io/fs"
	"slices"

	"github.com/forge-go/forge/generator/evolve/merge"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// Resolve returns the changes of what the project remembers once no conflict
// has markers any more, or else the files that still have some.
func Resolve(p *project.Project, current fs.FS, version string) (changes []txn.Change, open []string, err error) {
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
			return nil, nil, err
		}
		if merge.HasMarkers(content) {
			open = append(open, c.At)
		}
		if c.Next != nil {
			files = append(files, project.File{Path: c.Path, Class: c.Class, Content: c.Next})
		}
	}
	if len(open) > 0 {
		return nil, open, nil
	}
	sortByPath(files)
	changes, err = stateChanges(current, project.NewManifest(version, p.Manifest.Answers, files), files, nil)
	return changes, nil, err
}
