package generator

import (
	"bytes"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// Update is what a project that forge made becomes, file by file, in memory.
type Update struct {
	Options   Options
	Decisions []project.Decision // those that say something, by path
	// Secrets are the variables that .env.development gets; their values are
	// made when it is written.
	Secrets []string

	project *project.Project
	current fs.FS
	next    []project.File
}

// UpdateRequest says what a project is to become.
type UpdateRequest struct {
	Auth string // the mode; empty: as it is
	// VerifyUsers takes the users that are there as verified when the project
	// becomes a complete one.
	VerifyUsers bool
	Version     string // forge's own
}

// PlanUpdate decides what becomes of a project whose files are current. It
// writes nothing, and reads nothing but its arguments.
func PlanUpdate(templates fs.FS, p *project.Project, current fs.FS, r UpdateRequest) (*Update, error) {
	o := OptionsOf(p.Manifest.Answers, r.Version)
	if r.Auth != "" {
		o.Auth = r.Auth
	}
	base := p.Base
	if !hasAuth(p.Manifest.Answers.Auth) && hasAuth(o.Auth) {
		o.Example, base = keepExample(current, base)
	}
	if err := followModule(&o, current); err != nil {
		return nil, err
	}
	base, err := renameModule(base, current, p.Manifest.Answers.Module, o.Module)
	if err != nil {
		return nil, err
	}
	plan, err := NewPlan(templates, o)
	if err != nil {
		return nil, err
	}
	var next []project.File
	for _, f := range plan.Files {
		if !strings.HasPrefix(f.Path, ".forge/") {
			next = append(next, project.File{Path: f.Path, Class: f.Class, Content: f.Content})
		}
	}
	if next, err = placeMigrations(next, base, current); err != nil {
		return nil, err
	}
	if r.VerifyUsers {
		next = verifyUsers(next, base)
	}
	u := &Update{Options: o, project: p, current: current, next: next}
	if u.Decisions, err = project.Plan(base, current, next); err != nil {
		return nil, err
	}
	u.Secrets, err = missingSecrets(current, next)
	return u, err
}

// keepExample says whether the project still has the example. If not, the
// call of it is taken out of the base too: forge has nothing to take away then.
func keepExample(current fs.FS, base map[string][]byte) (bool, map[string][]byte) {
	if entries, err := fs.ReadDir(current, project.ExampleDir); err == nil && len(entries) > 0 {
		return true, base
	}
	base = maps.Clone(base)
	const routes = "internal/server/routes.go"
	var kept []byte
	for line := range bytes.Lines(base[routes]) {
		if !bytes.Contains(line, []byte("greeting.Register(")) {
			kept = append(kept, line...)
		}
	}
	if _, ok := base[routes]; ok {
		base[routes] = kept
	}
	return false, base
}

// Conflicts lists the files that the user has to merge.
func (u *Update) Conflicts() []project.Decision {
	return slices.DeleteFunc(slices.Clone(u.Decisions), func(d project.Decision) bool { return d.Action != project.Collision })
}

// IsEmpty says that nothing in the project changes.
func (u *Update) IsEmpty() bool {
	return len(u.Secrets) == 0 && u.count() == 0 && u.Options.answers() == u.project.Manifest.Answers
}

// count is the number of files that change, or conflict.
func (u *Update) count() int {
	return len(slices.DeleteFunc(slices.Clone(u.Decisions), func(d project.Decision) bool { return d.Action == project.LeftOut }))
}

// Changes gives the changes of files, and of what the project remembers, that
// make the update. Conflicting files get markers.
func (u *Update) Changes(random io.Reader) ([]txn.Change, error) {
	var changes []txn.Change
	for _, d := range u.Decisions {
		if d.Action != project.LeftOut {
			changes = append(changes, txn.Change{Path: d.Path, Old: d.Old, New: d.New, Perm: newFile(d.Path, d.New).Perm})
		}
	}
	secret, err := u.secretChange(random)
	if err != nil {
		return nil, err
	}
	changes = append(changes, secret...)
	files, conflicts := u.remembered()
	state, err := stateChanges(u.current, u.Options, files, conflicts)
	return append(changes, state...), err
}

// remembered gives the files that are the base from now on, and the conflicts
// that keep others from that.
func (u *Update) remembered() ([]project.File, []project.Conflict) {
	var conflicts []project.Conflict
	open := make(map[string]bool)
	for _, d := range u.Conflicts() {
		path := d.Path
		if d.From != "" {
			path = d.From
		}
		open[path] = true
		conflicts = append(conflicts, project.Conflict{Path: path, At: d.Path, Next: d.Next, Class: d.Class})
	}
	var files []project.File
	listed := make(map[string]bool)
	for _, f := range u.next {
		old, written := u.project.Base[f.Path]
		if open[f.Path] && !written {
			continue
		}
		if written && (open[f.Path] || f.Class == project.Once) {
			f.Content = old
		}
		listed[f.Path] = true
		files = append(files, f)
	}
	for _, path := range slices.Sorted(maps.Keys(u.project.Base)) {
		class := project.ClassOf(path)
		if !listed[path] && (class == project.Once || open[path]) {
			files = append(files, project.File{Path: path, Class: class, Content: u.project.Base[path]})
		}
	}
	slices.SortFunc(files, func(a, b project.File) int { return strings.Compare(a.Path, b.Path) })
	return files, conflicts
}

// stateChanges are the changes of what the project remembers.
func stateChanges(current fs.FS, o Options, files []project.File, conflicts []project.Conflict) ([]txn.Change, error) {
	manifest, err := project.NewManifest(o.Version, o.answers(), files).Encode()
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
	for _, c := range wanted {
		if c.Old, err = readIfThere(current, c.Path); err != nil {
			return nil, err
		}
		if !bytes.Equal(c.Old, c.New) || (c.Old == nil) != (c.New == nil) {
			changes = append(changes, c)
		}
	}
	return changes, nil
}
