package resource

import (
	"errors"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator/field"
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

// Names may come in Go's case, and what can't be one is refused for what it is.
func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"LineItem": "line_item", "line-item": "line_item", "HTTPLog": "http_log", "UserID": "user_id", "S3Bucket": "s3_bucket",
		"Order": "order is a word of SQL", "Größe": "can't be the name of a resource", "9lives": "begins with a letter", "_": "is no name", "": "is no name",
	} {
		got := ""
		if r, err := Parse(Asked{Name: name, Specs: []string{"title:string"}}, true); err != nil {
			got = err.Error()
		} else {
			got = r.Name
		}
		if !strings.Contains(got, want) {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

// The hint of a field that can't be is one that can, or there is none.
func TestHints(t *testing.T) {
	for spec, want := range map[string]string{
		"createdAt:time":      "its_created_at:time",
		"Order:int":           "its_order:int",
		"limit:int":           "its_limit:int",
		"order":               "its_order:string",
		"":                    "first_name:string",
		"token:string":        "",
		"next:ref(node)":      "next:ref(node)?",
		"node:ref":            "node:ref?",
		"state:enum(on hold)": "",
	} {
		var odd *field.Error
		if _, err := Parse(Asked{Name: "node", Specs: []string{spec}}, true); !errors.As(err, &odd) || odd.Hint != want {
			t.Errorf("%q: %+v, want the hint %q", spec, err, want)
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
