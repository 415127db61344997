package evolve_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

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

func (l *living) addFields(t *testing.T, fields []field.Field) {
	t.Helper()
	answers, err := evolve.NewFields(l.project, l.files, fields, time.Time{})
	if err != nil {
		t.Fatalf("adding fields: %v", err)
	}
	l.apply(t, l.plan(t, templates.FS, evolve.Request{Fields: answers}))
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
			got.compare(t, fmt.Sprintf("%s, made complete after %d commands", o.Combination(), before+1), want)
		}
	}
}

// withFieldsBefore adds all fields to a project, and makes it complete after some
// of the commands.
func withFieldsBefore(t *testing.T, o generator.Options, commands int) living {
	t.Helper()
	l := livingOf(t, templates.FS, o)
	for i, fields := range append(addedFields(), nil) {
		if i == commands {
			l.apply(t, l.plan(t, templates.FS, evolve.Request{Auth: "complete"}))
		}
		if fields != nil {
			l.addFields(t, fields)
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

// TestFieldsOfOnesOwn adds columns by hand and fields by forge, before
// and after each other and on both sides of a new mode: nothing conflicts.
func TestFieldsOfOnesOwn(t *testing.T) {
	for _, db := range []project.Database{project.SQLite, project.Postgres} {
		o := generator.Options{Auth: "basic", DB: db, Router: "chi"}
		l := livingOf(t, templates.FS, o)
		l.addFields(t, addedFields()[0])
		l.edit(t, ownColumn())
		l.addFields(t, addedFields()[1])
		l.apply(t, l.plan(t, templates.FS, evolve.Request{Auth: "complete"}))
		l.addFields(t, addedFields()[2])
		for _, e := range ownColumn() {
			if !strings.Contains(string(l.files[e.file].Data), strings.TrimSpace(strings.TrimPrefix(e.new, e.old))) {
				t.Errorf("%s: %s has lost %q", db, e.file, e.new)
			}
		}
		if url := os.Getenv("FORGE_POSTGRES_URL"); db == "postgres" && url == "" {
			t.Log("LEFT OUT: FORGE_POSTGRES_URL names no server; the project on PostgreSQL is not tested")
			continue
		} else if db == "postgres" {
			t.Setenv("TEST_DATABASE_URL", url)
		}
		l.buildAndTest(t)
	}
}

// ownColumn is a column of users that their owner adds.
func ownColumn() []edit {
	return []edit{
		{"internal/auth/user.go", "\tCreatedAt      time.Time\n", "\tCreatedAt      time.Time\n\tIsBanned       bool\n"},
		{"internal/auth/user.go", "\tIsSuperuser *bool // by a superuser only\n", "\tIsSuperuser *bool // by a superuser only\n\tIsBanned    *bool // by a superuser only\n"},
		{"internal/auth/user.go", "\t\tuser.IsSuperuser = *c.IsSuperuser\n\t}\n", "\t\tuser.IsSuperuser = *c.IsSuperuser\n\t}\n\tif c.IsBanned != nil {\n\t\tuser.IsBanned = *c.IsBanned\n\t}\n"},
		{"internal/auth/authsql/users.go", "\t\t{\"created_at\", &u.CreatedAt},\n", "\t\t{\"created_at\", &u.CreatedAt},\n\t\t{\"is_banned\", &u.IsBanned},\n"},
		{"internal/auth/authhttp/authhttp.go", "`json:\"created_at\" doc:\"In UTC (RFC 3339).\"`\n", "`json:\"created_at\" doc:\"In UTC (RFC 3339).\"`\n\tIsBanned    bool      `json:\"is_banned\"`\n"},
		{"internal/auth/authhttp/authhttp.go", "CreatedAt: u.CreatedAt,", "CreatedAt: u.CreatedAt, IsBanned: u.IsBanned,"},
		{"internal/auth/authhttp/keys_test.go", "\t\"created_at\",\n", "\t\"created_at\", \"is_banned\",\n"},
		{"internal/database/migrations/20260102030406_add_is_banned.sql", "", "-- +goose Up\nALTER TABLE users ADD COLUMN is_banned BOOLEAN NOT NULL DEFAULT FALSE;\n\n-- +goose Down\nALTER TABLE users DROP COLUMN is_banned;\n"},
	}
}
