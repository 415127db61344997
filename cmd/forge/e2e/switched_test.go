package e2e

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// switched is a project that has many faults in it, of which PLANTED names the one that
// acts, and the tests of packages, compiled once for all of them.
type switched struct {
	project
	faults   map[string]bool   // names of those that are in it
	programs map[string]string // by package, as ./internal/auth
}

// newSwitched puts those of the faults into a copy of the project that only change what
// functions do, and compiles the tests of packages.
func newSwitched(t testing.TB, original project, faults []fault, packages []string) switched {
	t.Helper()
	s := switched{original.copy(t), make(map[string]bool), make(map[string]string)}
	files := make(map[string][]fault)
	for _, f := range faults {
		if name := f.path(t, s.project); strings.HasSuffix(name, ".go") {
			files[name] = append(files[name], f)
		}
	}
	for name, faults := range files {
		s.plantSwitches(t, name, faults)
	}
	for _, pkg := range strings.Fields(s.run(t, "go", append([]string{"list", "-f={{if or .TestGoFiles .XTestGoFiles}}{{.Dir}}{{end}}"}, packages...)...)) {
		inside, err := filepath.Rel(s.dir, pkg)
		if err != nil {
			t.Fatal(err)
		}
		s.programs["./"+filepath.ToSlash(inside)] = filepath.Join(pkg, "switched.test")
	}
	for pkg, program := range s.programs {
		s.run(t, "go", "test", "-c", "-vet=off", "-ldflags=-w", "-o", program, pkg)
	}
	return s
}

// insertion is text that comes into a file.
type insertion struct {
	at   int
	text string
}

// plantSwitches puts faults into a file. Each function that some of them change begins
// with what it does with one, if that is the one.
func (s switched) plantSwitches(t testing.TB, name string, faults []fault) {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	good := parseText(t, text)
	var all []insertion
	for _, f := range faults {
		if added, ok := f.switches(good, parseText(t, f.in(t, text))); ok {
			all = append(all, added...)
			s.faults[f.name] = true
		}
	}
	if len(all) == 0 {
		return
	}
	slices.SortStableFunc(all, func(a, b insertion) int { return b.at - a.at })
	for _, added := range all {
		text = text[:added.at] + added.text + text[added.at:]
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	which := fmt.Sprintf("package %s\n\nimport \"os\"\n\nvar planted = os.Getenv(\"PLANTED\")\n", good.file.Name)
	if err := os.WriteFile(filepath.Join(filepath.Dir(name), "planted.go"), []byte(which), 0o644); err != nil {
		t.Fatal(err)
	}
}

// parsed is a file and its text.
type parsed struct {
	text string
	file *ast.File
}

func parseText(t testing.TB, text string) parsed {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	return parsed{text, file}
}

// between is the text of a file from one place to another.
func (p parsed) between(from, to token.Pos) string {
	return p.text[from-p.file.FileStart : to-p.file.FileStart]
}

// switches is what brings the fault into the good file, or false if it does not only
// change the bodies of functions.
func (f fault) switches(good, faulty parsed) (all []insertion, ok bool) {
	if len(good.file.Decls) != len(faulty.file.Decls) {
		return nil, false
	}
	for i, decl := range good.file.Decls {
		other := faulty.file.Decls[i]
		if good.between(decl.Pos(), decl.End()) == faulty.between(other.Pos(), other.End()) {
			continue
		}
		here, isFunc := decl.(*ast.FuncDecl)
		there, both := other.(*ast.FuncDecl)
		if !isFunc || !both || hasLabels(there) || good.between(here.Pos(), here.Body.Lbrace) != faulty.between(there.Pos(), there.Body.Lbrace) {
			return nil, false
		}
		body := faulty.between(there.Body.Lbrace+1, there.Body.Rbrace)
		if here.Type.Results == nil {
			body += "\nreturn\n"
		}
		all = append(all, insertion{int(here.Body.Lbrace + 1 - good.file.FileStart), fmt.Sprintf("\nif planted == %q {\n%s\n}\n", f.name, body)})
	}
	return all, len(all) > 0
}

// hasLabels reports whether a function has labels, which it can't have twice.
func hasLabels(f *ast.FuncDecl) (found bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		_, isLabel := n.(*ast.LabeledStmt)
		found = found || isLabel
		return !found
	})
	return found
}

// failing runs tests of packages with the fault, or without one if the name is empty, and
// returns the name of one that fails.
func (s switched) failing(t testing.TB, fault, run, packages string) string {
	t.Helper()
	folder, below := strings.CutSuffix(packages, "/...")
	for pkg, program := range s.programs {
		if pkg != folder && !(below && strings.HasPrefix(pkg, folder+"/")) {
			continue
		}
		cmd := s.command(program, "-test.paniconexit0", "-test.timeout=10m", "-test.failfast", "-test.run="+run)
		cmd.Dir, cmd.Env = s.path(pkg), append(cmd.Env, "PLANTED="+fault)
		if name := failed(t, cmd); name != "" {
			return name
		}
	}
	return ""
}

// failed runs a command that runs tests and returns the name of one that fails.
func failed(t testing.TB, cmd *exec.Cmd) string {
	t.Helper()
	printed, err := cmd.CombinedOutput()
	if err == nil {
		return ""
	}
	_, after, found := bytes.Cut(printed, []byte("--- FAIL: "))
	if !found {
		t.Fatalf("it does not compile, or the like: %v\n%s", err, printed)
	}
	name, _, _ := strings.Cut(string(after), " ")
	return name
}
