package adopt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/adopt/wire"
	"github.com/forge-go/forge/generator/gomod"
	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// Decision is what was decided after a Survey.
type Decision struct {
	// Candidate is where the line goes; nil leaves the user's files alone.
	Candidate *wire.Candidate
	// Why there is no candidate: all that speaks against it.
	Why    []wire.Reason
	DB     project.Database
	Router project.Router // for the new packages, when no router was found
	NoTest bool           // leave the module's own tests alone
}

// Plan is what is going to be written.
type Plan struct {
	Foreign generator.Foreign
	// Changes are sorted by path.
	Changes []txn.Change
	// Edit is the change of the user's Go file; nil: it is left to the user.
	Edit *wire.Edit
	// Why are the reasons why the user's files are left alone; empty: they aren't.
	Why []wire.Reason
	// Lines are what the user can add then; they compile.
	Lines []Snippet
	// Risen are the module's own requirements that are higher now.
	Risen []gomod.Behind
	// Left are commands that are left to the user in any case.
	Left []string
	// Tested are the packages whose own tests pass with the line as without it.
	Tested []string
	// Checking is the time that the go commands took.
	Checking time.Duration

	survey   *Survey
	added    generator.Added
	modules  gomod.Added
	mod, sum []byte // the go.mod and go.sum to be
	oldSum   []byte
	inTheWay []string
	// unresolved is set when the go command could not complete go.mod.
	unresolved bool
}

// Snippet is a place in the user's code and the lines for it.
type Snippet struct {
	Import  wire.Line       `json:"import"`
	Call    wire.Line       `json:"call"`
	Changed []wire.Change   `json:"changed"`
	File    string          `json:"file"`
	Of      *wire.Candidate `json:"candidate"`
	edit    wire.Edit
}

// Plan returns what is to be written. The error is an *InTheWayError if there are
// files in the way, and a *WorkTooOldError if the workspace is for an older Go and
// not part of the module.
func (s *Survey) Plan(ctx context.Context, templates fs.FS, d Decision) (*Plan, error) {
	p := &Plan{survey: s, Why: d.Why, Foreign: s.foreign(d)}
	var err error
	if p.added, err = generator.NewForeign(templates, p.Foreign); err != nil {
		return nil, err
	}
	imports, err := p.imports()
	if err != nil {
		return nil, err
	}
	if p.modules, err = gomod.Add(s.raised, p.added.PinnedMod, imports); err != nil {
		return nil, err
	}
	if err := p.putFiles(); err != nil {
		return nil, err
	}
	if err := p.putWork(); err != nil {
		return nil, err
	}
	if len(p.inTheWay) > 0 {
		return nil, &InTheWayError{p.inTheWay}
	}
	if err := p.resolve(ctx); err != nil {
		return nil, err
	}
	if p.Risen, err = gomod.FindRisen(s.mod, p.mod); err != nil {
		return nil, err
	}
	own := slices.Clone(p.Changes)
	if d.Candidate != nil {
		if err := p.wire(ctx, d.Candidate); err != nil {
			return nil, err
		}
	}
	if p.Edit != nil && !d.NoTest {
		if err := p.test(ctx, d.Candidate.ImportPath()); err != nil {
			return nil, err
		}
	}
	if p.Edit == nil {
		p.Changes = own
		p.putModules()
		if err := p.findLines(ctx); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(p.Changes, func(a, b txn.Change) int { return strings.Compare(a.Path, b.Path) })
	return p, nil
}

// foreign are the answers for the templates: those of the candidate, or of the
// likeliest one.
func (s *Survey) foreign(d Decision) generator.Foreign {
	f := generator.Foreign{
		Module: s.Module, Program: s.program(), Auth: s.Mode, DB: d.DB, Dir: s.dir, AuthDir: s.authDir(),
		Router: generator.Router{Kind: d.Router, Import: ""}, Handle: "none", Fields: s.ours.answers.Fields,
		TablePrefix: s.names.TablePrefix, PathPrefix: s.names.PathPrefix,
	}
	if best := s.best(d); best != nil {
		f.Router = generator.Router(best.Router)
		f.Handle = best.Handle.Kind
	}
	if s.hasMigration && f.Handle != "none" && s.Clash() == nil {
		f.Migrations = s.Migrations.Path
	}
	return f
}

// best is the decision's candidate, or else the likeliest, or nil.
func (s *Survey) best(d Decision) *wire.Candidate {
	if d.Candidate == nil && len(s.Candidates) > 0 {
		return s.Candidates[0]
	}
	return d.Candidate
}

// Reaches reports whether the program's database is in scope for the line of a
// decision.
func (s *Survey) Reaches(d Decision) bool {
	best := s.best(d)
	return best != nil && best.Handle.Kind != "none"
}

// imports lists what the new packages import.
func (p *Plan) imports() ([]string, error) {
	var all []string
	for _, file := range p.added.Files {
		if path.Ext(file.Path) != ".go" {
			continue
		}
		imports, err := gotext.Imports(file.Content)
		if err != nil {
			return nil, fmt.Errorf("reading the new %s: %w", file.Path, err)
		}
		all = append(all, imports...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

func (p *Plan) putFiles() error {
	var files []project.File
	written := make(map[string]bool)
	migrations := make(map[string][]byte)
	for _, file := range p.added.Files {
		if err := p.put(file.Path, file.Content); err != nil {
			return err
		}
		written[file.Path] = true
		files = append(files, project.File{Path: file.Path, Class: file.Class, Content: file.Content})
		if file.Class == project.Once {
			migrations[path.Base(file.Path)] = file.Content
		}
	}
	if p.Foreign.Migrations != "" && !p.survey.ours.hasBelow(p.Foreign.Migrations) {
		for _, change := range p.survey.Migrations.Number(migrations) {
			if err := p.put(change.Path, change.New); err != nil {
				return err
			}
		}
	}
	for name := range p.survey.ours.Files {
		if err := p.drop(name, written); err != nil {
			return err
		}
	}
	return p.putState(files)
}

// putState lets the module remember its answers and what forge wrote, as a
// project of its own does.
func (p *Plan) putState(files []project.File) error {
	manifest, err := project.NewManifest(p.survey.version, p.Foreign.Answers(), files).Encode()
	if err != nil {
		return err
	}
	base, err := project.EncodeBase(files)
	if err != nil {
		return err
	}
	return errors.Join(p.put(project.ManifestPath, manifest), p.put(project.BasePath, base), p.put(project.AttributesPath, []byte(project.Attributes)))
}

// drop takes away what an earlier run wrote and this one does not, unless the
// user has changed it. Migrations stay: they may have run.
func (p *Plan) drop(name string, written map[string]bool) error {
	if written[name] {
		return nil
	}
	old, err := os.ReadFile(filepath.Join(p.survey.Root, filepath.FromSlash(name)))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	if path.Ext(name) != ".sql" && p.survey.ours.unchanged(name, old) {
		p.Changes = append(p.Changes, txn.Change{Path: name, Old: old})
	}
	return nil
}

// putModules adds the new go.mod and go.sum.
func (p *Plan) putModules() {
	for _, f := range []struct {
		name     string
		old, new []byte
	}{{"go.mod", p.survey.mod, p.mod}, {"go.sum", p.oldSum, p.sum}} {
		if !bytes.Equal(f.old, f.new) {
			p.Changes = append(p.Changes, txn.Change{Path: f.name, Old: f.old, New: f.new})
		}
	}
}

// putReadme adds a section to the module's README, if it has one.
func (p *Plan) putReadme() error {
	entries, err := os.ReadDir(p.survey.Root)
	if err != nil {
		return fmt.Errorf("looking for a README: %w", err)
	}
	for _, entry := range entries {
		if !strings.EqualFold(entry.Name(), "README.md") || !entry.Type().IsRegular() {
			continue
		}
		old, err := os.ReadFile(filepath.Join(p.survey.Root, entry.Name()))
		if err != nil {
			return fmt.Errorf("reading %s: %w", entry.Name(), err)
		}
		if bytes.Contains(old, []byte(p.Foreign.AccountsDir()+"/README.md")) {
			return nil
		}
		p.Changes = append(p.Changes, txn.Change{Path: entry.Name(), Old: old, New: gotext.Append(old, slices.Concat([]byte("\n"), p.added.Readme))})
		return nil
	}
	return nil
}
