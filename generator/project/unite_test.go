package project

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestUnite(t *testing.T) {
	field := func(name, migration string) Field { return Field{Name: name, Type: "string?", Migration: migration} }
	phone, city, plan := field("phone", "3_a"), field("city", "2_b"), field("plan", "1_c")
	gone, dropped := phone, phone
	gone.Removed, dropped.Removed, dropped.Dropped = true, true, "4_drop"
	base := Answers{Module: "m", Program: "p", Auth: "basic", DB: "sqlite", Router: "chi", Fields: []Field{phone}}
	with := func(change func(*Answers)) Answers {
		a := base
		change(&a)
		return a
	}
	for name, c := range map[string]struct{ ours, theirs, want Answers }{
		"nothing":   {base, base, base},
		"one side":  {base, with(func(a *Answers) { a.Auth = "complete" }), with(func(a *Answers) { a.Auth = "complete" })},
		"one field": {with(func(a *Answers) { a.Fields = []Field{phone, city} }), base, with(func(a *Answers) { a.Fields = []Field{phone, city} })},
		"two fields": {
			with(func(a *Answers) { a.Fields = []Field{phone, city} }), with(func(a *Answers) { a.Fields = []Field{phone, plan} }),
			with(func(a *Answers) { a.Fields = []Field{phone, plan, city} }),
		},
		"field and mode": {
			with(func(a *Answers) { a.Auth = "complete" }), with(func(a *Answers) { a.Fields = []Field{phone, plan} }),
			with(func(a *Answers) { a.Auth, a.Fields = "complete", []Field{phone, plan} }),
		},
		"removed and added": {
			with(func(a *Answers) { a.Fields = nil }), with(func(a *Answers) { a.Fields = []Field{phone, plan} }),
			with(func(a *Answers) { a.Fields = []Field{plan} }),
		},
		"features": {
			with(func(a *Answers) { a.Features = []string{"passkeys"} }), with(func(a *Answers) { a.Features = []string{"api-keys", "totp"} }),
			with(func(a *Answers) { a.Features = []string{"api-keys", "passkeys", "totp"} }),
		},
		"removed, and with its column": {
			with(func(a *Answers) { a.Fields = []Field{gone} }), with(func(a *Answers) { a.Fields = []Field{dropped} }),
			with(func(a *Answers) { a.Fields = []Field{dropped} }),
		},
		"modes": {
			with(func(a *Answers) { a.Auth = "complete" }), with(func(a *Answers) { a.Auth = "none" }),
			with(func(a *Answers) { a.Auth = "complete" }),
		},
		"foreign": {
			base, with(func(a *Answers) { a.Foreign = &Foreign{Handle: "sql"} }), with(func(a *Answers) { a.Foreign = &Foreign{Handle: "sql"} }),
		},
	} {
		for side, got := range map[string]func() (Answers, error){
			"ours":   func() (Answers, error) { return Unite(base, c.ours, c.theirs) },
			"theirs": func() (Answers, error) { return Unite(base, c.theirs, c.ours) },
		} {
			if got, err := got(); err != nil || !got.Equal(c.want) {
				t.Errorf("%s, %s: %+v, %v", name, side, got, err)
			}
		}
	}
}

func TestUniteRefusesToGuess(t *testing.T) {
	base := Answers{Module: "m", Fields: []Field{{Name: "phone", Type: "string?", Migration: "1"}}}
	with := func(change func(*Answers)) Answers {
		a := base
		change(&a)
		return a
	}
	for what, c := range map[string]struct{ ours, theirs Answers }{
		"the module's path": {with(func(a *Answers) { a.Module = "a" }), with(func(a *Answers) { a.Module = "b" })},
		"the field city": {
			with(func(a *Answers) { a.Fields = append(a.Fields, Field{Name: "city", Type: "int", Migration: "2"}) }),
			with(func(a *Answers) { a.Fields = append(a.Fields, Field{Name: "city", Type: "text", Migration: "3"}) }),
		},
		"the field phone": {
			with(func(a *Answers) { a.Fields = nil }),
			with(func(a *Answers) { a.Fields = []Field{{Name: "phone", Type: "string?", Unique: true, Migration: "1"}} }),
		},
		"the name of the field phone": {
			with(func(a *Answers) {
				a.Fields = []Field{{Name: "mobile", Type: "string?", Migration: "1", Was: "phone 2"}}
			}),
			with(func(a *Answers) { a.Fields = []Field{{Name: "cell", Type: "string?", Migration: "1", Was: "phone 3"}} }),
		},
		"how the accounts are wired": {
			with(func(a *Answers) { a.Foreign = &Foreign{Handle: "sql"} }),
			with(func(a *Answers) { a.Foreign = &Foreign{Handle: "gorm"} }),
		},
	} {
		_, err := Unite(base, c.ours, c.theirs)
		var clash *ClashError
		if !errors.As(err, &clash) || clash.What != what {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestClashOfARemovedField names what either branch did to the field, under
// whatever name.
func TestClashOfARemovedField(t *testing.T) {
	phone := Field{Name: "phone", Type: "string?", Migration: "1"}
	gone, dropped, renamed := phone, phone, phone
	gone.Removed, dropped.Removed, dropped.Dropped = true, true, "2_drop"
	renamed.Name, renamed.Was = "mobile", "phone 3"
	of := func(f Field) Answers { return Answers{Fields: []Field{f}} }
	for _, c := range []struct {
		ours, theirs Field
		one, other   string
	}{
		{gone, renamed, "removed", "named mobile"},
		{renamed, dropped, "named mobile", "removed with its column"},
	} {
		_, err := Unite(of(phone), of(c.ours), of(c.theirs))
		var clash *ClashError
		if !errors.As(err, &clash) || clash.What != "the field phone" || clash.Ours != c.one || clash.Theirs != c.other {
			t.Errorf("%v", err)
		}
	}
}

func TestUniteResources(t *testing.T) {
	note := Resource{Name: "note", Plural: "notes", Fields: []ResourceField{{Name: "title", Type: "string"}}, Migration: "1_create_notes"}
	task := Resource{Name: "task", Plural: "tasks", Fields: []ResourceField{{Name: "note_id", Type: "ref", To: "note"}}, Migration: "2_create_tasks"}
	page := Resource{Name: "page", Plural: "pages", Fields: []ResourceField{{Name: "state", Type: "enum", Words: []string{"a", "b"}}}, Migration: "3_create_pages"}
	of := func(resources ...Resource) Answers { return Answers{Resources: resources} }
	united, err := Unite(of(note), of(note, task), of(note, page))
	if err != nil || !united.Equal(of(note, task, page)) {
		t.Errorf("united are %+v, %v", united.Resources, err)
	}
	other := page
	other.Fields = []ResourceField{{Name: "state", Type: "enum", Words: []string{"a", "c"}}}
	if united, err := Unite(of(), of(page), of(other)); err == nil {
		t.Errorf("of two kinds of pages, %+v was chosen", united.Resources)
	}
	color, size := ResourceField{Name: "color", Type: "string?", Size: 20, Migration: "4_add_color_to_notes"}, ResourceField{Name: "size", Type: "int?", Migration: "5_add_size_to_notes"}
	with := func(fields ...ResourceField) Resource {
		r := note
		r.Fields = append([]ResourceField{{Name: "title", Type: "string"}}, fields...)
		return r
	}
	united, err = Unite(of(note), of(with(size)), of(with(color), task))
	if err != nil || !united.Equal(of(with(color, size), task)) {
		t.Errorf("united are %+v, %v", united.Resources, err)
	}
	gone := with(color)
	gone.Fields[0].Removed, gone.Fields[0].Dropped = true, "6_drop_title_of_notes"
	united, err = Unite(of(with(color)), of(gone), of(with(color, size)))
	if gone.Fields = append(gone.Fields, size); err != nil || !united.Equal(of(gone)) {
		t.Errorf("united are %+v, %v", united.Resources, err)
	}
	other = with(color)
	other.Fields[1].Type = "int?"
	if _, err := Unite(of(note), of(with(color)), of(other)); err == nil || !strings.Contains(err.Error(), "the field color of notes") {
		t.Errorf("two kinds of a field: %v", err)
	}
	removed := note
	removed.Removed = true
	if _, err := Unite(of(note), of(with(color)), of(removed)); err == nil || !strings.Contains(err.Error(), "notes with title, color (1_create_notes) here, removed there") {
		t.Errorf("a field of what is removed: %v", err)
	}
	if more := of(note, task).Beyond(of(note)); len(more) != 1 || more[0] != "the resource task" {
		t.Errorf("beyond one resource are %q", more)
	}
}

// TestUniteKnowsEveryAnswer that a branch may change.
func TestUniteKnowsEveryAnswer(t *testing.T) {
	kind := reflect.TypeFor[Answers]()
	for i := range kind.NumField() {
		var theirs Answers
		switch member := reflect.ValueOf(&theirs).Elem().Field(i); member.Kind() {
		case reflect.String:
			member.SetString("x")
		case reflect.Bool:
			member.SetBool(true)
		case reflect.Pointer:
			member.Set(reflect.New(member.Type().Elem()))
			member.Elem().Field(0).SetString("x")
		case reflect.Slice:
			member.Set(reflect.MakeSlice(member.Type(), 1, 1))
			name := member.Index(0)
			if name.Kind() == reflect.Struct {
				name = name.Field(0)
			}
			name.SetString("x")
		default:
			t.Fatalf("%s is of a kind that this test does not know", kind.Field(i).Name)
		}
		united, err := Unite(Answers{}, Answers{}, theirs)
		if err != nil || !reflect.DeepEqual(united, theirs) {
			t.Errorf("%s: %+v, %v", kind.Field(i).Name, united, err)
		}
	}
}
