package evolve_test

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

// addedFields are what a user adds to users, one command after the other.
func addedFields() [][]field.Field {
	return [][]field.Field{
		{{Name: "phone", GoName: "Phone", Kind: field.String, Optional: true, Unique: true}},
		{{Name: "plan", GoName: "Plan", Kind: field.String, Default: "free", Index: true, BySuperuser: true},
			{Name: "preferred_language_at_home", GoName: "PreferredLanguageAtHome", Kind: field.Text}},
		{{Name: "seen", GoName: "Seen", Kind: field.Time, Optional: true}, {Name: "born", GoName: "Born", Kind: field.Date, Optional: true},
			{Name: "joined", GoName: "Joined", Kind: field.Time, Default: "2020-01-02T03:04:05Z"}, {Name: "credit", GoName: "Credit", Kind: field.Decimal}},
	}
}

func (l *living) addFields(t *testing.T, db string, fields []field.Field) {
	t.Helper()
	migration, err := evolve.NextMigration(l.files, "add_user_"+fields[0].Name)
	must(t, err)
	changes, err := field.Plan(l.files, field.Request{Fields: fields, Module: "example.com/myapi", DB: db, Migration: migration})
	if err != nil {
		t.Fatalf("%s: adding fields: %v\n%+v", db, err, err)
	}
	l.change(t, changes)
}

// TestFieldsAndModesGoTogether adds fields before a project gets its next mode,
// and after: both give the same project, without a conflict.
func TestFieldsAndModesGoTogether(t *testing.T) {
	for _, o := range generator.Combinations() {
		if o.Auth != "basic" {
			continue
		}
		want := withFieldsBefore(t, o, 0)
		for before := range len(addedFields()) {
			got := withFieldsBefore(t, o, before+1)
			got.compare(t, fmt.Sprintf("%s, made complete after %d commands", nameOf(o), before+1), want)
		}
	}
}

// withFieldsBefore gives a project all fields, and makes it complete after some
// of the commands.
func withFieldsBefore(t *testing.T, o generator.Options, commands int) living {
	t.Helper()
	l := livingOf(t, templates.FS, o)
	for i, fields := range append(addedFields(), nil) {
		if i == commands {
			l.apply(t, l.plan(t, templates.FS, evolve.Request{Auth: "complete"}))
		}
		if fields != nil {
			l.addFields(t, o.DB, fields)
		}
	}
	return l
}

// compare holds a project to another, but for the numbers of migrations and
// what the project remembers.
func (l living) compare(t *testing.T, name string, want living) {
	t.Helper()
	for _, file := range slices.Sorted(maps.Keys(want.files)) {
		if strings.HasPrefix(file, ".forge/") || file == project.SecretPath {
			continue
		}
		at := file
		if path.Dir(file) == project.MigrationsDir {
			at = migrationNamed(l.files, file)
		}
		if f, ok := l.files[at]; !ok || !bytes.Equal(f.Data, want.files[file].Data) {
			t.Errorf("%s: %s differs", name, file)
		}
	}
	if len(l.files) != len(want.files) {
		t.Errorf("%s: %d files, not %d", name, len(l.files), len(want.files))
	}
}
