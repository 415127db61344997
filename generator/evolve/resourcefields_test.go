package evolve_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/resource"
	"github.com/forge-go/forge/generator/resource/resourcetest"
	"github.com/forge-go/forge/templates"
)

func (l *living) ofResource(name string) evolve.ResourceChange {
	return evolve.ResourceChange{Project: l.project, Current: l.files, Name: name}
}

func (l *living) addTo(t *testing.T, name string, specs ...string) {
	t.Helper()
	var fields []resource.Field
	for _, spec := range specs {
		f, err := resource.ParseField(spec)
		if err != nil {
			t.Fatal(err)
		}
		must(t, f.Mark(false, f.Kind == "string"))
		fields = append(fields, f)
	}
	l.apply(t, l.plan(t, templates.FS, l.ofResource(name).Add(fields)))
}

// TestFieldsOfResourcesComeAndGo adds fields of all kinds to a resource, renames
// them there and back, and removes them: after each step the code is what it was
// before the step that it undoes, byte for byte.
func TestFieldsOfResourcesComeAndGo(t *testing.T) {
	for _, db := range []project.Database{project.SQLite, project.Postgres, project.MySQL} {
		o := generator.Options{Auth: "basic", DB: db, Router: "stdlib", Resources: resourcetest.Some(t, true)}
		before, l := livingOf(t, templates.FS, o), livingOf(t, templates.FS, o)
		core := len(l.migrations())
		added := []string{"color:string(20)?", "size:int=3", "kind:enum(a,b)=a", "at:time?", "last:ref(task)?"}
		l.addTo(t, "note", added...)
		with := living{files: maps.Clone(l.files)}
		rename := func(from, to string) {
			l.apply(t, l.plan(t, templates.FS, l.ofResource("notes").Rename(from, to)))
		}
		rename("color", "colour")
		rename("last", "newest")
		if note := string(l.files["internal/note/note.go"].Data); strings.Contains(note, "Color") || !strings.Contains(note, "Colour") || !strings.Contains(note, "NewestID") {
			t.Errorf("%s: after the rename notes are\n%s", db, note)
		}
		rename("colour", "color")
		rename("newest_id", "last")
		l.compareCode(t, string(db)+", renamed back", with)
		remove := func(drop bool) {
			for _, name := range []string{"color", "size", "kind", "at", "last"} {
				l.apply(t, l.plan(t, templates.FS, l.ofResource("note").Remove(name, drop)))
			}
		}
		remove(false)
		l.compareCode(t, string(db)+", removed", before)
		l.addTo(t, "note", added...)
		l.compareCode(t, string(db)+", added again", with)
		remove(true)
		l.compareCode(t, string(db)+", dropped", before)
		l.addTo(t, "note", "color:string(20)?")
		if got, want := fmt.Sprint(l.migrations()[core:]), "[add_color_and_more_to_notes rename_color_of_notes rename_last_id_of_notes rename_colour_of_notes "+
			"rename_newest_id_of_notes drop_color_of_notes drop_size_of_notes drop_kind_of_notes drop_at_of_notes drop_last_id_of_notes add_color_to_notes]"; got != want {
			t.Errorf("%s: the migrations are %s, not %s", db, got, want)
		}
		if u := l.plan(t, templates.FS, evolve.Request{}); !u.IsEmpty() {
			t.Errorf("%s: %d files would change again", db, len(u.Files))
		}
	}
}

// TestFieldsOfResourcesKeepEdits adds and removes fields beside what the owner
// changed in the resource, and refuses names that the owner's own fields have.
func TestFieldsOfResourcesKeepEdits(t *testing.T) {
	o := optionsOf("basic")
	o.Resources = resourcetest.Some(t, true)
	l := livingOf(t, templates.FS, o)
	edits := []edit{
		{"internal/note/note.go", "type Note struct {\n", "type Note struct {\n\tWeather string // of the day\n\n"},
		{"internal/note/service.go", "package note\n", "package note\n\nconst limitOfOurs = 7\n"},
		{"internal/note/notehttp/create.go", "package notehttp\n", "package notehttp\n\n// This file is changed.\n"},
	}
	l.edit(t, edits)
	l.addTo(t, "note", "color:string(20)?", "size:int=3")
	l.apply(t, l.plan(t, templates.FS, l.ofResource("note").Remove("done", true)))
	for _, e := range edits {
		if !strings.Contains(string(l.files[e.file].Data), strings.TrimSpace(strings.TrimPrefix(e.new, e.old))) {
			t.Errorf("%s has lost %q", e.file, e.new)
		}
	}
	f, err := resource.ParseField("weather:string?")
	must(t, err)
	request := l.ofResource("note").Add([]resource.Field{f})
	if _, err := evolve.NewUpdate(templates.FS, l.project, l.files, request); err == nil || !strings.Contains(err.Error(), "have a field of that name already, in internal/note/note.go") {
		t.Errorf("a field of the owner's is added again: %v", err)
	}
	var none *evolve.NoFieldError
	if _, err := evolve.NewUpdate(templates.FS, l.project, l.files, l.ofResource("note").Remove("weather", false)); !errors.As(err, &none) || none.Where != "internal/note/note.go" {
		t.Errorf("a field of the owner's is removed: %v", err)
	}
}

// Two resources refer to each other. Neither can be removed while the other refers to
// it; once that field is gone, it can.
func TestLeadingToEachOther(t *testing.T) {
	o := optionsOf("basic")
	o.Resources = resourcetest.Some(t, true)
	l := livingOf(t, templates.FS, o)
	l.addTo(t, "note", "last:ref(task)?")
	remove := func(name string, drop bool) error {
		u, err := evolve.NewUpdate(templates.FS, l.project, l.files, evolve.RemoveResource(l.project, l.files, name, drop, l.ofResource("").Now))
		if err == nil {
			l.apply(t, u)
		}
		return err
	}
	var led *evolve.LedToError
	if err := remove("task", true); !errors.As(err, &led) || led.FromName != "note" || led.Field != "last_id" {
		t.Errorf("the tasks that notes lead to: %v", err)
	}
	l.apply(t, l.plan(t, templates.FS, l.ofResource("note").Remove("last", false)))
	if err := remove("task", true); !errors.As(err, &led) {
		t.Errorf("the table that a column leads to: %v", err)
	}
	l.apply(t, l.plan(t, templates.FS, l.ofResource("note").Remove("last", true)))
	must(t, remove("task", true))
	fresh, err := resource.Parse(resource.Asked{Name: "task", Specs: []string{"title:string"}}, true)
	must(t, err)
	answer, err := evolve.NewResource(l.project, l.files, fresh, l.ofResource("").Now)
	must(t, err)
	l.apply(t, l.plan(t, templates.FS, evolve.Request{Resources: []project.Resource{*answer}}))
	if u := l.plan(t, templates.FS, evolve.Request{}); !u.IsEmpty() {
		t.Errorf("%d files would change again", len(u.Files))
	}
}
