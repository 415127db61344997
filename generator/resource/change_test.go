package resource

import (
	"errors"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
)

// someTasks returns tasks that lead to notes, with a field that came later.
func someTasks(t *testing.T) (tasks *Resource, all []*Resource) {
	t.Helper()
	all, err := Of([]project.Resource{
		{Name: "note", Plural: "notes", Owner: User, Read: Owner, Migration: "00010_create_notes", Fields: []project.ResourceField{{Name: "title", Type: "string", Size: 255}}},
		{Name: "task", Plural: "tasks", Owner: User, Read: Owner, Migration: "00011_create_tasks", Fields: []project.ResourceField{
			{Name: "note_id", Type: "ref?", To: "note"}, {Name: "state", Type: "enum", Words: []string{"open", "done"}},
			{Name: "code", Type: "string?", Size: 20, Unique: true, Migration: "00012_add_code_to_tasks"},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return all[1], all
}

// TestMigrationsOfFields holds the statements for the kinds of fields that need more
// than a column to what the databases take.
func TestMigrationsOfFields(t *testing.T) {
	tasks, _ := someTasks(t)
	ref, state, code := tasks.Fields[0], tasks.Fields[1], tasks.Fields[2]
	for name, c := range map[string]struct{ got, want string }{
		"a ref, on MySQL": {tasks.DropField(project.MySQL, ref), `-- +goose Up
ALTER TABLE tasks
    DROP FOREIGN KEY tasks_note_id_fkey,
    DROP KEY tasks_note_id,
    DROP COLUMN note_id;

-- +goose Down
ALTER TABLE tasks
    ADD COLUMN note_id BIGINT,
    ADD KEY tasks_note_id (note_id, user_id, id),
    ADD CONSTRAINT tasks_note_id_fkey FOREIGN KEY (note_id) REFERENCES notes (id) ON DELETE SET NULL;
`},
		"a ref": {tasks.AddFields(project.Postgres, []Field{ref}), `-- +goose Up
ALTER TABLE tasks ADD COLUMN note_id BIGINT REFERENCES notes (id) ON DELETE SET NULL;
CREATE INDEX tasks_note_id ON tasks (note_id, user_id, id);

-- +goose Down
DROP INDEX tasks_note_id;
ALTER TABLE tasks DROP COLUMN note_id;
`},
		"a required enum": {tasks.DropField(project.SQLite, state), `-- +goose Up
ALTER TABLE tasks DROP COLUMN state;

-- +goose Down
ALTER TABLE tasks ADD COLUMN state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done'));
`},
		"a unique field": {tasks.RenameField(project.SQLite, code, "code", "sign"), `-- +goose Up
ALTER TABLE tasks RENAME COLUMN code TO sign;
DROP INDEX tasks_code_key;
CREATE UNIQUE INDEX tasks_sign_key ON tasks (user_id, sign);

-- +goose Down
ALTER TABLE tasks RENAME COLUMN sign TO code;
DROP INDEX tasks_sign_key;
CREATE UNIQUE INDEX tasks_code_key ON tasks (user_id, code);
`},
	} {
		if c.got != c.want {
			t.Errorf("%s:\n%s\nnot\n%s", name, c.got, c.want)
		}
	}
	if table := tasks.Table(project.SQLite); strings.Contains(table, "code") {
		t.Errorf("the table has what came later:\n%s", table)
	}
	tasks.Dropped = "00013_drop_tasks"
	if drop := tasks.DropTable(project.SQLite); !strings.Contains(drop, "code") {
		t.Errorf("undone, the table lacks what came later:\n%s", drop)
	}
}

// TestFieldsThatCannotBe are refused, each with its reason.
func TestFieldsThatCannotBe(t *testing.T) {
	add := func(spec string) func(*Resource, []*Resource) error {
		return func(r *Resource, all []*Resource) error {
			f, err := ParseField(spec)
			if err != nil {
				t.Fatal(err)
			}
			return r.Add(f, all)
		}
	}
	for reason, change := range map[string]func(*Resource, []*Resource) error{
		"have a field of that name already":   add("state:string?"),
		"tasks that are there need a value":   add("size:int"),
		"leads to page, which is no resource": add("page:ref?"),
		"its foreign key would be tasks_note_id_fkey": func(r *Resource, all []*Resource) error {
			_ = r.Rename(project.SQLite, 0, "origin")
			r.Fields[0].Renames = []project.Rename{{From: "note_id"}}
			return add("note:ref?")(r, all)
		},
		"lists have a parameter of that name":      func(r *Resource, _ []*Resource) error { return r.Rename(project.SQLite, 2, "sort") },
		"MySQL renames no column that has a CHECK": func(r *Resource, _ []*Resource) error { return r.Rename(project.MySQL, 1, "stage") },
		"the database would refuse every new task": func(r *Resource, _ []*Resource) error { return r.Remove(1, false) },
		"note_id is the only field of tasks":       func(r *Resource, _ []*Resource) error { r.Fields = r.Fields[:1]; return r.Remove(0, false) },
	} {
		tasks, all := someTasks(t)
		var odd *Error
		var fault *field.Error
		if err := change(tasks, all); err == nil || !strings.Contains(err.Error(), reason) || !errors.As(err, &odd) && !errors.As(err, &fault) {
			t.Errorf("%s: %v", reason, err)
		}
	}
}
