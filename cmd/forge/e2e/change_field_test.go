//go:build unix

package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/field"
	remembering "github.com/forge-go/forge/generator/project"
)

// TestFieldsChangeUnderData gives the users of a service a field, renames it,
// removes it, brings it back and drops it, and starts the service on the same
// database after each: what a user has in it stays until it is dropped.
func TestFieldsChangeUnderData(t *testing.T) {
	p := newProject(t, "basic")
	database := "DATABASE_URL=file:" + filepath.Join(t.TempDir(), "myapi.db")
	phone := field.Field{Name: "phone", GoName: "Phone", Kind: field.String, Optional: true, Unique: true}
	p.addFields(t, phone)
	t.Run("added", func(t *testing.T) {
		s := p.start(t, database)
		s.register(t, "johndoe")
		status, me := s.call(t, "PUT", "/api/v1/users/me", s.login(t, "johndoe"), map[string]string{"phone": "123"})
		if status != http.StatusOK || me["phone"] != "123" {
			t.Fatalf("the user is %d %v", status, me)
		}
	})
	rename := func(from, to string) {
		p.change(t, func(r *remembering.Project) evolve.Request {
			return evolve.RenameField(r, os.DirFS(p.dir), from, to, time.Now())
		})
	}
	remove := func(name string, drop bool) {
		p.change(t, func(r *remembering.Project) evolve.Request {
			return evolve.RemoveField(r, os.DirFS(p.dir), name, drop, time.Now())
		})
	}
	rename("phone", "mobile")
	p.run(t, "go", "vet", "./...")
	p.run(t, "go", "test", "-vet=off", "-ldflags=-w", "./internal/auth/authhttp", "-run", "Field|Keys")
	t.Run("renamed", func(t *testing.T) {
		s := p.start(t, database)
		checkMember(t, s, "mobile", "123")
		s.register(t, "other")
		body := map[string]string{"mobile": "123"}
		s.answers(t, "PUT", "/api/v1/users/me", s.login(t, "other"), body, http.StatusConflict, "Mobile already taken")
	})
	remove("mobile", false)
	t.Run("removed", func(t *testing.T) {
		s := p.start(t, database)
		if _, me := s.call(t, "GET", "/api/v1/users/me", s.login(t, "johndoe"), nil); me["mobile"] != nil || me["phone"] != nil {
			t.Errorf("the user is %v", me)
		}
		s.register(t, "newuser")
	})
	p.addFields(t, field.Field{Name: "mobile", GoName: "Mobile", Kind: field.String, Optional: true, Unique: true})
	t.Run("back", func(t *testing.T) { checkMember(t, p.start(t, database), "mobile", "123") })
	remove("mobile", true)
	p.addFields(t, phone)
	t.Run("dropped and added anew", func(t *testing.T) { checkMember(t, p.start(t, database), "phone", nil) })
}

// change does what forge remove field and forge rename field do.
func (p project) change(t *testing.T, request func(*remembering.Project) evolve.Request) {
	t.Helper()
	remembered, err := remembering.Open(p.dir)
	if err != nil {
		t.Fatal(err)
	}
	p.update(t, request(remembered))
}

// checkMember looks at a member of the response with johndoe.
func checkMember(t *testing.T, s service, name string, want any) {
	t.Helper()
	status, me := s.call(t, "GET", "/api/v1/users/me", s.login(t, "johndoe"), nil)
	if got, ok := me[name]; status != http.StatusOK || !ok || got != want {
		t.Errorf("the user is %d %v; %s is not %v", status, me, name, want)
	}
}
