// Package scan reads a Go module that forge did not make, with its types.
//
// Load (load.go) reads the packages and collects what is known of them as a
// whole (facts.go): which functions call which, what is served, and where
// databases are opened (opened.go). A Path (path.go) is how code names a value;
// router.go and database.go have the types that routers and databases are of.
// Nothing here knows of accounts, and nothing writes.
package scan

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/tools/go/packages"
)

// Module is a module with the source of its packages.
type Module struct {
	Root string // absolute
	Path string
	// Listing is the time that the go command took to list the packages.
	Listing time.Duration

	Fset     *token.FileSet
	Packages []*Package
	Facts    *Facts
	Skip     func(path string) bool
}

// Package is a package of the module.
type Package struct {
	*packages.Package
	Files []*File
}

// File is a source file that may be looked at and edited.
type File struct {
	Pkg    *Package
	Path   string // relative to the module's root, with slashes
	AST    *ast.File
	Source []byte
	// Functions are those with a body, in their order.
	Functions []*ast.FuncDecl
}

// Load reads the packages of the module in root. A module that does not
// compile is read as far as it goes. Files that skip names, by their path in the
// module, are left out.
func Load(ctx context.Context, root, modulePath string, skip func(path string) bool) (*Module, error) {
	m := &Module{Root: root, Path: modulePath, Fset: token.NewFileSet(), Skip: skip}
	begin := time.Now()
	var listed sync.Once
	var mu sync.Mutex
	sources := make(map[string][]byte)
	loaded, err := packages.Load(&packages.Config{
		Context: ctx,
		Dir:     root,
		Fset:    m.Fset,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedModule | packages.NeedTypesSizes,
		ParseFile: func(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
			listed.Do(func() { m.Listing = time.Since(begin) })
			mu.Lock()
			sources[name] = src
			mu.Unlock()
			return parser.ParseFile(fset, name, src, parser.ParseComments|parser.AllErrors)
		},
	}, "./...")
	if err != nil {
		return nil, fmt.Errorf("listing the packages of %s: %w", modulePath, err)
	}
	for _, p := range loaded {
		if p.Module == nil || p.Module.Path != modulePath {
			continue // of another module of the workspace
		}
		m.Packages = append(m.Packages, m.newPackage(p, sources))
	}
	if len(m.Packages) == 0 {
		return nil, errors.New("the module has no package that the go command can list" + firstError(loaded))
	}
	m.Facts = collect(m)
	return m, nil
}

func firstError(loaded []*packages.Package) string {
	for _, p := range loaded {
		for _, e := range p.Errors {
			return ": " + e.Msg
		}
	}
	return ""
}

func (m *Module) newPackage(loaded *packages.Package, sources map[string][]byte) *Package {
	p := &Package{Package: loaded}
	for _, syntax := range loaded.Syntax {
		name := m.Fset.Position(syntax.FileStart).Filename
		rel, err := filepath.Rel(m.Root, name)
		if err != nil || strings.HasPrefix(rel, "..") { // cgo's own
			continue
		}
		rel = filepath.ToSlash(rel)
		if !isUsers(rel, syntax) || m.Skip(rel) {
			continue
		}
		p.Files = append(p.Files, &File{Pkg: p, Path: rel, AST: syntax, Source: sources[name], Functions: functionsOf(syntax)})
	}
	slices.SortFunc(p.Files, func(a, b *File) int { return strings.Compare(a.Path, b.Path) })
	return p
}

// functionsOf lists a file's functions. Those that the declaration of a package
// variable has inside, such as the RunE of a command, are under the variable's name.
func functionsOf(syntax *ast.File) []*ast.FuncDecl {
	var all []*ast.FuncDecl
	for _, decl := range syntax.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Body != nil {
				all = append(all, decl)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				if value, ok := spec.(*ast.ValueSpec); ok {
					all = append(all, literalsIn(value)...)
				}
			}
		}
	}
	return all
}

func literalsIn(value *ast.ValueSpec) []*ast.FuncDecl {
	var all []*ast.FuncDecl
	for i, expr := range value.Values {
		name := value.Names[min(i, len(value.Names)-1)]
		ast.Inspect(expr, func(n ast.Node) bool {
			literal, ok := n.(*ast.FuncLit)
			if ok {
				all = append(all, &ast.FuncDecl{Name: name, Type: literal.Type, Body: literal.Body})
			}
			return !ok
		})
	}
	return all
}

// isUsers reports whether a file is part of what the user wrote and runs: not
// generated, no test, no example.
func isUsers(path string, syntax *ast.File) bool {
	if strings.HasSuffix(path, "_test.go") || ast.IsGenerated(syntax) {
		return false
	}
	segments := strings.Split(path, "/")
	for _, s := range segments[:len(segments)-1] {
		switch strings.ToLower(strings.TrimLeft(s, "_")) {
		case "example", "examples", "testdata", "vendor", "third_party", "mock", "mocks", "e2e", "test", "tests", "testing":
			return false
		}
	}
	return true
}

// Broken reports whether the types of a package are not all known.
func (p *Package) Broken() bool { return len(p.Errors) > 0 || p.IllTyped }

// CountPackages is how many packages were read.
func (m *Module) CountPackages() int { return len(m.Packages) }

// HasFolder reports whether the module has a folder of that name.
func (m *Module) HasFolder(name string) bool {
	info, err := os.Stat(filepath.Join(m.Root, filepath.FromSlash(name)))
	return err == nil && info.IsDir()
}

// Files lists all files of all packages.
func (m *Module) Files() []*File {
	var all []*File
	for _, p := range m.Packages {
		all = append(all, p.Files...)
	}
	return all
}

// Position returns file:line.
func (m *Module) Position(pos token.Pos) Position {
	p := m.Fset.Position(pos)
	rel, err := filepath.Rel(m.Root, p.Filename)
	if err != nil {
		rel = p.Filename
	}
	return Position{File: filepath.ToSlash(rel), Line: p.Line}
}

// Position is a place in the module's source.
type Position struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

func (p Position) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }
