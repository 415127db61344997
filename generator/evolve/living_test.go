package evolve_test

import (
	"bytes"
	"crypto/rand"
	"io/fs"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
	"github.com/forge-go/forge/templates"
)

// living is a project in memory.
type living struct {
	files   fstest.MapFS
	project *project.Project
}

func livingOf(t *testing.T, templates fs.FS, o generator.Options) living {
	t.Helper()
	o.Module, o.Program, o.Version = "example.com/myapi", "myapi", "v0.0.0-test"
	plan, err := generator.NewPlan(templates, o)
	if err != nil {
		t.Fatal(err)
	}
	files := make(fstest.MapFS)
	for _, f := range plan.Files {
		files[f.Path] = &fstest.MapFile{Data: f.Content}
	}
	l := living{files: files}
	l.reopen(t)
	return l
}

// changedTemplates are forge's templates with edits.
func changedTemplates(t *testing.T, edits []edit) fs.FS {
	t.Helper()
	files := make(fstest.MapFS)
	must(t, fs.WalkDir(templates.FS, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(templates.FS, path)
		files[path] = &fstest.MapFile{Data: content}
		return err
	}))
	living{files: files}.edit(t, edits)
	return files
}

// reopen reads what the project remembers, as project.Open does.
func (l *living) reopen(t *testing.T) {
	t.Helper()
	manifest, err := project.DecodeManifest(l.files[project.ManifestPath].Data)
	if err != nil {
		t.Fatal(err)
	}
	base, err := project.DecodeBase(l.files[project.BasePath].Data)
	if err != nil {
		t.Fatal(err)
	}
	l.project = &project.Project{Manifest: manifest, Base: base}
}

func (l *living) plan(t *testing.T, templates fs.FS, r evolve.Request) *evolve.Update {
	t.Helper()
	r.Version = "v0.0.0-test"
	u, err := evolve.NewUpdate(templates, l.project, l.files, r)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// apply makes an update that must be without conflicts.
func (l *living) apply(t *testing.T, u *evolve.Update) {
	t.Helper()
	for _, d := range u.Conflicts() {
		t.Errorf("%s:%v: %s\n%s", d.Path, d.Lines, d.Reason, d.New)
	}
	changes, err := u.Changes(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	l.change(t, changes)
}

func (l *living) change(t *testing.T, changes []txn.Change) {
	t.Helper()
	for _, c := range changes {
		if old, ok := l.files[c.Path]; ok != (c.Old != nil) || ok && !bytes.Equal(old.Data, c.Old) {
			t.Errorf("%s: the change is from something else", c.Path)
		}
		if c.New == nil {
			delete(l.files, c.Path)
		} else {
			l.files[c.Path] = &fstest.MapFile{Data: c.New}
		}
	}
	l.reopen(t)
}

// migrationNamed finds a migration by its name, whatever its number.
func migrationNamed(files fstest.MapFS, name string) string {
	_, title, _ := strings.Cut(path.Base(name), "_")
	for file := range files {
		if path.Dir(file) == project.MigrationsDir && strings.HasSuffix(file, "_"+title) {
			return file
		}
	}
	return ""
}

func optionsOf(auth project.Mode) generator.Options {
	return generator.Options{Auth: auth, DB: "sqlite", Router: "stdlib"}
}
