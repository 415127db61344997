package evolve

import (
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve/merge"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// remembered returns what counts as written by forge from now on. What is
// written once stays as it was, and so does what a branch holds back.
func (u *Union) remembered(next []generator.File) []project.File {
	ours, theirs := u.sides.ours.update, u.sides.theirs.update
	was := maps.Clone(theirs.project.Base)
	maps.Copy(was, ours.project.Base)
	stays := func(name string, class project.Class) bool {
		return was[name] != nil && (class == project.Once || ours.chosen.held[name] || theirs.chosen.held[name])
	}
	var files []project.File
	for _, f := range next {
		content := f.Content
		if stays(f.Path, f.Class) {
			content = was[f.Path]
		}
		files = append(files, project.File{Path: f.Path, Class: f.Class, Content: content})
	}
	for _, name := range slices.Sorted(maps.Keys(was)) {
		if _, listed := u.next[name]; !listed && stays(name, project.ClassOf(name)) {
			files = append(files, project.File{Path: name, Class: project.ClassOf(name), Content: was[name]})
		}
	}
	sortByPath(files)
	return files
}

// Conflicts lists the files that the user has to merge.
func (u *Union) Conflicts() []Outcome {
	return slices.DeleteFunc(slices.Clone(u.Files), func(o Outcome) bool { return o.Action != Conflicting })
}

// Changes returns the changes of files, and of what the project remembers, that
// make one of the branches. Conflicting files get markers.
func (u *Union) Changes(random io.Reader) ([]txn.Change, error) {
	var changes []txn.Change
	for _, o := range u.Files {
		if !sameFile(o.Old, o.New) {
			changes = append(changes, txn.Change{Path: o.Path, Old: o.Old, New: o.New, Perm: o.Perm})
		}
	}
	secrets := Update{current: u.current, next: slices.Collect(maps.Values(u.next)), Secrets: u.Secrets}
	secret, err := secrets.secretChange(random)
	if err != nil {
		return nil, err
	}
	skip, err := u.skipChange()
	if err != nil {
		return nil, err
	}
	state, err := stateChanges(u.current, project.NewManifest(u.version, u.Answers, u.written), u.written, nil)
	return slices.Concat(changes, secret, skip, state), err
}

// skipChange lists in SkipPath what it lists on either branch, where git could
// not.
func (u *Union) skipChange() ([]txn.Change, error) {
	old, err := project.ReadFile(u.current, SkipPath)
	if err != nil || len(merge.Marked(old)) == 0 {
		return nil, err
	}
	var wanted []string
	for _, files := range []fs.FS{u.branches.Ours.Files, u.branches.Theirs.Files} {
		names, err := skipped(files)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, names...)
	}
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	return []txn.Change{{Path: SkipPath, Old: old, New: []byte(strings.Join(wanted, "\n") + "\n")}}, nil
}

// BackToOurs returns the changes that make the files again those of the first
// branch, as it was before the merge.
func (u *Union) BackToOurs() ([]txn.Change, error) {
	var changes []txn.Change
	for _, o := range u.Files {
		was, err := project.ReadFile(u.branches.Ours.Files, o.Path)
		if err != nil {
			return nil, err
		}
		if !sameFile(was, o.Old) {
			changes = append(changes, txn.Change{Path: o.Path, Old: o.Old, New: was})
		}
	}
	return changes, nil
}
