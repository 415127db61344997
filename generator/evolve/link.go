package evolve

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"time"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve/moves"
	"github.com/forge-go/forge/generator/evolve/takeover"
	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/generator/gomod"
	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// Linked is the memory of a project that had lost it.
type Linked struct {
	Answers project.Answers
	Same    []string // files as this forge writes them
	Differ  []string // files that count as changed by the user
	Missing []string // files that this forge would add
	changes []txn.Change
}

// NoMatchError reports that a module does not look like a project of forge's.
type NoMatchError struct{ Same, Of int }

func (e *NoMatchError) Error() string {
	return fmt.Sprintf("this does not look like a project that forge made: of %d files, %d are as this forge writes them", e.Of, e.Same)
}

// Link finds the answers that a project was made with, as far as they are not
// given, and what forge wrote: of all that it can write, the best match. What differs
// counts as the user's change, and what is missing as never written, since the files
// alone do not show more.
func Link(templates fs.FS, current fs.FS, given project.Answers, version string, now time.Time) (*Linked, error) {
	var err error
	if given.Module, err = gomod.PathIn(current); err != nil {
		return nil, err
	}
	programs := []string{given.Program}
	if given.Program == "" {
		if programs, err = programsIn(current); err != nil {
			return nil, err
		}
	}
	var best *Linked
	for _, o := range generator.Combinations() {
		if isOther(given.Auth, o.Auth) || isOther(given.DB, o.DB) || isOther(given.Router, o.Router) {
			continue
		}
		for _, program := range programs {
			a := project.Answers{Module: given.Module, Program: program, Auth: o.Auth, DB: o.DB, Router: o.Router}
			l, err := linkAs(templates, current, a, version, now)
			if err != nil {
				return nil, err
			}
			if best == nil || len(l.Same) > len(best.Same) {
				best = l
			}
		}
	}
	best, err = linkFeatures(templates, current, best, version, now)
	if err == nil {
		best, err = linkResources(templates, current, best, version, now)
	}
	if err != nil {
		return nil, err
	}
	if best == nil || 2*len(best.Same) < len(best.Same)+len(best.Differ)+len(best.Missing) {
		e := &NoMatchError{}
		if best != nil {
			e.Same, e.Of = len(best.Same), len(best.Same)+len(best.Differ)+len(best.Missing)
		}
		return nil, e
	}
	return best, nil
}

// linkFeatures finds the features of a project by the files that they bring. What
// several features stand on speaks for each of them, so those are left out again
// without which as many files are the same.
func linkFeatures(templates fs.FS, current fs.FS, best *Linked, version string, now time.Time) (*Linked, error) {
	if best == nil {
		return nil, nil
	}
	for _, f := range feature.For(string(best.Answers.Auth)) {
		a := best.Answers
		a.Fields, a.Features = nil, feature.Join(a.Features, []string{f.Name})
		var err error
		if best, err = best.orBetter(templates, current, a, version, now); err != nil {
			return nil, err
		}
	}
	for _, name := range best.Answers.Features {
		a := best.Answers
		a.Fields, a.Features = nil, slices.DeleteFunc(slices.Clone(a.Features), func(other string) bool { return other == name })
		without, err := linkAs(templates, current, a, version, now)
		if err != nil {
			return nil, err
		}
		if len(without.Same) >= len(best.Same) {
			best = without
		}
	}
	return best, nil
}

// orBetter returns the link with other answers if more files are the same by them,
// else the link itself.
func (l *Linked) orBetter(templates, current fs.FS, a project.Answers, version string, now time.Time) (*Linked, error) {
	other, err := linkAs(templates, current, a, version, now)
	if err != nil || len(other.Same) <= len(l.Same) {
		return l, err
	}
	return other, nil
}

// linkResources finds the resources of a project, and who reads their rows.
func linkResources(templates fs.FS, current fs.FS, best *Linked, version string, now time.Time) (*Linked, error) {
	if best == nil {
		return nil, nil
	}
	found, err := takeover.Resources(best.Answers.DB, best.Answers.HasAccounts(), current)
	if err != nil {
		return nil, err
	}
	for _, r := range found {
		before := best.Answers
		for _, read := range takeover.Readers(r) {
			a := before
			a.Fields, a.Resources = nil, append(slices.Clone(before.Resources), read)
			if best, err = best.orBetter(templates, current, a, version, now); err != nil {
				return nil, err
			}
		}
	}
	return best, nil
}

func isOther[T ~string](given, value T) bool { return given != "" && given != value }

// programsIn lists the programs of a project.
func programsIn(current fs.FS) ([]string, error) {
	mains, err := fs.Glob(current, "cmd/*/main.go")
	if err != nil {
		return nil, err
	}
	var programs []string
	for _, name := range mains {
		programs = append(programs, path.Base(path.Dir(name)))
	}
	return programs, nil
}

// linkAs compares a project with one of these answers.
func linkAs(templates fs.FS, current fs.FS, a project.Answers, version string, now time.Time) (*Linked, error) {
	a.WithoutAgents = project.LeftOut(!exists(current, "AGENTS.md"))
	if a.HasAccounts() {
		if entries, err := fs.ReadDir(current, project.ExampleDir); err == nil {
			a.Example = len(entries) > 0
		}
		fields, err := takeover.Recorded(a.DB, current)
		if err != nil {
			return nil, err
		}
		for _, f := range fields {
			a.Fields = append(a.Fields, f.Answer())
		}
	}
	plan, err := generator.Render(templates, generator.OptionsOf(a, version))
	if err != nil {
		return nil, err
	}
	next, err := placeMigrations(plan.Files, nil, current, a, now)
	if err != nil {
		return nil, err
	}
	l := &Linked{Answers: a}
	files, err := l.sort(current, next)
	if err != nil {
		return nil, err
	}
	l.changes, err = stateChanges(current, project.NewManifest(version, a, files), files, nil)
	return l, err
}

// sort compares the files, and returns those that are there.
func (l *Linked) sort(current fs.FS, next []generator.File) ([]project.File, error) {
	base := make(map[string][]byte)
	for _, f := range next {
		if f.Class != project.Secret {
			base[f.Path] = f.Content
		}
	}
	at, err := moves.Locate(base, current, func(string) bool { return false })
	if err != nil {
		return nil, err
	}
	var files []project.File
	for _, f := range next {
		file := project.File{Path: f.Path, Class: f.Class, Content: f.Content}
		if f.Class == project.Secret {
			files = append(files, file)
			continue
		}
		content, err := project.ReadFile(current, at.Of(f.Path))
		switch {
		case err != nil:
			return nil, err
		case content == nil:
			l.Missing = append(l.Missing, f.Path)
			continue
		case gotext.SameLines(content, f.Content):
			l.Same = append(l.Same, f.Path)
		case f.Class == project.Owned:
			l.Differ = append(l.Differ, f.Path)
		}
		files = append(files, file)
	}
	return files, nil
}

// Changes returns the changes of what the project remembers.
func (l *Linked) Changes() []txn.Change { return l.changes }
