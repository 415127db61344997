package compile

import (
	"bytes"
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

	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/txn"
)

// UnknownError reports why nobody knows whether a change compiles.
type UnknownError struct{ Why string }

func (e *UnknownError) Error() string { return e.Why }

// patience is how long modules may take to come over the network.
const patience = 30 * time.Second

// Check looks for mistakes that the module in root has with the changes after,
// and not with the changes before; its tests count. Unlike Build it compiles
// nothing: it reads the types of what the module imports, without the bodies of
// functions, and so takes seconds even where nothing has been compiled yet.
// Nothing is written into the module. The error is an *UnknownError where the go
// command or a module is missing.
func Check(ctx context.Context, root string, before, after []txn.Change) (Verdict, error) {
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		return Verdict{}, err
	}
	s := source{root: root, set: token.NewFileSet(), parsed: new(sync.Map)}
	found, err := s.faults(ctx, after)
	if err != nil || len(found) == 0 {
		return Verdict{}, err
	}
	old, err := s.faults(ctx, before)
	var unknown *UnknownError
	if errors.As(err, &unknown) { // What there was can't be read; what comes can.
		err = nil
	}
	return judge(old, found), err
}

// faults lists the mistakes in the module with the changes: from the module
// cache alone if that has all modules, otherwise with those that the network has.
func (s source) faults(ctx context.Context, changes []txn.Change) ([]string, error) {
	found, err := s.look(ctx, changes, "GOPROXY=off")
	var unknown *UnknownError
	if errors.As(err, &unknown) && os.Getenv("GOPROXY") != "off" {
		patient, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		if more, again := s.look(patient, changes); again == nil {
			return more, nil
		}
		if cause := context.Cause(ctx); cause != nil {
			return nil, cause
		}
	}
	return found, err
}

func (s source) look(ctx context.Context, changes []txn.Change, env ...string) ([]string, error) {
	dir, err := os.MkdirTemp("", "forge-overlay-")
	if err != nil {
		return nil, fmt.Errorf("checking the change: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := s.writeMod(dir, changes); err != nil {
		return nil, fmt.Errorf("checking the change: %w", err)
	}
	loaded, err := packages.Load(&packages.Config{
		Context: ctx,
		Dir:     s.root,
		Fset:    s.set,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedDeps |
			packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedTypesSizes | packages.NeedModule,
		Tests:      true,
		BuildFlags: []string{"-mod=mod", "-modfile=" + filepath.Join(dir, "go.mod")},
		Overlay:    s.overlay(changes),
		Env:        slices.Concat(os.Environ(), []string{"GOWORK=off", "GOTOOLCHAIN=local", "GOPACKAGESDRIVER=off"}, s.cgo(), env),
		ParseFile:  s.parse,
	}, "./...")
	if cause := context.Cause(ctx); cause != nil {
		return nil, cause
	}
	if err != nil {
		return nil, &UnknownError{firstLine(err.Error())}
	}
	return s.faultsOf(loaded)
}

// source is where the files of a changed module come from.
type source struct {
	root   string
	set    *token.FileSet
	parsed *sync.Map // files of what the module imports, by name, which no change concerns
}

// writeMod copies go.mod and go.sum, as they would be, so that the go command
// has nothing to write in the module.
func (s source) writeMod(dir string, changes []txn.Change) error {
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(s.root, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		for _, c := range changes {
			if c.Path == name {
				content = c.New
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// overlay has what the changes make of files, but for go.mod and go.sum.
func (s source) overlay(changes []txn.Change) map[string][]byte {
	files := make(map[string][]byte)
	for _, c := range changes {
		content := c.New
		switch {
		case c.Path == "go.mod" || c.Path == "go.sum" || strings.HasPrefix(c.Path, "."):
			continue
		case content == nil && filepath.Ext(c.Path) != ".go":
			continue
		case content == nil: // An overlay can't take a file away, but this is no file of a package.
			content = []byte("//go:build ignore\n\npackage ignored\n")
		}
		files[filepath.Join(s.root, filepath.FromSlash(c.Path))] = content
	}
	return files
}

// cgo leaves C out of it, which takes a compiler and time, unless the module has
// some itself.
func (s source) cgo() []string {
	hasC := false
	_ = filepath.WalkDir(s.root, func(name string, entry os.DirEntry, err error) error {
		if err != nil || hasC || entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && name != s.root {
			return filepath.SkipDir
		}
		if filepath.Ext(name) == ".go" && entry.Type().IsRegular() {
			content, err := os.ReadFile(name)
			hasC = hasC || err == nil && cImport.Match(content)
		}
		return nil
	})
	if hasC {
		return nil
	}
	return []string{"CGO_ENABLED=0"}
}

var cImport = lazyregexp.New(`(?m)^\s*(import\s+)?"C"`)

// parse reads a file: of what the module imports only what there is, not what
// it does.
func (s source) parse(set *token.FileSet, name string, src []byte) (*ast.File, error) {
	const mode = parser.SkipObjectResolution | parser.AllErrors
	if s.isOwn(name) {
		return parser.ParseFile(set, name, src, mode)
	}
	if file, ok := s.parsed.Load(name); ok {
		return file.(*ast.File), nil
	}
	file, err := parser.ParseFile(set, name, withoutBodies(src), mode)
	if err != nil { // A string may look like the end of a body.
		file, err = parser.ParseFile(set, name, src, mode)
	}
	if err != nil {
		return file, err
	}
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			decl.Body = nil
		case *ast.GenDecl:
			emptyTables(decl)
		}
	}
	s.parsed.Store(name, file)
	return file, nil
}

// withoutBodies returns a formatted source without what functions do, which is most
// of it: without the lines between one that begins with func and ends with a brace, and
// the next that begins with a brace. Functions of another look are kept.
func withoutBodies(src []byte) []byte {
	kept := make([]byte, 0, len(src)/2)
	for len(src) > 0 {
		start := 0
		if !bytes.HasPrefix(src, []byte("func ")) {
			start = bytes.Index(src, []byte("\nfunc ")) + 1
			if start == 0 {
				break
			}
		}
		open := start + bytes.IndexByte(src[start:], '\n') + 1
		if open == start || !bytes.HasSuffix(src[:open], []byte("{\n")) {
			open = start + len("func ")
			kept, src = append(kept, src[:open]...), src[open:]
			continue
		}
		end := bytes.Index(src[open-1:], []byte("\n}"))
		if end < 0 || !bytes.HasPrefix(src[open+end+1:], []byte("\n")) {
			kept, src = append(kept, src[:open]...), src[open:]
			continue
		}
		kept, src = append(kept, src[:open]...), src[open+end:]
	}
	return append(kept, src...)
}

// emptyTables takes out what variables begin with, where their type is known without
// it: some packages have tables of many thousand lines.
func emptyTables(decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		variables, ok := spec.(*ast.ValueSpec)
		if !ok || decl.Tok != token.VAR {
			continue
		}
		for _, value := range variables.Values {
			if literal, ok := value.(*ast.CompositeLit); ok && !countsElements(literal) {
				literal.Elts = nil
			}
		}
	}
}

// countsElements reports whether the type of a literal is an array of as many elements
// as it has.
func countsElements(literal *ast.CompositeLit) bool {
	array, ok := literal.Type.(*ast.ArrayType)
	if !ok {
		return false
	}
	_, counts := array.Len.(*ast.Ellipsis)
	return counts
}

func (s source) isOwn(name string) bool {
	return strings.HasPrefix(name, s.root+string(filepath.Separator))
}

// faultsOf lists the mistakes of the module's own packages, each once, by place.
func (s source) faultsOf(loaded []*packages.Package) ([]string, error) {
	if why := missingIn(loaded); why != "" {
		return nil, &UnknownError{why}
	}
	var all []string
	for _, p := range loaded {
		if strings.HasSuffix(p.ID, ".test") {
			continue // the go command wrote it
		}
		for _, e := range p.Errors {
			fault := strings.TrimSpace(e.Msg)
			if e.Pos != "" && e.Pos != "-" {
				fault = e.Pos + ": " + fault
			}
			all = append(all, strings.ReplaceAll(fault, s.root+string(filepath.Separator), ""))
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// missingIn returns the go command's error for a module that it can't download and
// that the packages, or what they import, need; empty if there is none.
func missingIn(loaded []*packages.Package) (why string) {
	packages.Visit(loaded, nil, func(p *packages.Package) {
		for _, e := range p.Errors {
			if e.Kind == packages.ListError && missing.MatchString(e.Msg) && why == "" {
				why = p.PkgPath + ": " + firstLine(e.Msg)
			}
		}
	})
	return why
}

// missing matches the go command's errors for modules that it can't download.
var missing = lazyregexp.New(`module lookup disabled|missing go\.sum entry|dial tcp|no such host|cannot find module providing package|requires go >=|i/o timeout|connection refused|: unexpected status code`)

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
