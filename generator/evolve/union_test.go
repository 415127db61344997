package evolve_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

// branchOf is a copy of a project that goes its own way.
func branchOf(t *testing.T, l living) living {
	t.Helper()
	copied := living{files: make(fstest.MapFS)}
	for name, file := range l.files {
		data := *file
		copied.files[name] = &data
	}
	copied.reopen(t)
	return copied
}

func (l living) branch() evolve.Branch { return evolve.Branch{Project: l.project, Files: l.files} }

func (l *living) addAt(t *testing.T, name string, at time.Time) {
	t.Helper()
	answers, err := evolve.NewFields(l.project, l.files, []field.Field{{Name: strings.ToLower(name), GoName: name, Kind: field.String, Optional: true}}, at)
	must(t, err)
	l.apply(t, l.plan(t, templates.FS, evolve.Request{Fields: answers}))
}

// unite merges two branches into what the first has, as git leaves it.
func unite(t *testing.T, base, ours, theirs living) (living, *evolve.Union) {
	t.Helper()
	merged := branchOf(t, ours)
	b := base.branch()
	u, err := evolve.Unite(templates.FS, evolve.Branches{Base: &b, Ours: ours.branch(), Theirs: theirs.branch()},
		merged.files, "v0.0.0-test", time.Time{})
	must(t, err)
	changes, err := u.Changes(rand.Reader)
	must(t, err)
	merged.change(t, changes)
	return merged, u
}

// TestTwoBranchesUnite lets two branches change a project with forge and by
// hand: the union has both changes of both, in whichever order, and is what forge
// writes for the united answers.
func TestTwoBranchesUnite(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	field := func(name string, n int) func(*testing.T, *living) {
		return func(t *testing.T, l *living) { t.Helper(); l.addAt(t, name, day(n)) }
	}
	mode := func(t *testing.T, l *living) {
		t.Helper()
		l.apply(t, l.plan(t, templates.FS, evolve.Request{Auth: "complete", VerifyUsers: true, Now: day(3)}))
	}
	upgrade := func(t *testing.T, l *living) {
		t.Helper()
		l.apply(t, l.plan(t, templates.FS, evolve.Request{}))
	}
	for name, c := range map[string]struct{ ours, theirs func(*testing.T, *living) }{
		"two fields":         {field("City", 1), field("Plan", 2)},
		"field and upgrade":  {field("City", 1), upgrade},
		"field and add auth": {field("City", 1), mode},
		"upgrade and auth":   {upgrade, mode},
	} {
		t.Run(name, func(t *testing.T) {
			older := changedTemplates(t, []edit{{"service/internal/auth/authhttp/login.go.tmpl", "The user name or the e-mail.", "The name."}})
			base := livingOf(t, older, generator.Options{Auth: "basic", DB: "postgres", Router: "chi"})
			base.edit(t, []edit{{"internal/auth/user.go", "return user.IsActive\n", "return user.IsActive && user.Username != \"banned\"\n"}})
			ours, theirs := branchOf(t, base), branchOf(t, base)
			c.ours(t, &ours)
			ours.edit(t, []edit{{"README.md", "## Quick start", "Ask Ann.\n\n## Quick start"}})
			delete(ours.files, ".golangci.yml")
			c.theirs(t, &theirs)
			theirs.edit(t, []edit{{"internal/auth/user.go", "\"banned\"", "\"barred\""}})
			move(&theirs, "internal/auth/authhttp/password.go", "internal/auth/authhttp/credentials.go")

			merged, u := unite(t, base, ours, theirs)
			back, _ := unite(t, base, theirs, ours)
			for _, c := range u.Conflicts() {
				t.Errorf("%s:%v: %s", c.Path, c.Lines, c.Reason)
			}
			merged.hasOwn(t)
			back.hasOwn(t)
			if !maps.EqualFunc(merged.files, back.files, func(a, b *fstest.MapFile) bool { return bytes.Equal(a.Data, b.Data) }) {
				merged.compare(t, name, back)
				t.Error("the two ways round differ")
			}
			if again := merged.plan(t, templates.FS, evolve.Request{}); !again.IsEmpty() {
				t.Errorf("there is something to upgrade: %+v", again.Files)
			}
			want := ours
			c.theirs(t, &want)
			for name, content := range want.project.Base {
				if !bytes.Equal(merged.project.Base[name], content) {
					t.Errorf("forge writes %s otherwise when one person does both", name)
				}
			}
		})
	}
}

func move(l *living, from, to string) {
	l.files[to] = l.files[from]
	delete(l.files, from)
}

// hasOwn looks for what the owners changed on both branches.
func (l living) hasOwn(t *testing.T) {
	t.Helper()
	for name, text := range map[string]string{"README.md": "Ask Ann.", "internal/auth/user.go": `"barred"`, "internal/auth/authhttp/credentials.go": "package authhttp"} {
		if file := l.files[name]; file == nil || !bytes.Contains(file.Data, []byte(text)) {
			t.Errorf("%s has lost %q", name, text)
		}
	}
	for _, name := range []string{".golangci.yml", "internal/auth/authhttp/password.go"} {
		if l.files[name] != nil {
			t.Errorf("%s is there again", name)
		}
	}
}

// TestUniteRefusesMigrationsTwice, which no database can run.
func TestUniteRefusesMigrationsTwice(t *testing.T) {
	base := livingOf(t, templates.FS, generator.Options{Auth: "basic", DB: "sqlite", Router: "stdlib"})
	ours, theirs := branchOf(t, base), branchOf(t, base)
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ours.apply(t, ours.plan(t, templates.FS, evolve.Request{Auth: "complete", Now: at}))
	theirs.apply(t, theirs.plan(t, templates.FS, evolve.Request{Auth: "complete", Now: at.AddDate(0, 0, 1)}))
	b := base.branch()
	_, err := evolve.Unite(templates.FS, evolve.Branches{Base: &b, Ours: ours.branch(), Theirs: theirs.branch()}, ours.files, "v0.0.0-test", at)
	var clash *project.ClashError
	if !errors.As(err, &clash) || clash.What != "a migration" {
		t.Errorf("got %v", err)
	}
}
