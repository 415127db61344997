package evolve_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

// before is a project as an earlier forge wrote it and its owner changed it;
// testdata/before/make.go says how each was made.
type before struct {
	living
	base, now map[string][]byte
	edits     []byte // the lines that its owner wrote
}

func projectsOfBefore(t *testing.T) map[string]*before {
	t.Helper()
	packed, err := os.ReadFile("../../testdata/before/projects.tar.gz")
	must(t, err)
	zip, err := gzip.NewReader(bytes.NewReader(packed))
	must(t, err)
	all := make(map[string]*before)
	removed := make(map[string]string)
	for archive := tar.NewReader(zip); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		must(t, err)
		content, err := io.ReadAll(archive)
		must(t, err)
		words := append(strings.SplitN(header.Name, "/", 3), "")
		b := all[words[0]]
		if b == nil {
			b = &before{base: make(map[string][]byte), now: make(map[string][]byte)}
			all[words[0]] = b
		}
		switch words[1] {
		case "base":
			b.base[words[2]] = content
		case "now":
			b.now[words[2]] = content
		case "edits":
			b.edits = content
		case "removed":
			removed[words[0]] = string(content)
		}
	}
	for name, b := range all {
		b.open(t, strings.Fields(removed[name]))
	}
	return all
}

// open puts the project together.
func (b *before) open(t *testing.T, removed []string) {
	t.Helper()
	b.files = make(fstest.MapFS)
	for name, content := range b.base {
		b.files[name] = &fstest.MapFile{Data: content}
	}
	for name, content := range b.now {
		b.files[name] = &fstest.MapFile{Data: content}
	}
	for _, name := range removed {
		delete(b.files, name)
	}
	encoded, ok := b.now[project.ManifestPath]
	if !ok {
		return // accounts in a module that forge did not make
	}
	manifest, err := project.DecodeManifest(encoded)
	must(t, err)
	var files []project.File
	for _, e := range manifest.Files {
		files = append(files, project.File{Path: e.Path, Class: e.Class, Content: b.base[e.Path]})
	}
	packed, err := project.EncodeBase(files)
	must(t, err)
	b.files[project.BasePath] = &fstest.MapFile{Data: packed}
	b.reopen(t)
}

// TestProjectsOfBeforeAreUpgraded upgrades what earlier forges made: nothing
// conflicts but what both changed, every edit is kept, nothing is said of what
// nobody touched, and a second upgrade has nothing to do.
func TestProjectsOfBeforeAreUpgraded(t *testing.T) {
	all := projectsOfBefore(t)
	for name, conflicts := range map[string][]string{
		"complete-mysql-fiber": nil,
		"basic-postgres-chi": {
			"README.md: you and forge both changed it",
			"internal/auth/authsql/users.go: you and forge both changed it",
		},
		"complete-sqlite-stdlib": {
			// A column of its owner's own, in statements that are lists now.
			"internal/auth/authsql/user_row.go: internal/auth/authsql/user_row.go is part of users.go now; you and forge both changed it",
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := all[name]
			u := b.plan(t, templates.FS, evolve.Request{})
			for _, o := range u.Files {
				if _, edited := b.now[o.Path]; !edited && o.From == "" && (o.Action == evolve.LeftOut || o.Action == evolve.Merged && o.Reason == "") {
					t.Errorf("%s: %s: %s", o.Path, o.Action, o.Reason)
				}
			}
			var got []string
			for _, o := range u.Conflicts() {
				for _, at := range o.Where() {
					got = append(got, at.Path+": "+o.Reason)
				}
			}
			slices.Sort(got)
			if got = slices.Compact(got); !slices.Equal(got, conflicts) {
				t.Errorf("the conflicts are\n%s\nand not\n%s", strings.Join(got, "\n"), strings.Join(conflicts, "\n"))
			}
			changes, err := u.Changes(rand.Reader)
			must(t, err)
			b.change(t, changes)
			b.checkKept(t)
			if again := b.plan(t, templates.FS, evolve.Request{}); len(conflicts) == 0 && !again.IsEmpty() {
				t.Errorf("a second upgrade would change %v", again.Files)
			}
		})
	}
}

// checkKept looks for every line that the owner wrote.
func (b *before) checkKept(t *testing.T) {
	t.Helper()
	var all bytes.Buffer
	for name, f := range b.files {
		if !strings.HasPrefix(name, ".forge/") {
			all.Write(bytes.Join(bytes.Fields(f.Data), []byte(" ")))
		}
	}
	for line := range bytes.Lines(b.edits) {
		if line = bytes.Join(bytes.Fields(line), []byte(" ")); !bytes.Contains(all.Bytes(), line) {
			t.Errorf("%q is lost", line)
		}
	}
}

// TestAnUntouchedProjectOfBeforeBecomesANewOne holds the upgrade of a project
// that nobody touched to what forge new would write.
func TestAnUntouchedProjectOfBeforeBecomesANewOne(t *testing.T) {
	b := projectsOfBefore(t)["complete-mysql-fiber"]
	b.apply(t, b.plan(t, templates.FS, evolve.Request{}))
	want := livingOf(t, templates.FS, generator.Options{Auth: "complete", DB: "mysql", Router: "fiber", Features: []string{"redis"}})
	for name, f := range want.files {
		if got := b.files[name]; project.ClassOf(name) == project.Secret || path.Dir(name) == project.MigrationsDir || path.Dir(name) == ".forge" {
			continue // new migrations have other numbers here
		} else if got == nil || !bytes.Equal(got.Data, f.Data) {
			t.Errorf("%s differs from that of a new project", name)
		}
	}
	for name := range b.files {
		if want.files[name] == nil {
			t.Errorf("%s is left over", name)
		}
	}
}

// TestTheTableOfMovesIsTrue fails for a new path that no project has.
func TestTheTableOfMovesIsTrue(t *testing.T) {
	content, err := fs.ReadFile(templates.FS, "moves.txt")
	must(t, err)
	table := make(map[string]bool)
	for line := range strings.Lines(string(content)) {
		if words := strings.Fields(line); len(words) == 2 && words[0] != "#" {
			table[words[0]] = true
		}
	}
	there := make(map[string]bool)
	fields := []project.Field{{Name: "born", Type: "date?", Migration: "20260101000000_add_born"}, {Name: "met", Type: "time?", Migration: "20260101000001_add_met"}}
	withFields := generator.Options{Auth: "basic", DB: "sqlite", Router: "stdlib", Fields: fields}
	withAll := generator.Options{Auth: "complete", DB: "sqlite", Router: "stdlib", Features: feature.Names(feature.All())}
	for _, o := range append(generator.Combinations(), withFields, withAll) {
		for name := range livingOf(t, templates.FS, o).files {
			there[strings.Replace(name, "cmd/myapi/", "cmd/_program_/", 1)] = true
		}
	}
	for line := range strings.Lines(string(content)) {
		words := strings.Fields(line)
		if len(words) == 2 && words[0] != "#" && !there[words[1]] && !table[words[1]] {
			t.Errorf("moves.txt: %s is in no project, and moved nowhere", words[1])
		}
	}
}
