// Package inject finds out how a Go module that forge did not make serves HTTP
// and where it keeps its database, and adds one line to it.
//
//	Load → Module.Candidates → Candidate.Edit → Check
//
// Load reads the module with its types (load.go). Candidates finds the values
// that routes can be added to and scores them (candidate.go, score.go), with
// the place for the line (place.go) and the database in scope there
// (handle.go). Notices finds what speaks against adding anything
// (notice.go). Edit inserts as text (edit.go), and Check lets the go command
// compile the result before it is written (check.go). Nothing here writes.
package inject

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

	fset     *token.FileSet
	packages []*pkg
	facts    *facts
	skip     func(path string) bool
}

// pkg is a package of the module.
type pkg struct {
	*packages.Package
	files []*file
}

// file is a source file that may be looked at and edited.
type file struct {
	pkg  *pkg
	path string // relative to the module's root, with slashes
	ast  *ast.File
	src  []byte
}

// Load reads the packages of the module in root. A module that does not
// compile is read as far as it goes. Files that skip names, by their path in the
// module, are left out.
func Load(ctx context.Context, root, modulePath string, skip func(path string) bool) (*Module, error) {
	m := &Module{Root: root, Path: modulePath, fset: token.NewFileSet(), skip: skip}
	begin := time.Now()
	var listed sync.Once
	var mu sync.Mutex
	sources := make(map[string][]byte)
	loaded, err := packages.Load(&packages.Config{
		Context: ctx,
		Dir:     root,
		Fset:    m.fset,
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
		m.packages = append(m.packages, m.newPkg(p, sources))
	}
	if len(m.packages) == 0 {
		return nil, errors.New("the module has no package that the go command can list" + firstError(loaded))
	}
	m.facts = collect(m)
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

func (m *Module) newPkg(loaded *packages.Package, sources map[string][]byte) *pkg {
	p := &pkg{Package: loaded}
	for _, syntax := range loaded.Syntax {
		name := m.fset.Position(syntax.FileStart).Filename
		rel, err := filepath.Rel(m.Root, name)
		if err != nil || strings.HasPrefix(rel, "..") { // cgo's own
			continue
		}
		rel = filepath.ToSlash(rel)
		if !isUsers(rel, syntax) || m.skip(rel) {
			continue
		}
		p.files = append(p.files, &file{pkg: p, path: rel, ast: syntax, src: sources[name]})
	}
	slices.SortFunc(p.files, func(a, b *file) int { return strings.Compare(a.path, b.path) })
	return p
}

// isUsers says whether a file is part of what the user wrote and runs: not
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

// broken says whether the types of a package are not all known.
func (p *pkg) broken() bool { return len(p.Errors) > 0 || p.IllTyped }

// Packages is how many packages were read.
func (m *Module) Packages() int { return len(m.packages) }

// HasFolder says whether the module has a folder of that name.
func (m *Module) HasFolder(name string) bool {
	info, err := os.Stat(filepath.Join(m.Root, filepath.FromSlash(name)))
	return err == nil && info.IsDir()
}

// files lists all files of all packages.
func (m *Module) files() []*file {
	var all []*file
	for _, p := range m.packages {
		all = append(all, p.files...)
	}
	return all
}

// position gives file:line.
func (m *Module) position(pos token.Pos) Position {
	p := m.fset.Position(pos)
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
