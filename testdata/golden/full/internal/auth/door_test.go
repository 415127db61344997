package auth_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every way to log in ends in finish, where the lock, the user and the password
// are checked once more: a second way to make tokens would go round them.
func TestOneFunctionOpensSessions(t *testing.T) {
	users := usesByFunction(t)
	for function, allowed := range map[string][]string{
		"openSession": {"finish"},
		"issue":       {"Refresh", "openSession"},
		"issueAccess": {"issue", "repeat"},
		"CreateToken": {"KeepInCookie", "attachToken", "issue", "issueAccess", "pause"},
	} {
		if got := slices.Sorted(maps.Keys(users[function])); !slices.Equal(got, allowed) {
			t.Errorf("%s is used by %v, want %v: a way to log in ends in finish", function, got, allowed)
		}
	}
}

// usesByFunction returns the functions of the package that use each method.
func usesByFunction(t *testing.T) map[string]map[string]bool {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	users := map[string]map[string]bool{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			addUses(users, declaration)
		}
	}
	return users
}

func addUses(users map[string]map[string]bool, declaration ast.Decl) {
	function, ok := declaration.(*ast.FuncDecl)
	if !ok {
		return
	}
	ast.Inspect(function, func(node ast.Node) bool {
		if used, ok := node.(*ast.SelectorExpr); ok {
			if users[used.Sel.Name] == nil {
				users[used.Sel.Name] = map[string]bool{}
			}
			users[used.Sel.Name][function.Name.Name] = true
		}
		return true
	})
}
