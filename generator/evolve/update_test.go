package evolve_test

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

// TestUntouchedProjectsBecomeNewOnes changes the mode of every project: what
// comes out is the project that forge new would write, with old migrations and
// the example in their places.
func TestUntouchedProjectsBecomeNewOnes(t *testing.T) {
	for _, from := range generator.Combinations() {
		for _, mode := range []project.Mode{project.Basic, project.Complete} {
			if from.Auth == mode || from.Auth == "complete" {
				continue
			}
			l := livingOf(t, templates.FS, from)
			l.apply(t, l.plan(t, templates.FS, evolve.Request{Auth: mode}))
			to := from
			to.Auth, to.Example = mode, from.Auth == "none"
			want := livingOf(t, templates.FS, to)
			name := from.Combination() + " → " + string(mode)
			for file, f := range want.files {
				if strings.HasPrefix(file, ".forge/") || file == project.SecretPath {
					continue
				}
				at := file
				if path.Dir(file) == project.MigrationsDir {
					at = migrationNamed(l.files, file)
				}
				if got, ok := l.files[at]; !ok || !bytes.Equal(got.Data, f.Data) {
					t.Errorf("%s: %s is not what forge new writes", name, file)
				}
			}
			if from.Auth == "none" {
				checkExampleCall(t, name, livingOf(t, templates.FS, from), l)
			}
			for file := range l.files {
				if _, ok := want.files[file]; !ok && project.ClassOf(file) != project.Once {
					t.Errorf("%s: %s is left over", name, file)
				}
			}
			if u := l.plan(t, templates.FS, evolve.Request{Auth: mode}); !u.IsEmpty() {
				t.Errorf("%s: the second time changes %v", name, u.Files)
			}
			if secret := l.files[project.SecretPath].Data; bytes.Count(secret, []byte("SECRET_KEY=")) != 1 {
				t.Errorf("%s: %s", name, secret)
			}
		}
	}
}

// TestRenamedModule changes the module's path, as people do it, and then the
// project its next mode: nothing that only the name has changed is an edit.
func TestRenamedModule(t *testing.T) {
	l := livingOf(t, templates.FS, optionsOf("basic"))
	for name, f := range l.files {
		if path.Ext(name) == ".go" || name == "go.mod" {
			l.files[name] = &fstest.MapFile{Data: bytes.ReplaceAll(f.Data, []byte("example.com/myapi"), []byte("git.example.org/acme/shop"))}
		}
	}
	u := l.plan(t, templates.FS, evolve.Request{Auth: "complete"})
	l.apply(t, u)
	for _, d := range u.Files {
		if d.Action == evolve.Merged && path.Ext(d.Path) == ".go" {
			t.Errorf("%s is merged", d.Path)
		}
	}
	for name, f := range l.files {
		if path.Ext(name) == ".go" && bytes.Contains(f.Data, []byte("example.com/myapi/")) {
			t.Errorf("%s has the old path", name)
		}
	}
	if u := l.plan(t, templates.FS, evolve.Request{}); !u.IsEmpty() {
		t.Errorf("the second time changes %v", u.Files)
	}
}

// checkExampleCall compares the calls of the example: its package is the same
// file in both projects.
func checkExampleCall(t *testing.T, name string, before, after living) {
	t.Helper()
	const routes = "internal/server/routes.go"
	for line := range bytes.Lines(before.files[routes].Data) {
		if bytes.Contains(line, []byte("greeting.Register(")) && !bytes.Contains(after.files[routes].Data, line) {
			t.Errorf("%s: %s does not call the example as before", name, routes)
		}
	}
}

func TestNewMigrationsComeAfterThoseThatAreThere(t *testing.T) {
	l := livingOf(t, templates.FS, optionsOf("basic"))
	const mine = project.MigrationsDir + "/20260314150926_add_birthday.sql"
	l.files[mine] = &fstest.MapFile{Data: []byte("-- +goose Up\n")}
	old := l.files[project.MigrationsDir+"/00001_create_users.sql"].Data
	l.apply(t, l.plan(t, templates.FS, evolve.Request{Auth: "complete", VerifyUsers: true}))
	const added = project.MigrationsDir + "/20260314150927_create_outbox.sql"
	if f, ok := l.files[added]; !ok || !bytes.Contains(f.Data, []byte("\nUPDATE users SET is_verified = TRUE;\n")) {
		t.Errorf("%s is missing, or does not take the users as verified", added)
	}
	if !bytes.Equal(old, l.files[project.MigrationsDir+"/00001_create_users.sql"].Data) {
		t.Error("an old migration changed")
	}
	if u := l.plan(t, templates.FS, evolve.Request{}); !u.IsEmpty() {
		t.Errorf("an upgrade would change %v", u.Files)
	}
}

// TestMigrationsThatAreThere already, as somebody took them from another branch, are
// not written again; the others are numbered by time.
func TestMigrationsThatAreThere(t *testing.T) {
	for name, verify := range map[string]bool{"verified": true, "unverified": false} {
		t.Run(name, func(t *testing.T) { takeMigration(t, verify) })
	}
}

func takeMigration(t *testing.T, verify bool) {
	t.Helper()
	now := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	request := evolve.Request{Auth: "complete", VerifyUsers: verify, Now: now.AddDate(0, 0, -1)}
	other := livingOf(t, templates.FS, optionsOf("basic"))
	other.apply(t, other.plan(t, templates.FS, request))
	l := livingOf(t, templates.FS, optionsOf("basic"))
	const taken = project.MigrationsDir + "/20260505070809_create_outbox.sql"
	l.files[taken] = &fstest.MapFile{Data: append([]byte("\n"), other.files[taken].Data...)}
	request.Now = now
	l.apply(t, l.plan(t, templates.FS, request))
	var added []string
	for name := range l.files {
		if strings.HasPrefix(name, project.MigrationsDir+"/2026") {
			added = append(added, name)
		}
	}
	slices.Sort(added)
	if want := []string{taken, project.MigrationsDir + "/20260506070809_add_former_email.sql"}; !slices.Equal(added, want) {
		t.Errorf("the migrations are %q, want %q", added, want)
	}
}

// TestPinsNeverGoDown lets an older forge work on what a newer one wrote.
func TestPinsNeverGoDown(t *testing.T) {
	const cors, newer = "github.com/rs/cors v1.11.1", "github.com/rs/cors v1.99.0"
	for name, edits := range map[string][]edit{
		"untouched": nil,
		"edited":    {{"go.mod", "github.com/joho/godotenv v1.5.1", "github.com/joho/godotenv v1.5.1 // for .env"}},
	} {
		l := livingOf(t, otherTemplates(t), optionsOf("complete"))
		l.edit(t, edits)
		l.apply(t, l.plan(t, templates.FS, evolve.Request{}))
		if mod := string(l.files["go.mod"].Data); !strings.Contains(mod, newer) || strings.Contains(mod, cors) {
			t.Errorf("%s: the pin went down:\n%s", name, mod)
		}
	}
}
