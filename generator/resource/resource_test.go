package resource

import (
	"testing"

	"github.com/forge-go/forge/generator/project"
)

func TestPlural(t *testing.T) {
	for name, want := range map[string]string{
		"note": "notes", "box": "boxes", "city": "cities", "day": "days", "line_item": "line_items", "person": "people",
		"order_entry": "order_entries", "class": "classes", "branch": "branches", "news": "", "child": "children",
	} {
		if got := pluralOf(name); got != want {
			t.Errorf("the plural of %s is %q, want %q", name, got, want)
		}
	}
}

// What a manifest keeps is what was asked for.
func TestAnswerAndBack(t *testing.T) {
	note, err := Parse(Asked{Name: "LineItem", Specs: []string{
		"title:string(12)=a b", "body:text?", "state:enum(open,done)?=open", "parent:ref(line_item)?", "due:date", "price:decimal=1.5",
	}, Unique: []string{"due"}, Index: []string{"title"}}, true)
	if err != nil {
		t.Fatal(err)
	}
	note.Migration = "20260101000000_create_line_items"
	if err := note.Link(nil); err != nil {
		t.Fatal(err)
	}
	back, err := Of([]project.Resource{note.Answer()})
	if err != nil {
		t.Fatal(err)
	}
	if !back[0].Answer().Equal(note.Answer()) {
		t.Errorf("%+v\nbecame\n%+v", note.Answer(), back[0].Answer())
	}
	for _, db := range []project.Database{project.SQLite, project.Postgres, project.MySQL} {
		if back[0].Table(db) != note.Table(db) {
			t.Errorf("on %s the table became %s", db, back[0].Table(db))
		}
	}
}
