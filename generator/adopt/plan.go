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
	"github.com/forge-go/forge/generator/gomod"
	"github.com/forge-go/forge/generator/inject"
	"github.com/forge-go/forge/generator/txn"
)

// Decision is what was decided after a Look.
type Decision struct {
	// Candidate gets the line; nil: the user's files are left alone.
	Candidate *inject.Candidate
	// Why there is no candidate.
	Why    string
	DB     string
	Router string // for the new packages, when no router was found
}

// Plan is what is going to be written.
type Plan struct {
	Foreign generator.Foreign
	// Changes are sorted by path.
	Changes []txn.Change
	// Edit is the change of the user's Go file; nil: it is left to the user.
	Edit *inject.Edit
	// Why is the reason why the user's files are left alone; empty: they aren't.
	Why string
	// Lines are what the user can add then; they compile.
	Lines []Snippet
	// Get is the command that the lines need first.
	Get string
	// Left are commands that are left to the user in any case.
	Left []string
	// Checking is the time that the go commands took.
	Checking time.Duration

	look     *Look
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
	Import inject.Line       `json:"import"`
	Call   inject.Line       `json:"call"`
	File   string            `json:"file"`
	Of     *inject.Candidate `json:"candidate"`
	edit   inject.Edit
}

// Plan says what is to be written. Its error is a *gomod.TooOldError when the
// module's Go version is too old, and an *InTheWayError when there are files in
// the way.
func (l *Look) Plan(ctx context.Context, templates fs.FS, d Decision) (*Plan, error) {
	p := &Plan{look: l, Why: d.Why, Foreign: l.foreign(d)}
	var err error
	if p.added, err = generator.NewForeign(templates, p.Foreign); err != nil {
		return nil, err
	}
	if p.modules, err = gomod.Add(l.mod, p.added.PinnedMod, p.imports()); err != nil {
		return nil, err
	}
	if err := p.putFiles(); err != nil {
		return nil, err
	}
	if len(p.inTheWay) > 0 {
		return nil, &InTheWayError{p.inTheWay}
	}
	if err := p.resolve(ctx); err != nil {
		return nil, err
	}
	own := slices.Clone(p.Changes)
	if d.Candidate != nil {
		if err := p.wire(ctx, d.Candidate); err != nil {
			return nil, err
		}
	}
	if p.Edit == nil {
		p.Changes = own
		p.Get = "go get " + strings.Join(p.modules.Direct, " ")
		if err := p.findLines(ctx); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(p.Changes, func(a, b txn.Change) int { return strings.Compare(a.Path, b.Path) })
	return p, nil
}

// foreign are the answers for the templates: those of the candidate, or of the
// likeliest one.
func (l *Look) foreign(d Decision) generator.Foreign {
	f := generator.Foreign{
		Module: l.Module, Program: l.program(), Auth: l.Mode, DB: d.DB, AuthDir: l.authDir(),
		Router: generator.Router{Kind: d.Router, Import: ""}, Handle: "none",
	}
	best := d.Candidate
	if best == nil && len(l.Candidates) > 0 {
		best = l.Candidates[0]
	}
	if best != nil {
		f.Router = generator.Router(best.Router)
		f.Handle = best.Handle.Kind
	}
	if l.hasMigration && f.Handle != "none" && l.Clash() == nil {
		f.Migrations = l.Migrations.Folder
	}
	return f
}

// imports lists what the new packages import.
func (p *Plan) imports() []string {
	var all []string
	for _, file := range p.added.Files {
		if path.Ext(file.Path) == ".go" {
			all = append(all, importsIn(file.Content)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (p *Plan) putFiles() error {
	written := record{Files: make(map[string]string)}
	migrations := make(map[string][]byte)
	for _, file := range p.added.Files {
		if err := p.put(file.Path, file.Content); err != nil {
			return err
		}
		written.Files[file.Path] = hash(file.Content)
		if path.Base(path.Dir(file.Path)) == "migrations" {
			migrations[path.Base(file.Path)] = file.Content
		}
	}
	if p.Foreign.Migrations != "" && !p.look.ours.hasBelow(p.Foreign.Migrations) {
		for _, change := range p.look.Migrations.Number(migrations) {
			if err := p.put(change.Path, change.Content); err != nil {
				return err
			}
			written.Files[change.Path] = hash(change.Content)
		}
	}
	for name := range p.look.ours.Files {
		if err := p.drop(name, &written); err != nil {
			return err
		}
	}
	content, err := written.encode()
	if err != nil {
		return err
	}
	return p.put(recordPath, content)
}

// drop takes away what an earlier run wrote and this one does not, unless the
// user has changed it. Migrations stay: they may have run.
func (p *Plan) drop(name string, written *record) error {
	if written.has(name) {
		return nil
	}
	old, err := os.ReadFile(filepath.Join(p.look.Root, filepath.FromSlash(name)))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	if path.Ext(name) == ".sql" || !p.look.ours.unchanged(name, old) {
		written.Files[name] = p.look.ours.Files[name]
		return nil
	}
	p.Changes = append(p.Changes, txn.Change{Path: name, Old: old})
	return nil
}

// wire adds the line to the candidate's file, and what it needs around it.
// When the result would not build, it says so in Why and leaves Edit nil.
func (p *Plan) wire(ctx context.Context, c *inject.Candidate) error {
	if at, ok := p.look.module.ImportedBelow("github.com/glebarez"); ok && p.Foreign.DB == "sqlite" && p.Foreign.Handle == "none" {
		p.Why = fmt.Sprintf("the driver of %s and that of accounts' own database have the same name", at)
		return nil
	}
	edit, err := c.Edit(p.Foreign.AccountsImport())
	if err != nil {
		p.Why = err.Error()
		return nil
	}
	p.Changes = append(p.Changes, txn.Change{Path: edit.Path, Old: edit.Old, New: edit.New})
	p.putModules()
	if err := p.putReadme(); err != nil {
		return err
	}
	verdict, err := p.check(ctx, "./...")
	switch {
	case err != nil:
		return err
	case len(verdict.Added) > 0:
		p.Why = "with the line the module would not build:\n"
		if p.unresolved {
			p.Why = "the go command can't get all modules that accounts need (once it can, the same command goes on):\n"
		}
		p.Why += strings.Join(verdict.Added[:min(len(verdict.Added), 10)], "\n")
		return nil
	case verdict.Before:
		// Something else does not build; what the line touches must.
		if verdict, err = p.check(ctx, "./"+path.Dir(edit.Path)); err != nil {
			return err
		}
		if verdict.Before || len(verdict.Added) > 0 {
			p.Why = "the package did not build before, so whether the line is right can't be checked"
			return nil
		}
	}
	p.Edit = &edit
	return nil
}

// putModules adds the new go.mod and go.sum.
func (p *Plan) putModules() {
	for _, f := range []struct {
		name     string
		old, new []byte
	}{{"go.mod", p.look.mod, p.mod}, {"go.sum", p.oldSum, p.sum}} {
		if !bytes.Equal(f.old, f.new) {
			p.Changes = append(p.Changes, txn.Change{Path: f.name, Old: f.old, New: f.new})
		}
	}
}

// putReadme adds a section to the module's README, if it has one.
func (p *Plan) putReadme() error {
	entries, err := os.ReadDir(p.look.Root)
	if err != nil {
		return fmt.Errorf("looking for a README: %w", err)
	}
	for _, entry := range entries {
		if !strings.EqualFold(entry.Name(), "README.md") || !entry.Type().IsRegular() {
			continue
		}
		old, err := os.ReadFile(filepath.Join(p.look.Root, entry.Name()))
		if err != nil {
			return fmt.Errorf("reading %s: %w", entry.Name(), err)
		}
		if bytes.Contains(old, []byte("internal/accounts/README.md")) {
			return nil
		}
		p.Changes = append(p.Changes, txn.Change{Path: entry.Name(), Old: old, New: withSection(old, p.added.Readme)})
		return nil
	}
	return nil
}

// withSection ends a text with a section, in the line ends of the text.
func withSection(text, section []byte) []byte {
	end := []byte("\n")
	if bytes.Contains(text, []byte("\r\n")) {
		end = []byte("\r\n")
		section = bytes.ReplaceAll(section, []byte("\n"), end)
	}
	out := bytes.Clone(text)
	if len(out) > 0 && !bytes.HasSuffix(out, end) {
		out = append(out, end...)
	}
	return append(append(out, end...), section...)
}

// overlay is the plan as the go command takes it.
func (p *Plan) overlay() []inject.Change {
	var all []inject.Change
	for _, change := range p.Changes {
		if change.New != nil {
			all = append(all, inject.Change{Path: change.Path, Content: change.New})
		}
	}
	return all
}

// check lets the go command compile packages of the module with the changes.
func (p *Plan) check(ctx context.Context, packages string) (inject.Verdict, error) {
	begin := time.Now()
	defer func() { p.Checking += time.Since(begin) }()
	return inject.Check(ctx, p.look.Root, p.overlay(), packages)
}
