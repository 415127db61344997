package inject

import (
	"go/ast"
	"go/types"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Router is a router's package, as the module imports it.
type Router struct {
	Kind   string `json:"kind"`   // stdlib, gorilla, chi, gin, echo, fiber
	Import string `json:"import"` // such as github.com/labstack/echo/v4
}

// family is what is known of a kind of router.
type family struct {
	kind         string
	module       string   // import path without a major version
	types        []string // of values that routes can be added to
	groups       []string // of values that only hold a part of the routes
	constructors []string
	routes       []string // methods that add a route; files in a folder are none, middleware comes after them, too
	middleware   []string // methods that add middleware
	derive       []string // methods that give a part of the router
	mount        []string // methods that take another handler in
	serve        []string // methods that answer requests
}

func families() []family {
	verbs := []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "Any", "Match"}
	words := []string{"Get", "Post", "Put", "Patch", "Delete", "Head", "Options", "All"}
	return []family{
		{kind: "stdlib", module: "net/http", types: []string{"ServeMux"}, constructors: []string{"NewServeMux"},
			routes: []string{"Handle", "HandleFunc"}, mount: []string{"Handle"}, serve: []string{"ServeHTTP"}},
		{kind: "gorilla", module: "github.com/gorilla/mux", types: []string{"Router"}, groups: []string{"Route"}, constructors: []string{"NewRouter"},
			routes:     []string{"Handle", "HandleFunc", "Path", "PathPrefix", "Methods", "NewRoute", "Host", "Queries", "Headers", "Schemes"},
			middleware: []string{"Use"}, derive: []string{"Subrouter"}, mount: []string{"Handle"}, serve: []string{"ServeHTTP"}},
		{kind: "chi", module: "github.com/go-chi/chi", types: []string{"Mux", "Router"}, constructors: []string{"NewRouter", "NewMux"},
			routes:     append([]string{"Handle", "HandleFunc", "Method", "MethodFunc", "Connect", "Trace", "NotFound", "MethodNotAllowed", "Mount", "Route", "Group"}, words...),
			middleware: []string{"Use"}, derive: []string{"Route", "Group", "With"}, mount: []string{"Mount", "Handle"}, serve: []string{"ServeHTTP"}},
		{kind: "gin", module: "github.com/gin-gonic/gin", types: []string{"Engine", "IRouter", "IRoutes"}, groups: []string{"RouterGroup"},
			constructors: []string{"New", "Default"}, routes: append([]string{"Handle", "NoRoute", "NoMethod", "Group"}, verbs...),
			middleware: []string{"Use"}, derive: []string{"Group"}, mount: []string{"Any", "Handle"}, serve: []string{"Run", "RunTLS", "RunListener", "RunUnix", "ServeHTTP", "Handler"}},
		{kind: "echo", module: "github.com/labstack/echo", types: []string{"Echo"}, groups: []string{"Group"}, constructors: []string{"New"},
			routes:     append([]string{"Add", "Group", "RouteNotFound"}, verbs...),
			middleware: []string{"Use", "Pre"}, derive: []string{"Group"}, mount: []string{"Any", "Add"},
			serve: []string{"Start", "StartTLS", "StartAutoTLS", "StartServer", "StartH2CServer", "ServeHTTP"}},
		{kind: "fiber", module: "github.com/gofiber/fiber", types: []string{"App", "Router"}, groups: []string{"Group"}, constructors: []string{"New"},
			routes:     append([]string{"Add", "Group", "Route", "Mount"}, words...),
			middleware: []string{"Use"}, derive: []string{"Group", "Route"}, mount: []string{"Mount", "Use"},
			serve: []string{"Listen", "ListenTLS", "Listener", "Test", "Handler"}},
	}
}

var majorSuffix = regexp.MustCompile(`^v[0-9]+$`)

// familyOf finds the family of an import path, of any major version.
func familyOf(importPath string) (family, bool) {
	bare := importPath
	if base := path.Base(importPath); base[0] == 'v' && majorSuffix.MatchString(base) {
		bare = path.Dir(importPath)
	}
	switch bare { // Most are none of these, and the table is not made for them.
	case "net/http", "github.com/gorilla/mux", "github.com/go-chi/chi", "github.com/gin-gonic/gin", "github.com/labstack/echo", "github.com/gofiber/fiber":
	default:
		return family{}, false
	}
	for _, f := range families() {
		if f.module == bare {
			return f, true
		}
	}
	return family{}, false
}

func familyOfKind(kind string) family {
	for _, f := range families() {
		if f.kind == kind {
			return f
		}
	}
	return family{}
}

// found is a router that an expression has the type of.
type found struct {
	Router
	group bool // only a part of the routes
}

// routerType tells of a type whether it is a router's.
func routerType(t types.Type) (found, bool) {
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		t = pointer.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return found{}, false
	}
	return routerName(named.Obj().Pkg().Path(), named.Obj().Name())
}

func routerName(importPath, name string) (found, bool) {
	if !slices.Contains([]string{"ServeMux", "Mux", "Router", "Engine", "IRouter", "IRoutes", "RouterGroup", "Echo", "Group", "App", "Route"}, name) {
		return found{}, false // Most types are none, and the table is not made for them.
	}
	f, ok := familyOf(importPath)
	if !ok {
		return found{}, false
	}
	r := found{Router: Router{Kind: f.kind, Import: importPath}}
	switch {
	case slices.Contains(f.types, name):
		return r, true
	case slices.Contains(f.groups, name):
		r.group = true
		return r, true
	}
	return found{}, false
}

// routerOf tells whether an expression is a router: by its type, or where types
// are not known by the name of what makes it.
func (f *file) routerOf(expr ast.Expr) (found, bool) {
	if t := f.pkg.TypesInfo.TypeOf(expr); known(t) {
		return routerType(t)
	}
	switch expr := ast.Unparen(expr).(type) {
	case *ast.CallExpr:
		importPath, name := f.qualified(expr.Fun)
		if family, ok := familyOf(importPath); ok && slices.Contains(family.constructors, name) {
			return found{Router: Router{Kind: family.kind, Import: importPath}}, true
		}
	case *ast.Ident:
		return f.routerOfIdent(expr)
	}
	return found{}, false
}

// known says whether the type checker found out a type.
func known(t types.Type) bool {
	if t == nil {
		return false
	}
	if pointer, ok := t.(*types.Pointer); ok {
		t = pointer.Elem()
	}
	if tuple, ok := t.(*types.Tuple); ok {
		return tuple.Len() > 0 && known(tuple.At(0).Type())
	}
	basic, ok := t.(*types.Basic)
	return !ok || basic.Kind() != types.Invalid
}

// routerOfIdent looks at how a variable is declared.
func (f *file) routerOfIdent(ident *ast.Ident) (found, bool) {
	if ident.Obj == nil {
		return found{}, false
	}
	switch decl := ident.Obj.Decl.(type) {
	case *ast.AssignStmt:
		for i, left := range decl.Lhs {
			if name, ok := left.(*ast.Ident); ok && name.Name == ident.Name && i < len(decl.Rhs) {
				if call, ok := decl.Rhs[i].(*ast.CallExpr); ok {
					return f.routerOf(call)
				}
			}
		}
	case *ast.Field:
		return f.routerOfTypeExpr(decl.Type)
	case *ast.ValueSpec:
		return f.routerOfTypeExpr(decl.Type)
	}
	return found{}, false
}

func (f *file) routerOfTypeExpr(expr ast.Expr) (found, bool) {
	if star, ok := expr.(*ast.StarExpr); ok {
		expr = star.X
	}
	if expr == nil {
		return found{}, false
	}
	return routerName(f.qualified(expr))
}

// qualified gives the import path and the name of an expression pkg.Name.
func (f *file) qualified(expr ast.Expr) (importPath, name string) {
	selector, ok := ast.Unparen(expr).(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	ident, ok := selector.X.(*ast.Ident)
	if !ok {
		return "", ""
	}
	if used, ok := f.pkg.TypesInfo.Uses[ident].(*types.PkgName); ok {
		return used.Imported().Path(), selector.Sel.Name
	}
	if ident.Obj != nil {
		return "", ""
	}
	for _, spec := range f.ast.Imports {
		importPath := strings.Trim(spec.Path.Value, `"`)
		if importName(spec, importPath) == ident.Name {
			return importPath, selector.Sel.Name
		}
	}
	return "", ""
}

// importName is the name of an import in its file, as far as the path tells.
func importName(spec *ast.ImportSpec, importPath string) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	if majorSuffix.MatchString(path.Base(importPath)) {
		importPath = path.Dir(importPath)
	}
	return path.Base(importPath)
}
