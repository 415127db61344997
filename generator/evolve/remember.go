package evolve

import (
	"bytes"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// remembered returns the files that are the base from now on, and the conflicts
// that keep others from that.
func (u *Update) remembered() ([]project.File, []project.Conflict) {
	var conflicts []project.Conflict
	open := maps.Clone(u.chosen.held)
	for _, o := range u.Conflicts() {
		open[o.home()] = true
		conflicts = append(conflicts, project.Conflict{Path: o.home(), At: o.Path, Next: o.Next, Class: o.Class})
	}
	var files []project.File
	listed := make(map[string]bool)
	for _, f := range u.next {
		old, written := u.project.Base[f.Path]
		if open[f.Path] && !written {
			continue
		}
		content := f.Content
		if written && (open[f.Path] || f.Class == project.Once) {
			content = old
		}
		listed[f.Path] = true
		files = append(files, project.File{Path: f.Path, Class: f.Class, Content: content})
	}
	for _, path := range slices.Sorted(maps.Keys(u.project.Base)) {
		class := project.ClassOf(path)
		if !listed[path] && (class == project.Once || open[path]) {
			files = append(files, project.File{Path: path, Class: class, Content: u.project.Base[path]})
		}
	}
	sortByPath(files)
	return files, conflicts
}

func sortByPath(files []project.File) {
	slices.SortFunc(files, func(a, b project.File) int { return strings.Compare(a.Path, b.Path) })
}

// stateChanges are the changes of what the project remembers.
func stateChanges(current fs.FS, m project.Manifest, files []project.File, conflicts []project.Conflict) ([]txn.Change, error) {
	manifest, err := m.Encode()
	if err != nil {
		return nil, err
	}
	base, err := project.EncodeBase(files)
	if err != nil {
		return nil, err
	}
	wanted := []txn.Change{{Path: project.ManifestPath, New: manifest}, {Path: project.BasePath, New: base}, {Path: project.ConflictsPath}}
	if len(conflicts) > 0 {
		if wanted[2].New, err = project.EncodeConflicts(conflicts); err != nil {
			return nil, err
		}
	}
	var changes []txn.Change
	if attributes, err := project.ReadFile(current, project.AttributesPath); err != nil {
		return nil, err
	} else if attributes == nil {
		changes = append(changes, txn.Change{Path: project.AttributesPath, New: []byte(project.Attributes)})
	}
	for _, c := range wanted {
		if c.Old, err = project.ReadFile(current, c.Path); err != nil {
			return nil, err
		}
		if !bytes.Equal(c.Old, c.New) || (c.Old == nil) != (c.New == nil) {
			changes = append(changes, c)
		}
	}
	return changes, nil
}
