package evolve

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"time"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve/moves"
	"github.com/forge-go/forge/generator/evolve/takeover"
	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/generator/gomod"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// Update is the change of a project that forge made, file by file, in memory.
type Update struct {
	Answers project.Answers
	Files   []Outcome // those worth reporting, by path
	// Secrets are the variables to add to .env.development; their values are made
	// when it is written.
	Secrets []string

	version string
	project *project.Project
	current fs.FS
	next    []generator.File
	base    map[string][]byte
	at      moves.Whereabouts
	chosen  chosen
}

// Request describes the change of a project.
type Request struct {
	Auth project.Mode // empty: as it is
	// VerifyUsers takes the users that are there as verified when the project
	// becomes a complete one.
	VerifyUsers bool
	// Features are added to the project.
	Features []string
	// Fields are given to users.
	Fields []project.Field
	// Resources are added to the project.
	Resources []project.Resource
	// ChangeFields changes those that users have; nil: they stay.
	ChangeFields func([]project.Field) ([]project.Field, error)
	// ChangeResources changes those that the project has; nil: they stay.
	ChangeResources func([]project.Resource) ([]project.Resource, error)
	Choice          Choice
	Version         string    // forge's own
	Now             time.Time // by which new migrations are numbered

	united *united // what the branches become together that the project is one of
}

// NewUpdate decides what becomes of a project whose files are current. It
// writes nothing, and reads nothing but its arguments.
func NewUpdate(templates fs.FS, p *project.Project, current fs.FS, r Request) (*Update, error) {
	answers, base, err := answer(p, current, r)
	if err != nil {
		return nil, err
	}
	plan, err := generator.Render(templates, generator.OptionsOf(answers, r.Version))
	if err != nil {
		return nil, err
	}
	next, err := r.adapt(plan.Files, base, current, answers)
	if err != nil {
		return nil, err
	}
	u := &Update{Answers: answers, version: r.Version, project: p, current: current, next: next}
	table, err := moves.Read(templates, answers)
	if err != nil {
		return nil, err
	}
	at, err := moves.Locate(base, current, func(path string) bool {
		return slices.ContainsFunc(next, func(f generator.File) bool { return f.Path == path })
	})
	if err != nil {
		return nil, err
	}
	u.at = at
	if base, err = at.FollowFolders(base, current, next, answers.Module); err != nil {
		return nil, err
	}
	u.base = base
	if u.Files, err = compare(base, current, next, table, at); err != nil {
		return nil, err
	}
	if err := errors.Join(u.hostModules(plan), u.hostMigrations()); err != nil {
		return nil, err
	}
	if u.Secrets, err = missingSecrets(current, next); err != nil {
		return nil, err
	}
	return u, u.choose(r.Choice, table)
}

// Written returns what forge wrote to a file, with the module's path and the imports
// that it has by now, and where the user has the file.
func (u *Update) Written(name string) (content []byte, at string) {
	return u.base[name], u.at.Of(name)
}

// answer returns what the project's answers become, and the base as those see
// it.
func answer(p *project.Project, current fs.FS, r Request) (project.Answers, map[string][]byte, error) {
	was := p.Manifest.Answers
	answers, base := was, p.Base
	if r.Auth != "" {
		answers.Auth = r.Auth
	}
	var err error
	if !was.HasAccounts() && answers.HasAccounts() {
		if answers.Example, base, err = keepExample(current, base); err != nil {
			return answers, nil, err
		}
	}
	if answers.Module, err = modulePath(current, answers.Module); err != nil {
		return answers, nil, err
	}
	if base, err = renameModule(base, current, was.Module, answers.Module); err != nil {
		return answers, nil, err
	}
	was.Module = answers.Module
	if answers.Fields, base, err = takeover.Fields(was, base, current); err != nil {
		return answers, nil, err
	}
	if answers.Foreign == nil && hasOwnAgents(current, base) {
		answers.WithoutAgents = true
	}
	if r.united != nil {
		answers = r.united.answers
		return answers, base, nil
	}
	answers.Features = feature.Join(answers.Features, r.Features)
	if answers.Resources, err = r.resources(answers.Resources); err != nil {
		return answers, nil, err
	}
	answers.Fields, err = r.fields(answers.Fields)
	return answers, base, err
}

// hasOwnAgents reports whether the owner wrote a file for agents before forge
// did; it stays as it is then.
func hasOwnAgents(current fs.FS, base map[string][]byte) bool {
	return slices.ContainsFunc([]string{"AGENTS.md", "CLAUDE.md"}, func(name string) bool {
		_, written := base[name]
		return !written && exists(current, name)
	})
}

// adapt turns what forge would write into what it writes in this project: with
// the migrations that are there, and with versions of modules that do not fall.
func (r Request) adapt(next []generator.File, base map[string][]byte, current fs.FS, a project.Answers) ([]generator.File, error) {
	bases := []map[string][]byte{base}
	if r.united != nil {
		bases = append(bases, r.united.written...)
	}
	written := make(map[string][]byte)
	for _, base := range bases {
		maps.Copy(written, base)
	}
	next, err := placeMigrations(next, written, current, a, r.Now)
	if err != nil {
		return nil, err
	}
	for _, base := range bases {
		if err := keepPins(next, base); err != nil {
			return nil, err
		}
	}
	if r.VerifyUsers {
		next = verifyUsers(next, base)
	}
	return next, nil
}

// keepPins keeps the versions of modules in next that are higher in the base:
// those of a newer forge.
func keepPins(next []generator.File, base map[string][]byte) error {
	at := func(name string) int {
		return slices.IndexFunc(next, func(f generator.File) bool { return f.Path == name })
	}
	mod, sum := at("go.mod"), at("go.sum")
	if mod < 0 || sum < 0 || base["go.mod"] == nil {
		return nil
	}
	pinned, kept, err := gomod.KeepPins(next[mod].Content, base["go.mod"])
	if err != nil {
		return err
	}
	if kept {
		next[mod].Content, next[sum].Content = pinned, gomod.AddSums(next[sum].Content, base["go.sum"])
	}
	return nil
}

// keepExample reports whether the project still has the example. If not, the
// call of it is taken out of the base too: forge has nothing to take away then.
func keepExample(current fs.FS, base map[string][]byte) (bool, map[string][]byte, error) {
	entries, err := fs.ReadDir(current, project.ExampleDir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, nil, fmt.Errorf("looking for the example: %w", err)
	}
	if len(entries) > 0 {
		return true, base, nil
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
	return false, base, nil
}

// Conflicts lists the files that the user has to merge.
func (u *Update) Conflicts() []Outcome {
	return slices.DeleteFunc(slices.Clone(u.Files), func(o Outcome) bool { return o.Action != Conflicting })
}

// IsEmpty reports whether nothing in the project changes.
func (u *Update) IsEmpty() bool {
	return len(u.Secrets) == 0 && u.count() == 0 && !u.chosen.accepted && u.chosen.skip == nil && u.Answers.Equal(u.project.Manifest.Answers)
}

// count is the number of files that change, or conflict.
func (u *Update) count() int {
	return len(slices.DeleteFunc(slices.Clone(u.Files), func(o Outcome) bool { return !o.IsChange() }))
}

// Changes returns the changes of files, and of what the project remembers, that
// make the update. Conflicting files get markers.
func (u *Update) Changes(random io.Reader) ([]txn.Change, error) {
	var changes []txn.Change
	for _, o := range u.Files {
		if o.IsChange() {
			changes = append(changes, txn.Change{Path: o.Path, Old: o.Old, New: o.New, Perm: o.Perm})
		}
	}
	secret, err := u.secretChange(random)
	if err != nil {
		return nil, err
	}
	skip, err := u.skipChange()
	if err != nil {
		return nil, err
	}
	changes = slices.Concat(changes, secret, skip)
	files, conflicts := u.remembered()
	manifest := project.NewManifest(u.version, u.Answers, files)
	state, err := stateChanges(u.current, manifest, files, conflicts)
	return append(changes, state...), err
}
