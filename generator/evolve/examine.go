package evolve

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/evolve/merge"
	"github.com/forge-go/forge/generator/gomod"
	"github.com/forge-go/forge/generator/project"
)

// Level is how a finding is meant.
type Level string

// The levels of findings.
const (
	Fine  Level = "ok"
	Note  Level = "note"
	Wrong Level = "wrong"
)

// Finding is one thing that an examination found. Help is the command or the
// line that helps.
type Finding struct {
	Level Level  `json:"level"`
	Text  string `json:"text"`
	Help  string `json:"help,omitempty"`
}

// Examine looks at a project whose manifest and base are consistent (Open has
// seen to that): conflicts, wiring, modules, and what an upgrade would do.
func Examine(templates fs.FS, p *project.Project, current fs.FS, version string) ([]Finding, error) {
	a := p.Manifest.Answers
	findings := []Finding{{Level: Fine, Text: fmt.Sprintf("made by forge %s: accounts %s, %s, %s; %d files remembered", p.Manifest.Forge, a.Auth, a.DB, a.Router, len(p.Manifest.Files))}}
	conflicts, err := examineConflicts(p, current)
	if err != nil {
		return nil, err
	}
	findings = append(findings, conflicts...)
	u, err := NewUpdate(templates, p, current, Request{Version: version})
	if err != nil {
		return nil, err
	}
	findings = append(findings, examineCode(current, p.Manifest, u.Answers.Module)...)
	twice, err := examineMigrations(current, a.MigrationsDir())
	if err != nil {
		return nil, err
	}
	findings = append(findings, twice...)
	modules, err := examineModules(current, u)
	if err != nil {
		return nil, err
	}
	findings = append(findings, modules...)
	if u.IsEmpty() {
		return append(findings, Finding{Level: Fine, Text: "up to date with this forge"}), nil
	}
	return append(findings, Finding{Level: Note, Text: fmt.Sprintf("files that this forge would write otherwise: %d", u.count()), Help: "forge upgrade --dry-run"}), nil
}

func examineConflicts(p *project.Project, current fs.FS) ([]Finding, error) {
	var findings []Finding
	for _, c := range p.Conflicts {
		findings = append(findings, Finding{Level: Wrong, Text: c.At + ": a conflict waits", Help: "forge upgrade --continue once it is resolved, or --abort"})
	}
	for _, e := range p.Manifest.Files {
		content, err := project.ReadFile(current, e.Path)
		if err != nil {
			return nil, err
		}
		if len(p.Conflicts) == 0 && merge.HasMarkers(content) {
			findings = append(findings, Finding{Level: Wrong, Text: e.Path + ": has conflict markers", Help: "an editor"})
		}
	}
	if len(findings) == 0 {
		findings = append(findings, Finding{Level: Fine, Text: "no conflicts"})
	}
	return findings, nil
}

func examineCode(current fs.FS, m project.Manifest, module string) []Finding {
	files, broken := parseAll(current)
	if broken != nil {
		return []Finding{{Level: Wrong, Text: fmt.Sprintf("a file can't be read: %v", broken), Help: "go build ./..."}}
	}
	findings := examinePackages(files, m, module)
	if m.Answers.HasAccounts() {
		findings = append(findings, examineWiring(files, module)...)
	}
	return findings
}

// examinePackages looks for imports of packages that forge wrote and that are
// gone: "git clean" after a change leaves the files that import what it removed.
func examinePackages(files map[string]*ast.File, m project.Manifest, module string) []Finding {
	gone := make(map[string]bool)
	for _, e := range m.Files {
		if path.Ext(e.Path) == ".go" {
			gone[path.Join(module, path.Dir(e.Path))] = true
		}
	}
	for name := range files {
		delete(gone, path.Join(module, path.Dir(name)))
	}
	var findings []Finding
	for _, name := range slices.Sorted(maps.Keys(files)) {
		for _, spec := range files[name].Imports {
			if imported := strings.Trim(spec.Path.Value, `"`); gone[imported] {
				text := fmt.Sprintf("%s imports %s, which forge wrote and is gone", name, strings.TrimPrefix(imported, module+"/"))
				findings = append(findings, Finding{Level: Wrong, Text: text, Help: "git restore . makes all as it was in the last commit"})
			}
		}
	}
	return findings
}

// examineWiring looks whether a server registers the accounts' routes and makes
// their guard, wherever the owner has them.
func examineWiring(files map[string]*ast.File, module string) []Finding {
	var homes []string // of the endpoints of accounts
	for name, file := range files {
		if declares(file, "NewGuard") {
			homes = append(homes, path.Join(module, path.Dir(name)))
		}
	}
	called := make(map[string]bool)
	for _, file := range files {
		for _, home := range homes {
			addCalls(called, file, home)
		}
	}
	var findings []Finding
	for _, call := range []struct{ name, lost string }{
		{"Register", "the accounts' routes are not registered"},
		{"NewGuard", "no guard is made, so no route asks for a user"},
	} {
		if !called[call.name] {
			findings = append(findings, Finding{Level: Wrong, Text: fmt.Sprintf("%s: nothing calls %s of the package that declares NewGuard", call.lost, call.name), Help: "forge diff"})
		}
	}
	if len(findings) == 0 {
		findings = append(findings, Finding{Level: Fine, Text: "the accounts' routes and their guard are wired"})
	}
	return findings
}

// parseAll reads the project's Go files, tests aside.
func parseAll(current fs.FS) (map[string]*ast.File, error) {
	files := make(map[string]*ast.File)
	var broken error
	isCode := func(name string) bool { return path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go") }
	err := project.Walk(current, ".", isCode, func(name string, source []byte) error {
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
		if err != nil {
			broken = errors.Join(broken, err)
			return nil
		}
		files[name] = file
		return nil
	})
	return files, errors.Join(broken, err)
}

// declares reports whether a file declares a function of its package.
func declares(file *ast.File, name string) bool {
	return slices.ContainsFunc(file.Decls, func(decl ast.Decl) bool {
		f, ok := decl.(*ast.FuncDecl)
		return ok && f.Recv == nil && f.Name.Name == name
	})
}

func addCalls(called map[string]bool, file *ast.File, imported string) {
	for _, spec := range file.Imports {
		if strings.Trim(spec.Path.Value, `"`) != imported {
			continue
		}
		local := path.Base(imported)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
				if x, ok := selector.X.(*ast.Ident); ok && x.Name == local {
					called[selector.Sel.Name] = true
				}
			}
			return true
		})
	}
}

// examineMigrations looks for numbers that two migrations have, such as two branches
// that each made one in the same second.
func examineMigrations(current fs.FS, folder string) ([]Finding, error) {
	all, err := numbered(current, folder)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, number := range slices.Sorted(maps.Keys(all)) {
		if names := all[number]; number > 0 && len(names) > 1 {
			findings = append(findings, Finding{Level: Wrong, Text: "these migrations have one number, and the service does not start: " + strings.Join(names, ", "),
				Help: "git mv your own to a number that is free"})
		}
	}
	return findings, nil
}

// examineModules compares the project's modules with those forge writes today.
func examineModules(current fs.FS, u *Update) ([]Finding, error) {
	content, err := fs.ReadFile(current, "go.mod")
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, f := range u.next {
		if f.Path != "go.mod" {
			continue
		}
		behind, err := gomod.FindBehind(content, f.Content)
		if err != nil {
			return []Finding{{Level: Wrong, Text: err.Error(), Help: "go mod edit -fmt"}}, nil
		}
		for _, b := range behind {
			findings = append(findings, Finding{Level: Note, Text: fmt.Sprintf("%s %s is behind %s", b.Want.Path, b.Have, b.Want.Version), Help: "go get " + b.Want.String()})
		}
	}
	if len(findings) == 0 {
		findings = append(findings, Finding{Level: Fine, Text: "its modules are not behind forge's"})
	}
	return findings, nil
}
