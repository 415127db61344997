package evolve_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/templates"
)

// moveFolder does what git mv and a rename of the import paths do.
func (l *living) moveFolder(from, to string) {
	for name, f := range l.files {
		if strings.HasPrefix(name, from+"/") {
			l.files[to+strings.TrimPrefix(name, from)] = f
			delete(l.files, name)
		}
	}
	for name, f := range l.files {
		if strings.HasSuffix(name, ".go") {
			text := bytes.ReplaceAll(f.Data, []byte(`"example.com/myapi/`+from+`"`), []byte(`"example.com/myapi/`+to+`"`))
			text = bytes.ReplaceAll(text, []byte(`"example.com/myapi/`+from+`/`), []byte(`"example.com/myapi/`+to+`/`))
			l.files[name] = &fstest.MapFile{Data: text}
		}
	}
}

// TestMovedFoldersAreFollowed moves packages of a basic project, and makes it
// complete: what is new goes where its package is, nothing imports the old
// paths, all compiles, and a second upgrade has nothing to do.
func TestMovedFoldersAreFollowed(t *testing.T) {
	l := livingOf(t, templates.FS, optionsOf("basic"))
	moves := map[string]string{"internal/auth/authhttp": "internal/api/authhttp", "internal/server": "server", "internal/auth": "internal/users"}
	for _, from := range []string{"internal/auth/authhttp", "internal/server", "internal/auth"} {
		l.moveFolder(from, moves[from])
	}
	l.edit(t, []edit{
		{"internal/api/authhttp/login.go", `"Log in"`, `"Sign in"`},
		{"internal/users/session.go", "", "\n// sessionNote is ours.\nconst sessionNote = \"ours\"\n\nvar _ = sessionNote\n"},
	})
	l.apply(t, l.plan(t, templates.FS, evolve.Request{Auth: "complete"}))
	for name, f := range l.files {
		for from := range moves {
			if strings.HasPrefix(name, from+"/") || strings.HasSuffix(name, ".go") && bytes.Contains(f.Data, []byte(`"example.com/myapi/`+from+`"`)) {
				t.Errorf("%s is in, or imports, %s", name, from)
			}
		}
	}
	for _, name := range []string{"internal/api/authhttp/email.go", "internal/users/authmail/authmail.go", "internal/users/email.go"} {
		if l.files[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
	if !bytes.Contains(l.files["internal/api/authhttp/login.go"].Data, []byte(`"Sign in"`)) || !bytes.Contains(l.files["internal/users/session.go"].Data, []byte("sessionNote")) {
		t.Error("an edit is lost")
	}
	l.compiles(t)
	if u := l.plan(t, templates.FS, evolve.Request{}); !u.IsEmpty() {
		for _, f := range u.Files {
			t.Errorf("the second upgrade: %s %s", f.Action, f.Path)
		}
	}
	findings, err := evolve.Examine(templates.FS, l.project, l.files, "v0.0.0-test")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if f.Level == evolve.Wrong {
			t.Errorf("a false alarm: %s", f.Text)
		}
	}
}

// TestUnwiredAccountsAreFound takes the calls out of a project whose server has
// moved.
func TestUnwiredAccountsAreFound(t *testing.T) {
	l := livingOf(t, templates.FS, optionsOf("basic"))
	l.moveFolder("internal/server", "server")
	l.edit(t, []edit{{"server/routes.go", "authhttp.Register(", "register("}})
	findings, err := evolve.Examine(templates.FS, l.project, l.files, "v0.0.0-test")
	if err != nil {
		t.Fatal(err)
	}
	wrong := ""
	for _, f := range findings {
		if f.Level == evolve.Wrong {
			wrong += f.Text + "\n"
		}
	}
	if !strings.HasPrefix(wrong, "the accounts' routes are not registered") || strings.Count(wrong, "\n") != 1 {
		t.Errorf("found %q", wrong)
	}
}

// "git clean" after a change removes new packages, and leaves what imports them.
func TestRemovedPackagesAreFound(t *testing.T) {
	l := livingOf(t, templates.FS, optionsOf("complete"))
	for name := range l.files {
		if strings.HasPrefix(name, "internal/auth/authmail/") {
			delete(l.files, name)
		}
	}
	findings, err := evolve.Examine(templates.FS, l.project, l.files, "v0.0.0-test")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(findings, func(f evolve.Finding) bool {
		return f.Level == evolve.Wrong && f.Text == "cmd/myapi/serve.go imports internal/auth/authmail, which forge wrote and is gone"
	}) {
		t.Errorf("found %+v", findings)
	}
}

// compiles vets the project, which compiles it and its tests.
func (l living) compiles(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	for name, f := range l.files {
		at := filepath.Join(dir, filepath.FromSlash(name))
		must(t, os.MkdirAll(filepath.Dir(at), 0o755))
		must(t, os.WriteFile(at, f.Data, 0o644))
	}
	cmd := exec.Command("go", "vet", "-trimpath", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("it does not compile: %v\n%s", err, output)
	}
}
