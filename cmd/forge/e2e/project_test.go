// Package e2e tries the services that forge writes, as somebody who has just
// installed it: it runs the tests that they come with, and follows their pages,
// README.md and those in docs, to the letter: it runs their commands, clients
// and browser steps, makes the changes they describe, and checks what the
// running service responds. Package generator tests plans in process; here
// everything is compiled.
//
// What a machine lacks (curl, Python, Node, Chromium) is left out with a line
// that "make test-all" repeats at its end, and fails when FORGE_REQUIRE_ALL is
// set. With -short, as "make test" runs them, the tests need no more than Go
// and make, and SQLite is the only database.
package e2e

import (
	"bytes"
	"context"
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/newdir"
	answers "github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/scripts/test/leave"
	"github.com/forge-go/forge/templates"
)

// project is a generated project on disk. All have the same module path, so
// that equal packages share the build cache.
type project struct {
	dir    string
	mode   string
	readme readme
}

func newProject(t testing.TB, mode string) project {
	t.Helper()
	return newProjectOn(t, mode, generator.RouterChoice().Default)
}

func newProjectOn(t testing.TB, mode, router string) project {
	t.Helper()
	return newProjectWith(t, mode, generator.DBChoice().Default, router)
}

func newProjectWith(t testing.TB, mode, db, router string, features ...string) project {
	t.Helper()
	return newProjectOf(t, generator.Options{
		Auth: answers.Mode(mode), DB: answers.Database(db), Router: answers.Router(router), Features: features,
	})
}

// newProjectOf writes the project of these answers; module and program are those of
// all of them, so that they share the build cache.
func newProjectOf(t testing.TB, o generator.Options) project {
	t.Helper()
	o.Module, o.Program, o.Version = "example.com/myapi", "myapi", "v0.0.0-test"
	plan, err := generator.NewPlan(templates.FS, o)
	if err != nil {
		t.Fatal(err)
	}
	p := project{mode: string(o.Auth), dir: filepath.Join(t.TempDir(), "myapi")}
	if err := newdir.Write(context.Background(), plan.Files, p.dir, newdir.Writing{Random: rand.Reader}); err != nil {
		t.Fatal(err)
	}
	for _, page := range p.pages(t) {
		p.readme = p.readme.join(parseReadme(p.read(t, page)))
	}
	return p
}

// pages lists README.md and the pages in docs.
func (p project) pages(t testing.TB) []string {
	t.Helper()
	pages := []string{"README.md"}
	found, err := filepath.Glob(p.path("docs/*.md"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no pages in docs: %v", err)
	}
	for _, page := range found {
		pages = append(pages, "docs/"+filepath.Base(page))
	}
	return pages
}

// eachAccountMode runs a test on a new project of every mode with accounts.
func eachAccountMode(t *testing.T, test func(*testing.T, project)) {
	t.Helper()
	for _, mode := range generator.AuthChoice().Names() {
		if mode != "none" {
			t.Run(mode, func(t *testing.T) { test(t, newProject(t, mode)) })
		}
	}
}

// eachOtherRouter runs a test on a new project of every router but the default.
func eachOtherRouter(t *testing.T, mode string, test func(*testing.T, project)) {
	t.Helper()
	choice := generator.RouterChoice()
	for _, router := range choice.Names() {
		if router != choice.Default {
			t.Run(router, func(t *testing.T) { test(t, newProjectOn(t, mode, router)) })
		}
	}
}

func (p project) path(name string) string { return filepath.Join(p.dir, filepath.FromSlash(name)) }

func (p project) read(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile(p.path(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func (p project) write(t testing.TB, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(p.path(name)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p.path(name), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// take writes a file of testdata into the project.
func (p project) take(t testing.TB, place, source string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", source))
	if err != nil {
		t.Fatal(err)
	}
	p.write(t, place, string(content))
}

// command prepares a command in the project's folder, in an environment
// without settings of other services. The go command compiles in one way,
// whoever calls it, so that all projects share the build cache.
func (p project) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = p.dir
	cmd.Env = []string{"GOWORK=off", "GOFLAGS=-trimpath"}
	for _, variable := range os.Environ() {
		switch key, _, _ := strings.Cut(variable, "="); key {
		case "PATH", "HOME", "TMPDIR", "LANG", "USER", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE":
			cmd.Env = append(cmd.Env, variable)
		default:
			if strings.HasPrefix(key, "GO") && key != "GOFLAGS" {
				cmd.Env = append(cmd.Env, variable)
			}
		}
	}
	return cmd
}

// run returns what a command prints on stdout; it must succeed.
func (p project) run(t testing.TB, name string, args ...string) string {
	t.Helper()
	return output(t, p.command(name, args...))
}

// shell runs a README's block of commands, as a person's shell would.
func (p project) shell(t *testing.T, commands string, environment ...string) string {
	t.Helper()
	need(t, "sh", "the README's commands are not run")
	cmd := p.command("sh", "-eu", "-c", commands)
	cmd.Env = append(cmd.Env, environment...)
	return output(t, cmd)
}

func output(t testing.TB, cmd *exec.Cmd) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", strings.Join(cmd.Args, " "), err, stdout.String(), stderr.String())
	}
	return stdout.String()
}

// test runs gofmt, vet and the project's own tests, as far as they differ from
// those of an unchanged project: a README that breaks them leads its reader
// astray.
func (p project) test(t *testing.T) {
	t.Helper()
	if unformatted := p.run(t, "gofmt", "-l", "."); unformatted != "" {
		t.Errorf("gofmt would change %s", unformatted)
	}
	p.run(t, "go", "vet", "./...")
	tested := new(testedPackages)
	newProject(t, p.mode).untested(t, "", tested) // TestGeneratedProjects tests it.
	packages := p.untested(t, "", tested)
	if len(packages) == 0 {
		t.Fatal("no package differs from those of a new project")
	}
	p.run(t, "go", append([]string{"test", "-vet=off", "-ldflags=-w", "-timeout=5m"}, packages...)...)
}

// need skips the test, and says what is left out, when a program is missing.
func need(t testing.TB, name, without string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		leaveOut(t, name+" is missing: "+without)
	}
	return path
}

// leftToTestAll skips a test that "make test" leaves to "make test-all".
func leftToTestAll(t testing.TB) {
	t.Helper()
	leave.ToTestAll(t)
}

func leaveOut(t testing.TB, why string) {
	t.Helper()
	leave.Out(t, why)
}
