package evolve_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

func (l *living) removeField(t *testing.T, name string, dropColumn bool) {
	t.Helper()
	l.apply(t, l.plan(t, templates.FS, evolve.RemoveField(l.project, l.files, name, dropColumn, time.Time{})))
}

func (l *living) renameField(t *testing.T, from, to string) {
	t.Helper()
	l.apply(t, l.plan(t, templates.FS, evolve.RenameField(l.project, l.files, from, to, time.Time{})))
}

// migrations lists the titles of the project's migrations.
func (l *living) migrations() []string {
	var titles []string
	for _, name := range slices.Sorted(maps.Keys(l.files)) {
		if base, ok := strings.CutPrefix(name, project.MigrationsDir+"/"); ok {
			_, title, _ := strings.Cut(strings.TrimSuffix(base, ".sql"), "_")
			titles = append(titles, title)
		}
	}
	return titles
}

// compareCode holds the project's files to those of another, but for migrations
// and what the project remembers.
func (l living) compareCode(t *testing.T, name string, want living) {
	t.Helper()
	code := func(from living) map[string]string {
		files := make(map[string]string)
		for path, f := range from.files {
			if !strings.HasPrefix(path, ".forge/") && !strings.HasPrefix(path, project.MigrationsDir+"/") {
				files[path] = string(f.Data)
			}
		}
		return files
	}
	have, wanted := code(l), code(want)
	for path := range maps.Keys(wanted) {
		if have[path] != wanted[path] {
			t.Errorf("%s: %s differs", name, path)
		}
	}
	if len(have) != len(wanted) {
		t.Errorf("%s: %d files, not %d", name, len(have), len(wanted))
	}
}

// TestFieldsComeAndGo adds fields, renames them there and back, and removes them:
// after each step the code is what it was before the step that it undoes, byte
// for byte. Migrations only get more, and every upgrade finds nothing to do.
func TestFieldsComeAndGo(t *testing.T) {
	for _, o := range generator.Combinations() {
		if o.Auth == "none" || o.Router != "stdlib" && o.DB != "sqlite" {
			continue
		}
		name := o.Combination()
		before, l := livingOf(t, templates.FS, o), livingOf(t, templates.FS, o)
		core := len(l.migrations())
		l.addFields(t, addedFields()[0])
		with := living{files: maps.Clone(l.files)}
		l.renameField(t, "phone", "mobile")
		if user := string(l.files["internal/auth/user.go"].Data); strings.Contains(user, "Phone") || !strings.Contains(user, "Mobile") {
			t.Errorf("%s: after the rename users are\n%s", name, user)
		}
		l.renameField(t, "mobile", "phone")
		l.compareCode(t, name+", renamed back", with)
		l.removeField(t, "phone", false)
		l.compareCode(t, name+", removed", before)
		l.addFields(t, addedFields()[0])
		l.compareCode(t, name+", added again", with)
		l.removeField(t, "phone", true)
		l.compareCode(t, name+", dropped", before)
		l.addFields(t, addedFields()[0])
		l.compareCode(t, name+", added anew", with)
		if got, want := fmt.Sprint(l.migrations()[core:]), "[add_user_phone rename_user_phone rename_user_mobile drop_user_phone add_user_phone]"; got != want {
			t.Errorf("%s: the migrations are %s, not %s", name, got, want)
		}
		if u := l.plan(t, templates.FS, evolve.Request{}); !u.IsEmpty() {
			t.Errorf("%s: %d files would change again", name, len(u.Files))
		}
	}
}

// TestChangedFieldsKeepOwnColumns renames and removes fields beside a column that
// the owner added by hand: it stays, and nothing conflicts.
func TestChangedFieldsKeepOwnColumns(t *testing.T) {
	l := livingOf(t, templates.FS, optionsOf("basic"))
	l.addFields(t, addedFields()[0])
	l.edit(t, ownColumn())
	l.addFields(t, addedFields()[1])
	l.renameField(t, "plan", "tariff")
	l.removeField(t, "phone", true)
	l.renameField(t, "preferred_language_at_home", "language")
	for _, e := range ownColumn() {
		if !strings.Contains(string(l.files[e.file].Data), strings.TrimSpace(strings.TrimPrefix(e.new, e.old))) {
			t.Errorf("%s has lost %q", e.file, e.new)
		}
	}
	l.buildAndTest(t)
}

// TestMentions finds a column's name in the owner's own strings and SQL alone.
func TestMentions(t *testing.T) {
	l := livingOf(t, templates.FS, optionsOf("basic"))
	l.addFields(t, addedFields()[0])
	l.edit(t, []edit{
		{"internal/report/report.go", "", "package report\n\n// phone\nvar phone = `SELECT\n\tphone FROM users` + \"telephone\"\n\nconst column = \"phone\"\n"},
		{"db/views.sql", "", "CREATE VIEW numbers AS\nSELECT phone FROM users;\n"},
	})
	got, err := evolve.Mentions(l.project, l.files, "phone")
	if want := "[db/views.sql:2 internal/report/report.go:5 internal/report/report.go:7]"; err != nil || fmt.Sprint(got) != want {
		t.Errorf("%v (%v), want %s", got, err, want)
	}
}
