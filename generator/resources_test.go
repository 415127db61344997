package generator_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/resource"
	"github.com/forge-go/forge/generator/resource/resourcetest"
	"github.com/forge-go/forge/templates"
)

// A resource can't have a name that its own code has for something else where
// it also names the resource's package.
func TestResourcesHaveNoNameOfTheirCode(t *testing.T) {
	word := regexp.MustCompile(`^[a-z][a-z0-9]*$`)
	// These are only names in functions that do not name the package.
	harmless := []string{"tag", "child", "page", "note", "task", "article"}
	for _, o := range combinations() {
		if o.Auth != "complete" {
			continue
		}
		o.Resources = resourcetest.Some(t, true)
		for _, f := range planFor(t, o).Files {
			dir := path.Dir(f.Path)
			whole := f.Path == "internal/server/routes.go" || dir != "internal/auth/authhttp" && dir != "internal/auth/authsql" &&
				(strings.HasSuffix(dir, "http") || strings.HasSuffix(dir, "sql"))
			if path.Ext(f.Path) != ".go" || !whole && dir != "internal/server" {
				continue
			}
			for _, name := range namesIn(t, f.Path, f.Content, whole) {
				if !word.MatchString(name) || slices.Contains(harmless, regexp.MustCompile(`(http|sql)$`).ReplaceAllString(name, "")) {
					continue
				}
				if _, err := resource.Parse(resource.Asked{Name: name, Specs: []string{"a:int"}}, true); err == nil {
					t.Errorf("%s: a resource could be named %s", f.Path, name)
				}
			}
		}
	}
}

// namesIn lists the names that a file declares, members aside: all of them, with
// those of its imports, or those of the package.
func namesIn(t testing.TB, name string, content []byte, whole bool) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, content, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !whole && file.Name.Name == "server_test" {
		return nil
	}
	names := slices.Collect(maps.Keys(file.Scope.Objects))
	if !whole {
		return names
	}
	for _, spec := range file.Imports {
		names = append(names, strings.TrimSuffix(path.Base(strings.Trim(spec.Path.Value, `"`)), "v2"))
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if n, ok := n.(*ast.Ident); ok && n.Obj != nil && n.Obj.Pos() == n.Pos() {
			names = append(names, n.Name)
		}
		return true
	})
	return names
}

// Members of requests that may be null have one type in a project: with resources,
// that of httpkit.
func TestFieldsShareTheTypeOfResources(t *testing.T) {
	o := generator.Options{Module: "example.com/myapi", Program: "myapi", Auth: project.Basic, DB: project.SQLite, Router: project.Stdlib}
	o.Fields = []project.Field{{Name: "city", Type: "string?", Migration: "20260101000000_add_city"}}
	for _, resources := range [][]project.Resource{nil, resourcetest.Some(t, true)} {
		o.Resources = resources
		plan, err := generator.NewPlan(templates.FS, o)
		if err != nil {
			t.Fatal(err)
		}
		var users string
		own := false
		for _, file := range plan.Files {
			switch file.Path {
			case "internal/auth/authhttp/users.go":
				users = string(file.Content)
			case "internal/auth/authhttp/nullable.go":
				own = true
			}
		}
		kit := strings.Contains(users, "httpkit.Nullable[string]") && strings.Contains(users, "in.Body.City.Change()")
		if with := len(resources) > 0; own == with || kit != with {
			t.Errorf("with %d resources: a type of its own: %t, that of httpkit: %t", len(resources), own, kit)
		}
	}
}
