package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	fencedBlock = regexp.MustCompile("(?s)\n```.*?\n```\n")
	codeSpan    = regexp.MustCompile("`([^`\n]+)`")
	goName      = regexp.MustCompile(`^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$`)
	fileName    = regexp.MustCompile(`^[\w.*-]+\.(go|md|tmpl|txtar|mod|golden|json|gz|sum|yaml|yml)$`)
	called      = regexp.MustCompile(`\([\w, ]*\)$`)
	variable    = regexp.MustCompile(`^[A-Z][A-Z0-9_]*_[A-Z0-9_]+$`)
)

// TestContributing looks for everything that CONTRIBUTING.md names as code:
// files and folders, targets of make, and what Go declares.
func TestContributing(t *testing.T) {
	content, err := os.ReadFile("../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	repository := readRepository(t)
	for _, match := range codeSpan.FindAllStringSubmatch(fencedBlock.ReplaceAllString(string(content), "\n"), -1) {
		if !repository.knows(match[1]) {
			t.Errorf("CONTRIBUTING.md names `%s`, which is not there", match[1])
		}
	}
}

func TestContributingWouldNotice(t *testing.T) {
	repository := readRepository(t)
	for _, gone := range []string{
		"runForeign", "adopt.NewLook", "Update.Nothing", "nothing.go", "generator/nothing", "testdata/nothing/*.txtar", "make nothing", "FORGE_NOTHING_ALL", ".Nothing",
	} {
		if repository.knows(gone) {
			t.Errorf("%s is taken for something that is there", gone)
		}
	}
}

// repository is what forge's own repository has.
type repository struct {
	files    []string        // with slashes, below the root; templates and testdata too
	declared map[string]bool // Name, package.Name, Type.Method and Type.field
	text     string          // of the Go files
	makefile string
}

func readRepository(t *testing.T) repository {
	t.Helper()
	r := repository{declared: make(map[string]bool)}
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == ".git" || name == "build" {
			if entry != nil && entry.IsDir() && err == nil {
				return fs.SkipDir
			}
			return err
		}
		r.files = append(r.files, name)
		if entry.IsDir() || path.Ext(name) != ".go" || strings.HasPrefix(name, "templates/service") || strings.Contains(name, "testdata/") || name == "docs/contributing_test.go" {
			return nil
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		r.text += string(source)
		r.declare(file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := fs.ReadFile(root, "Makefile")
	if err != nil {
		t.Fatal(err)
	}
	r.makefile = "\n" + string(makefile)
	return r
}

func (r repository) declare(file *ast.File) {
	add := func(owner, name string) { r.declared[name], r.declared[owner+"."+name] = true, true }
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			owner := file.Name.Name
			if decl.Recv != nil {
				owner = receiverOf(decl.Recv.List[0].Type)
			}
			add(owner, decl.Name.Name)
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					add(file.Name.Name, spec.Name.Name)
					if structure, ok := spec.Type.(*ast.StructType); ok {
						for _, field := range structure.Fields.List {
							for _, name := range field.Names {
								r.declared[spec.Name.Name+"."+name.Name] = true
							}
						}
					}
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						add(file.Name.Name, name.Name)
					}
				}
			}
		}
	}
}

func receiverOf(expr ast.Expr) string {
	if star, ok := expr.(*ast.StarExpr); ok {
		expr = star.X
	}
	if ident, ok := expr.(*ast.Ident); ok {
		return ident.Name
	}
	return ""
}

// knows reports whether the repository has what a span of code names.
func (r repository) knows(span string) bool {
	first, rest, isCommand := strings.Cut(span, " ")
	switch {
	case first == "make" && isCommand:
		return strings.Contains(r.makefile, "\n"+rest+":")
	case isCommand, strings.HasPrefix(span, "-"), slices.Contains([]string{"init", "if", "os.Exit", "testing.Short()", "example.com/myapi"}, span):
		return true // a command of another, a flag, or Go's own
	case strings.HasPrefix(span, ".") && goName.MatchString(span[1:]): // as templates write what they see
		return r.declared["data"+span]
	case variable.MatchString(span):
		return strings.Contains(r.text, `"`+span+`"`)
	case strings.Contains(span, "/"), fileName.MatchString(span):
		inProjects := strings.HasPrefix(span, ".forge/") && strings.Contains(r.text, `"`+span+`"`)
		return inProjects || r.hasFile(strings.TrimSuffix(span, "/"))
	case goName.MatchString(called.ReplaceAllString(span, "")):
		span = called.ReplaceAllString(span, "")
		return r.declared[span] || r.isTag(span) || slices.ContainsFunc(r.files, func(file string) bool { return path.Base(file) == span })
	}
	return r.hasFile(span)
}

// hasFile reports whether there is a file or folder of that name or pattern: its
// whole path, or the end of one, as templates and projects have it.
func (r repository) hasFile(pattern string) bool {
	depth := strings.Count(pattern, "/") + 1
	return slices.ContainsFunc(r.files, func(file string) bool {
		elements := strings.Split(file, "/")
		if len(elements) < depth {
			return false
		}
		ok, err := path.Match(pattern, strings.Join(elements[len(elements)-depth:], "/"))
		return ok && err == nil
	})
}

// isTag reports whether a template has the word as a tag in its name.
func (r repository) isTag(word string) bool {
	return slices.ContainsFunc(r.files, func(file string) bool {
		return strings.HasPrefix(file, "templates/") && slices.Contains(strings.Split(filepath.Base(file), "."), word)
	})
}
