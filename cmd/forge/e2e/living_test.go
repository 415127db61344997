//go:build unix

package e2e

import (
	"crypto/rand"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/field"
	remembering "github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
	"github.com/forge-go/forge/templates"
)

// update does what forge add auth does.
func (p project) update(t *testing.T, r evolve.Request) {
	t.Helper()
	remembered, err := remembering.Open(p.dir)
	if err != nil {
		t.Fatal(err)
	}
	r.Version = "v0.0.0-test"
	u, err := evolve.NewUpdate(templates.FS, remembered, os.DirFS(p.dir), r)
	if err != nil {
		t.Fatal(err)
	}
	if conflicts := u.Conflicts(); len(conflicts) > 0 {
		t.Fatalf("conflicts: %+v", conflicts)
	}
	changes, err := u.Changes(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := txn.Apply(t.Context(), p.dir, changes); err != nil {
		t.Fatal(err)
	}
}

const notes = `-- +goose Up
CREATE TABLE notes (id INTEGER PRIMARY KEY);

-- +goose Down
DROP TABLE notes;
`

// TestAddAuthToAServiceWithData makes a service with rows in its database and
// a migration of the user's complete: the rows stay, and users log in.
func TestAddAuthToAServiceWithData(t *testing.T) {
	for _, c := range []struct {
		name, from     string
		verify, wanted bool
	}{
		{"from none", "none", false, false},
		{"from basic", "basic", false, false},
		{"from basic, users verified", "basic", true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newProject(t, c.from)
			database := "DATABASE_URL=file:" + filepath.Join(t.TempDir(), "myapi.db")
			p.write(t, "internal/database/migrations/20260301120000_add_notes.sql", notes)
			t.Run("before", func(t *testing.T) {
				s := p.start(t, database)
				if c.from == "none" {
					s.answers(t, "POST", "/api/v1/greetings", "", map[string]string{"name": "Ada"}, http.StatusCreated, "Hello Ada!")
					return
				}
				s.register(t, "johndoe")
			})
			p.update(t, evolve.Request{Auth: "complete", VerifyUsers: c.verify})
			t.Run("after", func(t *testing.T) { checkAfter(t, p.start(t, database), c.from, c.wanted) })
			t.Run("again", func(t *testing.T) { p.start(t, database).login(t, "johndoe") })
		})
	}
}

func checkAfter(t *testing.T, s service, from string, verified bool) {
	if from == "none" {
		status, answer := s.call(t, "POST", "/api/v1/greetings", "", map[string]string{"name": "Bob"})
		if status != http.StatusCreated || answer["id"] != 2.0 {
			t.Errorf("the second greeting is %d %v", status, answer)
		}
		s.register(t, "johndoe")
	}
	status, me := s.call(t, "GET", "/api/v1/users/me", s.login(t, "johndoe"), nil)
	if status != http.StatusOK || me["is_verified"] != verified || me["email"] != "johndoe@example.com" {
		t.Errorf("the user is %d %v", status, me)
	}
	s.register(t, "newuser")
	status, me = s.call(t, "GET", "/api/v1/users/me", s.login(t, "newuser"), nil)
	if status != http.StatusOK || me["is_verified"] != false {
		t.Errorf("a new user is %d %v", status, me)
	}
}

// TestAddFieldOfEachType adds a field of each type to the users of a project,
// and runs the tests that come with them.
func TestAddFieldOfEachType(t *testing.T) {
	eachAccountMode(t, func(t *testing.T, p project) {
		for _, options := range []struct {
			specs             []string
			unique, superuser bool
		}{
			{specs: []string{
				"first_name:string?", "bio:text", "age:int?", "points:int=5", "vip:bool", "birthday:date?", "since:date=2020-01-02",
				"seen:time?", "joined:time=2020-01-02T03:04:05Z", "credit:decimal", "rate:decimal?", "plan:string=free", "lang:string?=en",
			}},
			{specs: []string{"phone:string?"}, unique: true},
			{specs: []string{"badge:int?"}, unique: true, superuser: true},
		} {
			var fields []field.Field
			for _, spec := range options.specs {
				f, err := field.Parse(spec)
				if err != nil {
					t.Fatal(err)
				}
				f.Unique, f.BySuperuser = options.unique, options.superuser
				fields = append(fields, f)
			}
			p.addFields(t, fields...)
		}
		p.test(t)
	})
}

// addFields does what forge add field does.
func (p project) addFields(t *testing.T, fields ...field.Field) {
	t.Helper()
	remembered, err := remembering.Open(p.dir)
	if err != nil {
		t.Fatal(err)
	}
	answers, err := evolve.NewFields(remembered, os.DirFS(p.dir), fields, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	p.update(t, evolve.Request{Fields: answers})
}

// TestFieldsSurviveAddAuth adds fields to users, by hand, as the docs show, and
// by forge; then the project becomes complete, and passes its tests.
func TestFieldsSurviveAddAuth(t *testing.T) {
	p := newProject(t, "basic")
	p.follow(t, "Add a field")
	p.addFields(t,
		field.Field{Name: "plan", GoName: "Plan", Kind: field.String, Default: "free", BySuperuser: true},
		field.Field{Name: "badge", GoName: "Badge", Kind: field.Int, Optional: true, Unique: true},
		field.Field{Name: "seen", GoName: "Seen", Kind: field.Time, Optional: true})
	p.update(t, evolve.Request{Auth: "complete"})
	p.test(t)
}
