//go:build unix

package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/forge-go/forge/scripts/test/leave"
)

const notesResource = `// Package notes is the owner's.
package notes

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
)

type output struct {
	Body struct {
		Text string ` + "`json:\"text\"`" + `
	}
}

// Register adds the route.
func Register(api huma.API) {
	huma.Get(api, "/api/v1/notes", func(context.Context, *struct{}) (*output, error) {
		var out output
		out.Body.Text = Text()
		return &out, nil
	})
}

// Text is what the note says.
func Text() string { return "remember the milk" }
`

const notesTest = `package notes

import "testing"

func TestText(t *testing.T) {
	if Text() != "remember the milk" {
		t.Error("it does not remember")
	}
}
`

const ownDependency = `// Package router is the owner's.
package router

import "github.com/go-chi/chi/v5"

// New returns a router of another kind.
func New() chi.Router { return chi.NewRouter() }
`

// life is a project through the years, and its database.
type life struct {
	dir, database string
	kept          []keptText // what the owner wrote
	gone          []string   // what the owner took away
	cut           []keptText // and what out of files that stay
}

// keptText is a text that has to stay in a file, or to stay away from it.
type keptText struct{ file, text string }

// TestLongLife lives with a project for years: every command of forge, and what
// owners do between them. After each step it and its tests compile, and the
// database of the first day is brought up to date; no edit is ever lost, and
// nothing comes back. In the end all tests pass.
func TestLongLife(t *testing.T) {
	leave.ToTestAll(t)
	if _, err := exec.LookPath("git"); err != nil {
		leave.Out(t, "git is not installed; no project lives long")
	}
	t.Setenv("GONOSUMDB", "*") // The module cache has all modules.
	l := &life{dir: filepath.Join(t.TempDir(), "myapi"), database: filepath.Join(t.TempDir(), "life.db")}
	forgeExits(t, t.TempDir(), 0, "new", "example.com/myapi", "--auth=basic", "--yes", "--quiet", "--dir", l.dir)
	gitIn(t, l.dir, "init", "--quiet")
	for _, step := range []struct {
		name string
		do   func(t *testing.T)
	}{
		{"own resource", l.addResource},
		{"moved and changed", l.move},
		{"add auth", func(t *testing.T) { l.forge(t, "add", "auth", "--mode=complete") }},
		{"deleted endpoint", l.deleteEndpoint},
		{"nine fields", l.addFields},
		{"renamed module", l.renameModule},
		{"own dependency", l.addDependency},
		{"upgrade with a conflict", l.upgrade},
		{"undo, and again", func(t *testing.T) { l.forge(t, "undo"); l.forge(t, "redo") }},
		{"second clone", l.mergeClone},
	} {
		if !t.Run(step.name, func(t *testing.T) { step.do(t); l.isWell(t) }) {
			return
		}
	}
	l.do(t, "go", "test", "-vet=off", "-ldflags=-w", "./...")
}

func (l *life) forge(t *testing.T, args ...string) {
	t.Helper()
	forgeExits(t, l.dir, 0, append(args, "--quiet")...)
}

// do runs a command in the project, with its database.
func (l *life) do(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = l.dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOPROXY=off", "ENVIRONMENT=development", "DATABASE_URL=file:"+l.database)
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s %v: %v\n%s", name, args, err, output)
	}
}

func (l *life) write(t *testing.T, name, text string) {
	t.Helper()
	at := filepath.Join(l.dir, filepath.FromSlash(name))
	must(t, os.MkdirAll(filepath.Dir(at), 0o755))
	must(t, os.WriteFile(at, []byte(text), 0o644))
	l.kept = append(l.kept, keptText{name, text})
}

// change is an edit of the owner's, which has to stay.
func (l *life) change(t *testing.T, name, old, new string) {
	t.Helper()
	must(t, replaceIn(filepath.Join(l.dir, filepath.FromSlash(name)), old, new))
	l.kept = append(l.kept, keptText{name, new})
}

// everywhere changes a text in all Go files.
func (l *life) everywhere(t *testing.T, old, new string) {
	t.Helper()
	must(t, filepath.WalkDir(l.dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".go" {
			return err
		}
		if content, err := os.ReadFile(name); err != nil || !strings.Contains(string(content), old) {
			return err
		}
		return replaceIn(name, old, new)
	}))
}

// isWell commits, and looks after everything.
func (l *life) isWell(t *testing.T) {
	t.Helper()
	gitIn(t, l.dir, "add", "--all")
	gitIn(t, l.dir, "commit", "--quiet", "--allow-empty", "--message", t.Name())
	l.do(t, "go", "vet", "./...") // It compiles the tests, too.
	l.do(t, "go", "run", "-ldflags=-w", "./cmd/myapi", "migrate", "up")
	l.do(t, "go", "mod", "tidy", "-diff")
	forgeExits(t, l.dir, 0, "doctor")
	for _, k := range l.kept {
		content, err := os.ReadFile(filepath.Join(l.dir, filepath.FromSlash(k.file)))
		if err != nil || !strings.Contains(string(content), k.text) {
			t.Errorf("%s has lost %q", k.file, k.text)
		}
	}
	for _, c := range l.cut {
		content, err := os.ReadFile(filepath.Join(l.dir, filepath.FromSlash(c.file)))
		if err != nil || strings.Contains(string(content), c.text) {
			t.Errorf("%s has %q again (%v)", c.file, c.text, err)
		}
	}
	for _, name := range l.gone {
		if _, err := os.Lstat(filepath.Join(l.dir, filepath.FromSlash(name))); err == nil {
			t.Errorf("%s is there again", name)
		}
	}
}

func (l *life) addResource(t *testing.T) {
	l.write(t, "internal/notes/notes.go", notesResource)
	l.write(t, "internal/notes/notes_test.go", notesTest)
	l.change(t, "internal/server/routes.go", "\ts.registerDocs()\n", "\ts.registerDocs()\n\tnotes.Register(s.api)\n")
	must(t, replaceIn(filepath.Join(l.dir, "internal/server/routes.go"), "internal/auth/authhttp\"\n", "internal/auth/authhttp\"\n\t\"example.com/myapi/internal/notes\"\n"))
}

// move renames a file and moves a package, takes files away, and changes who may
// log in.
func (l *life) move(t *testing.T) {
	gitIn(t, l.dir, "mv", "internal/auth/authhttp/password.go", "internal/auth/authhttp/passwords.go")
	must(t, os.MkdirAll(filepath.Join(l.dir, "internal/net"), 0o755))
	gitIn(t, l.dir, "mv", "internal/client", "internal/net/client")
	l.everywhere(t, `"example.com/myapi/internal/client"`, `"example.com/myapi/internal/net/client"`)
	l.gone = append(l.gone, "internal/auth/authhttp/password.go", "internal/client", ".golangci.yml", "internal/auth/hasher_test.go")
	for _, name := range l.gone[2:] {
		must(t, os.Remove(filepath.Join(l.dir, name)))
	}
	l.change(t, "internal/auth/user.go", "\treturn user.IsActive\n", "\treturn user.IsActive && user.Username != \"banned\"\n")
	l.change(t, "README.md", "## Quick start\n", "Our service. Ask Ann.\n\n## Quick start\n")
}

// deleteEndpoint takes away the list of sessions: its route, and the file of its
// tests.
func (l *life) deleteEndpoint(t *testing.T) {
	const routes, tests = "internal/auth/authhttp/authhttp.go", "internal/auth/authhttp/sessions_test.go"
	must(t, replaceIn(filepath.Join(l.dir, routes), "\te.sessions()\n", ""))
	must(t, os.Remove(filepath.Join(l.dir, tests)))
	l.cut = append(l.cut, keptText{routes, "e.sessions()"})
	l.gone = append(l.gone, tests)
}

func (l *life) addFields(t *testing.T) {
	l.forge(t, "add", "field", "first_name:string?", "last_name:string?", "born:date?")
	gitIn(t, l.dir, "add", "--all")
	gitIn(t, l.dir, "commit", "--quiet", "--message", "three fields")
	l.forge(t, "add", "field", "phone:string?", "--unique")
	gitIn(t, l.dir, "add", "--all")
	gitIn(t, l.dir, "commit", "--quiet", "--message", "four fields")
	l.forge(t, "add", "field", "plan:string=free", "score:int", "credit:decimal", "seen:time?", "bio:text?", "--superuser")
}

func (l *life) renameModule(t *testing.T) {
	l.everywhere(t, "example.com/myapi", "git.example.org/shop")
	must(t, replaceIn(filepath.Join(l.dir, "go.mod"), "module example.com/myapi", "module git.example.org/shop"))
	for i := range l.kept {
		l.kept[i].text = strings.ReplaceAll(l.kept[i].text, "example.com/myapi", "git.example.org/shop")
	}
	l.forgeAfterCommit(t)
}

func (l *life) addDependency(t *testing.T) {
	l.write(t, "internal/router/router.go", ownDependency)
	l.do(t, "go", "mod", "edit", "-require=github.com/go-chi/chi/v5@"+chiVersion(t))
	l.do(t, "go", "mod", "tidy")
	l.forgeAfterCommit(t)
}

// chiVersion is the version that other projects have.
func chiVersion(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("../../templates/modules/basic-sqlite-chi/go.mod.tmpl")
	must(t, err)
	for line := range strings.Lines(string(content)) {
		if words := strings.Fields(line); len(words) >= 2 && words[0] == "github.com/go-chi/chi/v5" {
			return words[1]
		}
	}
	t.Fatal("no project has chi")
	return ""
}

// forgeAfterCommit upgrades where there is nothing to upgrade but names.
func (l *life) forgeAfterCommit(t *testing.T) {
	t.Helper()
	gitIn(t, l.dir, "add", "--all")
	gitIn(t, l.dir, "commit", "--quiet", "--message", t.Name())
	l.forge(t, "upgrade")
}

// upgrade is one from templates that differ in five ways: text of an untouched
// file, of one that was moved, of one that the owner changed elsewhere, a
// requirement, and a file that forge has no more; and in the owner's own lines.
func (l *life) upgrade(t *testing.T) {
	older := func(name, at, now, then string) {
		t.Helper()
		if now != "" {
			must(t, replaceIn(filepath.Join(l.dir, at), now, then))
		} else {
			must(t, os.WriteFile(filepath.Join(l.dir, at), []byte(then), 0o644))
		}
		must(t, rememberOlder(l.dir, name, now, then))
	}
	older("internal/auth/authhttp/register.go", "internal/auth/authhttp/register.go", "package authhttp", "// Older.\npackage authhttp")
	older("internal/auth/authhttp/password.go", "internal/auth/authhttp/passwords.go", "package authhttp", "// Older.\npackage authhttp")
	older("internal/auth/user.go", "internal/auth/user.go", "package auth\n", "package auth // older\n")
	older("go.mod", "go.mod", "github.com/rs/cors v1.11.1", "github.com/rs/cors v1.11.0")
	older("internal/server/gone.go", "internal/server/gone.go", "", "package server\n")
	older("internal/auth/authhttp/me.go", "internal/auth/authhttp/me.go", "Show the current user", "Show who asks")
	l.change(t, "internal/auth/authhttp/me.go", "Show who asks", "Who am I?")
	l.gone = append(l.gone, "internal/server/gone.go")
	gitIn(t, l.dir, "add", "--all")
	gitIn(t, l.dir, "commit", "--quiet", "--message", "older")
	was := contentsBelow(t, l.dir)
	forgeExits(t, l.dir, exitConflicts, "upgrade")
	forgeExits(t, l.dir, exitConflicts, "upgrade", "--conflicts=inline")
	l.forge(t, "upgrade", "--abort")
	if now := contentsBelow(t, l.dir); fmt.Sprint(now) != fmt.Sprint(was) {
		t.Errorf("--abort has not restored all:\n%s", differences(now, was, was))
	}
	forgeExits(t, l.dir, exitConflicts, "upgrade", "--conflicts=inline")
	l.takeOurs(t, "internal/auth/authhttp/me.go")
	l.forge(t, "upgrade", "--continue")
	forgeExits(t, l.dir, 0, "diff", "--check", "--quiet")
	for _, name := range []string{"internal/auth/authhttp/register.go", "internal/auth/authhttp/passwords.go", "internal/auth/user.go"} {
		content, err := os.ReadFile(filepath.Join(l.dir, name))
		must(t, err)
		if strings.Contains(strings.ToLower(string(content)), "// older") {
			t.Errorf("%s is not upgraded", name)
		}
	}
}

// takeOurs resolves conflicts as the owner does.
func (l *life) takeOurs(t *testing.T, name string) {
	t.Helper()
	at := filepath.Join(l.dir, name)
	content, err := os.ReadFile(at)
	must(t, err)
	var kept []string
	ours := true
	for line := range strings.Lines(string(content)) {
		switch {
		case strings.HasPrefix(line, "<<<<<<< "):
		case strings.HasPrefix(line, "||||||| "):
			ours = false
		case strings.HasPrefix(line, ">>>>>>> "):
			ours = true
		case ours:
			kept = append(kept, line)
		}
	}
	must(t, os.WriteFile(at, []byte(strings.Join(slices.Clip(kept), "")), 0o644))
}

// mergeClone lets a second person add a field in a clone while the first adds
// another, and makes one of both.
func (l *life) mergeClone(t *testing.T) {
	other := filepath.Join(t.TempDir(), "other")
	gitIn(t, l.dir, "add", "--all")
	gitIn(t, l.dir, "commit", "--quiet", "--allow-empty", "--message", "undone and done")
	gitIn(t, l.dir, "clone", "--quiet", l.dir, other)
	forgeExits(t, other, 0, "add", "field", "nickname:string?", "--quiet")
	gitIn(t, other, "add", "--all")
	gitIn(t, other, "commit", "--quiet", "--message", "nickname")
	l.kept = slices.DeleteFunc(l.kept, func(k keptText) bool { return k.file == "internal/notes/notes.go" })
	l.change(t, "internal/notes/notes.go", "// Text is what the note says.", "// Text is what the note says, always.")
	gitIn(t, l.dir, "commit", "--quiet", "--all", "--message", "notes")
	time.Sleep(time.Second) // Migrations are numbered by seconds.
	l.forge(t, "add", "field", "motto:string?")
	gitIn(t, l.dir, "add", "--all")
	gitIn(t, l.dir, "commit", "--quiet", "--message", "motto")
	gitIn(t, l.dir, "fetch", "--quiet", other, "HEAD")
	cmd := exec.Command("git", "-c", "user.name=A", "-c", "user.email=a@example.com", "merge", "--quiet", "FETCH_HEAD")
	cmd.Dir = l.dir
	if output, err := cmd.CombinedOutput(); err == nil {
		t.Errorf("git has merged what only forge can:\n%s", output)
	}
	l.forge(t, "merge")
	gitIn(t, l.dir, "commit", "--quiet", "--no-edit")
	l.kept = append(l.kept, keptText{"internal/auth/user.go", "Nickname"}, keptText{"internal/auth/user.go", "Motto"})
	forgeExits(t, l.dir, 0, "diff", "--check", "--quiet")
}
