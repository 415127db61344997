package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// identifier is one with capital and small letters in backquotes, alone or after
// that of its package or type.
var identifier = regexp.MustCompile("`(?:([a-zA-Z0-9]+)\\.)?([a-zA-Z]*[a-z][A-Z][a-zA-Z]*|[A-Z][a-z][a-zA-Z]*)`")

// isOfGo reports whether a package of this name is Go's, not forge's.
func isOfGo(name string) bool { return slices.Contains([]string{"os", "http", "testing"}, name) }

// TestContributingNamesWhatExists looks for the functions, types and fields
// that CONTRIBUTING.md and README.md name.
func TestContributingNamesWhatExists(t *testing.T) {
	declared := declaredNames(t)
	for _, page := range []string{"../CONTRIBUTING.md", "../README.md"} {
		content, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		found := identifier.FindAllStringSubmatch(string(content), -1)
		if len(found) == 0 {
			t.Errorf("%s names nothing of forge's code", page)
		}
		for _, match := range found {
			if !declared[match[2]] && !isOfGo(match[1]) {
				t.Errorf("%s names %s, which forge does not declare", page, match[0])
			}
		}
	}
}

// declaredNames returns the names of all functions, methods, types, constants
// and fields in forge's own code.
func declaredNames(t *testing.T) map[string]bool {
	t.Helper()
	names := make(map[string]bool)
	for _, root := range []string{"../cmd", "../generator", "../scripts", "../templates", "."} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.Contains(path, "testdata") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(node ast.Node) bool {
				switch node := node.(type) {
				case *ast.FuncDecl:
					names[node.Name.Name] = true
				case *ast.TypeSpec:
					names[node.Name.Name] = true
				case *ast.Field:
					for _, name := range node.Names {
						names[name.Name] = true
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return names
}
