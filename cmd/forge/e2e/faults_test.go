package e2e

import (
	"context"
	"crypto/rand"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/newdir"
	answers "github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/resource/resourcetest"
	"github.com/forge-go/forge/templates"
)

// newProjectWithResources is a complete project with resources, and with features.
func newProjectWithResources(t testing.TB, features ...string) project {
	t.Helper()
	return newProjectOfResources(t, "sqlite", features...)
}

func newProjectOfResources(t testing.TB, db string, features ...string) project {
	t.Helper()
	plan, err := generator.NewPlan(templates.FS, generator.Options{
		Module: "example.com/myapi", Program: "myapi", Version: "v0.0.0-test",
		Auth: "complete", DB: answers.Database(db), Router: "stdlib", Features: features, Resources: resourcetest.Some(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	p := project{mode: "complete", dir: filepath.Join(t.TempDir(), "myapi")}
	if err := newdir.Write(context.Background(), plan.Files, p.dir, newdir.Writing{Random: rand.Reader}); err != nil {
		t.Fatal(err)
	}
	return p
}

// fault is a change that a project's own tests must notice.
type fault struct {
	name, file string
	old, new   []string // each of old becomes that of new
}

// readFaults reads the blocks of a file of testdata/faults.
func readFaults(t testing.TB, name string) []fault {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "faults", name))
	if err != nil {
		t.Fatal(err)
	}
	var faults []fault
	for i, block := range strings.Split(string(content), "\n== ") {
		if i == 0 {
			continue // what the file is
		}
		lines := strings.Split(strings.TrimRight(block, "\n"), "\n")
		f := fault{name: lines[0], file: lines[1]}
		for _, line := range lines[2:] {
			if text, ok := strings.CutPrefix(line, "-"); ok {
				f.old = append(f.old, text)
			} else if text, ok := strings.CutPrefix(line, "+"); ok {
				f.new = append(f.new, text)
			}
		}
		faults = append(faults, f)
	}
	return faults
}

// plant makes the fault in a project and returns what takes it back. Runs of
// lines that follow each other in the file are one text.
func (f fault) plant(t testing.TB, p project) (undo func()) {
	t.Helper()
	found, err := filepath.Glob(p.path(f.file))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s is %q, %v", f.file, found, err)
	}
	before, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	after := string(before)
	if old := strings.Join(f.old, "\n"); strings.Contains(after, old) {
		after = strings.ReplaceAll(after, old, strings.Join(f.new, "\n"))
	} else {
		for i, old := range f.old {
			if i >= len(f.new) || !strings.Contains(after, old) {
				t.Fatalf("%s has no %q", f.file, old)
			}
			after = strings.ReplaceAll(after, old, f.new[i])
		}
	}
	if after == string(before) {
		t.Fatal("the fault changes nothing")
	}
	write := func(text string) {
		if err := os.WriteFile(found[0], []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(after)
	return func() { write(string(before)) }
}

// TestFaultsOfResourcesAreNoticed plants each fault of testdata/faults in a
// project with resources, whose own tests must fail for it.
func TestFaultsOfResourcesAreNoticed(t *testing.T) {
	leftToTestAll(t)
	p := newProjectWithResources(t)
	plantAll(t, p, "resources.txt", 25, "", "./internal/note/...", "./internal/task/...", "./internal/article/...", "./internal/httpkit",
		"./internal/server", "./internal/calendar", "./internal/sqlerror")
}

// TestFaultsOfAccountsAreNoticed does so with the faults of what accounts have in
// every mode.
func TestFaultsOfAccountsAreNoticed(t *testing.T) {
	leftToTestAll(t)
	plantAll(t, newProject(t, "basic"), "accounts.txt", 8, "Breach|List", "./internal/auth/breach", "./internal/auth/authhttp", "./internal/settings")
}

// TestFaultsOfFeaturesAreNoticed does so with the faults of features.
func TestFaultsOfFeaturesAreNoticed(t *testing.T) {
	leftToTestAll(t)
	p := newProjectWithResources(t, "api-keys")
	plantAll(t, p, "api-keys.txt", 25, "Key|Scope", "./internal/auth/authhttp", "./internal/auth", "./internal/server", "./internal/note/...")
}

// TestFaultsOfSecondFactorsAreNoticed does so with those of totp.
func TestFaultsOfSecondFactorsAreNoticed(t *testing.T) {
	leftToTestAll(t)
	p := newProjectWithResources(t, "totp", "api-keys")
	plantAll(t, p, "totp.txt", 35, "Factor|Code|TOTP|Sealed|Encryption|LoginToken|Password|Pending|Copied|Guess|AccountPage", "./internal/auth", "./internal/auth/authhttp")
}

// TestFaultsOfCookiesAreNoticed does so with those of cookies.
func TestFaultsOfCookiesAreNoticed(t *testing.T) {
	leftToTestAll(t)
	p := newProjectWithResources(t, "cookies", "totp")
	plantAll(t, p, "cookies.txt", 30, "Cookie|CrossOrigin|CSRF|Fixation|Bearers", "./internal/auth/authhttp", "./internal/settings", "./internal/server")
}

// copy returns another of the same project.
func (p project) copy(t testing.TB) project {
	t.Helper()
	other := project{mode: p.mode, dir: filepath.Join(t.TempDir(), filepath.Base(p.dir))}
	if err := os.CopyFS(other.dir, os.DirFS(p.dir)); err != nil {
		t.Fatal(err)
	}
	return other
}

// plantAll plants the faults of a file, of which there must be some number, each
// alone, in one of two copies of the project. The tests of some package must notice each; those of its own folder run first.
func plantAll(t *testing.T, p project, file string, least int, run string, packages ...string) {
	t.Helper()
	faults := readFaults(t, file)
	if len(faults) < least {
		t.Errorf("only %d faults", len(faults))
	}
	tests := []string{"test", "-vet=off", "-ldflags=-w", "-run=" + run}
	p.run(t, "go", append(tests, packages...)...)
	projects := make(chan project, 2)
	projects <- p
	projects <- p.copy(t)
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			p := <-projects
			defer func() { projects <- p }()
			defer f.plant(t, p)()
			first := packages[:0:0]
			if strings.HasSuffix(f.file, ".go") {
				first = append(first, "./"+path.Dir(f.file))
			}
			for _, tested := range append(first, packages...) {
				printed, err := p.command("go", append(tests, "-failfast", tested)...).CombinedOutput()
				if err != nil && !strings.Contains(string(printed), "--- FAIL") {
					t.Fatalf("it does not compile, or the like: %v\n%s", err, printed)
				}
				if err != nil {
					return
				}
			}
			t.Error("no test of the project notices")
		})
	}
}
