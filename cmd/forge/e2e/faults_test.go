package e2e

import (
	"fmt"
	"go/parser"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/forge-go/forge/generator"
	answers "github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/resource/resourcetest"
)

// newProjectWithResources is a complete project with resources, and with features.
func newProjectWithResources(t testing.TB, features ...string) project {
	t.Helper()
	return newProjectOfResources(t, "sqlite", features...)
}

func newProjectOfResources(t testing.TB, db string, features ...string) project {
	t.Helper()
	return newProjectOf(t, generator.Options{
		Auth: "complete", DB: answers.Database(db), Router: "stdlib", Features: features, Resources: resourcetest.Some(t, true),
	})
}

// fault is a change that a project's own tests must notice.
type fault struct {
	name, file string
	old, new   []string // each of old becomes that of new
	pkg, test  string   // that notices it
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
			} else if text, ok := strings.CutPrefix(line, "! "); ok {
				f.pkg, f.test, _ = strings.Cut(text, " ")
			}
		}
		faults = append(faults, f)
	}
	return faults
}

// path returns the one file that the fault is in.
func (f fault) path(t testing.TB, p project) string {
	t.Helper()
	found, err := filepath.Glob(p.path(f.file))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s is %q, %v", f.file, found, err)
	}
	return found[0]
}

// in returns the text of the file with the fault. Runs of lines that follow each other
// in the file are one text.
func (f fault) in(t testing.TB, text string) string {
	t.Helper()
	faulty := text
	if old := strings.Join(f.old, "\n"); strings.Contains(text, old) {
		faulty = strings.ReplaceAll(text, old, strings.Join(f.new, "\n"))
	} else {
		for i, old := range f.old {
			if i >= len(f.new) || !strings.Contains(faulty, old) {
				t.Fatalf("%s has no %q", f.file, old)
			}
			faulty = strings.ReplaceAll(faulty, old, f.new[i])
		}
	}
	if faulty == text {
		t.Fatal("the fault changes nothing")
	}
	return faulty
}

// plant makes the fault in a project and returns what takes it back.
func (f fault) plant(t testing.TB, p project) (undo func()) {
	t.Helper()
	name := f.path(t, p)
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	write := func(text string) {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(f.in(t, string(before)))
	return func() { write(string(before)) }
}

// garden is a project in which the faults of a file are planted.
type garden struct {
	file     string // of testdata/faults
	least    int    // so many faults there must be
	project  func(testing.TB) project
	run      string // the tests that are run
	packages []string
}

func gardens() []garden {
	return []garden{
		{"resources.txt", 25, func(t testing.TB) project { return newProjectWithResources(t) }, "", []string{
			"./internal/note/...", "./internal/task/...", "./internal/article/...", "./internal/httpkit", "./internal/server", "./internal/calendar", "./internal/sqlerror",
		}},
		{"accounts.txt", 8, func(t testing.TB) project { return newProject(t, "basic") }, "Breach|List|Forms|Accounts", []string{
			"./internal/auth/breach", "./internal/auth/authhttp", "./internal/settings", "./internal/server",
		}},
		{"complete.txt", 40, func(t testing.TB) project { return newProject(t, "complete") }, "", []string{
			"./internal/auth/authhttp", "./internal/auth", "./internal/auth/authsql", "./internal/auth/authmail", "./internal/server",
			"./internal/settings", "./internal/database", "./internal/ratelimit", "./internal/client", "./cmd/myapi",
		}},
		{"api-keys.txt", 25, func(t testing.TB) project { return newProjectWithResources(t, "api-keys") }, "Key|Scope|WhatEnds", []string{
			"./internal/auth/authhttp", "./internal/auth", "./internal/server", "./internal/note/...",
		}},
		{"totp.txt", 35, func(t testing.TB) project { return newProjectWithResources(t, "totp", "api-keys") },
			"Factor|Code|TOTP|Sealed|Encryption|LoginToken|Password|Pending|Copied|Guess|AccountPage|WhatEnds|Owners|Notices", []string{"./internal/auth", "./internal/auth/authhttp", "./internal/auth/authmail"}},
		{"cookies.txt", 30, func(t testing.TB) project { return newProjectWithResources(t, "cookies", "totp") },
			"Cookie|CrossOrigin|CSRF|Fixation|Bearers|WhatEnds", []string{"./internal/auth/authhttp", "./internal/settings", "./internal/server"}},
		{"passkeys.txt", 25, func(t testing.TB) project { return newProjectWithResources(t, "passkeys") },
			"Passkey|Challenge|Bent|Options|LoginToken|WhatEnds", []string{"./internal/auth/authhttp", "./internal/auth/authsql", "./internal/settings"}},
		{"oauth.txt", 30, func(t testing.TB) project { return newProjectWithResources(t, "oauth", "totp") },
			"Provider|OAuth|Identit|IDToken|Discovery|Return|GitHub|Google|Addresses|Claims|Keys|WhatEnds", []string{"./internal/auth/authprovider", "./internal/settings", "./internal/auth/authhttp"}},
	}
}

// TestFaultsCompile holds testdata/faults to the code as it is: each fault is found, and
// compiles.
func TestFaultsCompile(t *testing.T) {
	files, err := os.ReadDir(filepath.Join("..", "..", "..", "testdata", "faults"))
	if err != nil || len(files) != len(gardens()) {
		t.Errorf("%d files of faults, %v; %d are planted", len(files), err, len(gardens()))
	}
	for _, g := range gardens() {
		t.Run(g.file, func(t *testing.T) {
			p := g.project(t)
			loaded, err := packages.Load(&packages.Config{
				Dir:  p.dir,
				Mode: packages.NeedName | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo,
			}, "./...")
			if err != nil {
				t.Fatal(err)
			}
			faults := readFaults(t, g.file)
			if len(faults) < g.least {
				t.Errorf("only %d faults", len(faults))
			}
			for _, f := range faults {
				t.Run(f.name, func(t *testing.T) { f.compiles(t, f.path(t, p), loaded) })
			}
		})
	}
}

// compiles checks the types of the fault's package.
func (f fault) compiles(t *testing.T, name string, loaded []*packages.Package) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	faulty := f.in(t, string(text))
	for _, pkg := range loaded {
		at := slices.Index(pkg.CompiledGoFiles, name)
		if at < 0 {
			continue
		}
		parsed, err := parser.ParseFile(pkg.Fset, name, faulty, 0)
		if err != nil {
			t.Fatal(err)
		}
		files := slices.Clone(pkg.Syntax)
		files[at] = parsed
		config := types.Config{Importer: imports(pkg.Imports)}
		if _, err := config.Check(pkg.PkgPath, pkg.Fset, files, nil); err != nil {
			t.Error(err)
		}
		return
	}
	if strings.HasSuffix(name, ".go") {
		t.Errorf("no package has %s", name)
	}
}

// imports are the packages that another imports, by path.
type imports map[string]*packages.Package

func (i imports) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	pkg, ok := i[path]
	if !ok {
		return nil, fmt.Errorf("%s is not imported yet", path)
	}
	return pkg.Types, nil
}

// TestFaultsAreNoticed tries each fault of testdata/faults, each alone: those that change
// what functions do are switched on in one project, and the others planted in one of two
// copies. The test that the fault names must fail. If it does not, or the fault names none,
// all tests of the garden run, and the error says which one to name.
func TestFaultsAreNoticed(t *testing.T) {
	leftToTestAll(t)
	for _, g := range gardens() {
		t.Run(g.file, func(t *testing.T) {
			p, faults := g.project(t), readFaults(t, g.file)
			s := newSwitched(t, p, faults, g.packages)
			for _, packages := range g.packages {
				if name := s.failing(t, "", g.run, packages); name != "" {
					t.Fatalf("without a fault, %s fails", name)
				}
			}
			projects := make(chan project, 2)
			projects <- p
			projects <- p.copy(t)
			for _, f := range faults {
				t.Run(f.name, func(t *testing.T) {
					t.Parallel()
					p := <-projects
					defer func() { projects <- p }()
					failing := func(run, pkg string) string { return s.failing(t, f.name, run, pkg) }
					if !s.faults[f.name] {
						defer f.plant(t, p)()
						failing = func(run, pkg string) string { return p.failing(t, run, pkg) }
					}
					if f.test != "" && failing("^"+f.test+"$", f.pkg) != "" {
						return
					}
					t.Errorf("%q does not notice it; to be named instead: %s", f.test, g.noticing(f, failing))
				})
			}
			t.Logf("%d of %d faults are switched on, the others planted", len(s.faults), len(faults))
		})
	}
}

// noticing returns the line that names the first test of a garden that fails. Those of the
// fault's folder run first.
func (g garden) noticing(f fault, failing func(run, pkg string) string) string {
	var first []string
	if strings.HasSuffix(f.file, ".go") {
		first = append(first, "./"+path.Dir(f.file))
	}
	for _, pkg := range append(first, g.packages...) {
		if name := failing(g.run, pkg); name != "" {
			return "! " + pkg + " " + name
		}
	}
	return "none"
}

// failing runs tests of some packages and returns the name of one that fails.
func (p project) failing(t *testing.T, run, pkg string) string {
	t.Helper()
	return failed(t, p.command("go", append(testRun(run), "-failfast", pkg)...))
}

// testRun are the arguments of the go command, up to the packages.
func testRun(run string) []string {
	return []string{"test", "-vet=off", "-ldflags=-w", "-run=" + run}
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
