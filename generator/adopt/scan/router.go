package scan

import (
	"go/ast"
	"go/types"
	"path"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/project"
)

// Router is a router's package, as the module imports it.
type Router struct {
	Kind   project.Router `json:"kind"`
	Import string         `json:"import"` // such as github.com/labstack/echo/v4
}

// Family is what is known of a kind of router.
type Family struct {
	kind         project.Router
	module       string   // import path without a major version
	types        []string // of values that routes can be added to
	groups       []string // of values that only hold a part of the routes
	constructors []string
	Routes       []string // methods that add a route; files in a folder are none, middleware comes after them, too
	Middleware   []string // methods that add middleware
	derive       []string // methods that return a part of the router
	Mount        []string // methods that take another handler in
	serve        []string // methods that answer requests
}

func families() []Family {
	verbs := []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "Any", "Match"}
	words := []string{"Get", "Post", "Put", "Patch", "Delete", "Head", "Options", "All"}
	return []Family{
		{kind: project.Stdlib, module: "net/http", types: []string{"ServeMux"}, constructors: []string{"NewServeMux"},
			Routes: []string{"Handle", "HandleFunc"}, Mount: []string{"Handle"}, serve: []string{"ServeHTTP"}},
		{kind: project.Gorilla, module: "github.com/gorilla/mux", types: []string{"Router"}, groups: []string{"Route"}, constructors: []string{"NewRouter"},
			Routes:     []string{"Handle", "HandleFunc", "Path", "PathPrefix", "Methods", "NewRoute", "Host", "Queries", "Headers", "Schemes"},
			Middleware: []string{"Use"}, derive: []string{"Subrouter"}, Mount: []string{"Handle"}, serve: []string{"ServeHTTP"}},
		{kind: project.Chi, module: "github.com/go-chi/chi", types: []string{"Mux", "Router"}, constructors: []string{"NewRouter", "NewMux"},
			Routes:     append([]string{"Handle", "HandleFunc", "Method", "MethodFunc", "Connect", "Trace", "NotFound", "MethodNotAllowed", "Mount", "Route", "Group"}, words...),
			Middleware: []string{"Use"}, derive: []string{"Route", "Group", "With"}, Mount: []string{"Mount", "Handle"}, serve: []string{"ServeHTTP"}},
		{kind: project.Gin, module: "github.com/gin-gonic/gin", types: []string{"Engine", "IRouter", "IRoutes"}, groups: []string{"RouterGroup"},
			constructors: []string{"New", "Default"}, Routes: append([]string{"Handle", "NoRoute", "NoMethod", "Group"}, verbs...),
			Middleware: []string{"Use"}, derive: []string{"Group"}, Mount: []string{"Any", "Handle"}, serve: []string{"Run", "RunTLS", "RunListener", "RunUnix", "ServeHTTP", "Handler"}},
		{kind: project.Echo, module: "github.com/labstack/echo", types: []string{"Echo"}, groups: []string{"Group"}, constructors: []string{"New"},
			Routes:     append([]string{"Add", "Group", "RouteNotFound"}, verbs...),
			Middleware: []string{"Use", "Pre"}, derive: []string{"Group"}, Mount: []string{"Any", "Add"},
			serve: []string{"Start", "StartTLS", "StartAutoTLS", "StartServer", "StartH2CServer", "ServeHTTP"}},
		{kind: project.Fiber, module: "github.com/gofiber/fiber", types: []string{"App", "Router"}, groups: []string{"Group"}, constructors: []string{"New"},
			Routes:     append([]string{"Add", "Group", "Route", "Mount"}, words...),
			Middleware: []string{"Use"}, derive: []string{"Group", "Route"}, Mount: []string{"Mount", "Use"},
			serve: []string{"Listen", "ListenTLS", "Listener", "Test", "Handler"}},
	}
}

var majorSuffix = lazyregexp.New(`^v[0-9]+$`)

// FamilyOf finds the family of an import path, of any major version.
func FamilyOf(importPath string) (Family, bool) {
	bare := importPath
	if base := path.Base(importPath); base[0] == 'v' && majorSuffix.MatchString(base) {
		bare = path.Dir(importPath)
	}
	switch bare { // Most are none of these, and the table is not made for them.
	case "net/http", "github.com/gorilla/mux", "github.com/go-chi/chi", "github.com/gin-gonic/gin", "github.com/labstack/echo", "github.com/gofiber/fiber":
	default:
		return Family{}, false
	}
	for _, f := range families() {
		if f.module == bare {
			return f, true
		}
	}
	return Family{}, false
}

func FamilyOfKind(kind project.Router) Family {
	for _, f := range families() {
		if f.kind == kind {
			return f
		}
	}
	return Family{}
}

// Found is a router that an expression has the type of.
type Found struct {
	Router
	Group bool // only a part of the routes
}

// RouterType reports whether a type is a router's.
func RouterType(t types.Type) (Found, bool) {
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		t = pointer.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return Found{}, false
	}
	return routerName(named.Obj().Pkg().Path(), named.Obj().Name())
}

func routerName(importPath, name string) (Found, bool) {
	if !slices.Contains([]string{"ServeMux", "Mux", "Router", "Engine", "IRouter", "IRoutes", "RouterGroup", "Echo", "Group", "App", "Route"}, name) {
		return Found{}, false // Most types are none, and the table is not made for them.
	}
	f, ok := FamilyOf(importPath)
	if !ok {
		return Found{}, false
	}
	r := Found{Router: Router{Kind: f.kind, Import: importPath}}
	switch {
	case slices.Contains(f.types, name):
		return r, true
	case slices.Contains(f.groups, name):
		r.Group = true
		return r, true
	}
	return Found{}, false
}

// RouterOf reports whether an expression is a router: by its type, or where types
// are not known by the name of what makes it.
func (f *File) RouterOf(expr ast.Expr) (Found, bool) {
	if t := f.Pkg.TypesInfo.TypeOf(expr); known(t) {
		return RouterType(t)
	}
	switch expr := ast.Unparen(expr).(type) {
	case *ast.CallExpr:
		importPath, name := f.Qualified(expr.Fun)
		if family, ok := FamilyOf(importPath); ok && slices.Contains(family.constructors, name) {
			return Found{Router: Router{Kind: family.kind, Import: importPath}}, true
		}
	case *ast.Ident:
		return f.routerOfIdent(expr)
	}
	return Found{}, false
}

// known reports whether the type checker found out a type.
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
func (f *File) routerOfIdent(ident *ast.Ident) (Found, bool) {
	if ident.Obj == nil {
		return Found{}, false
	}
	switch decl := ident.Obj.Decl.(type) {
	case *ast.AssignStmt:
		for i, left := range decl.Lhs {
			if name, ok := left.(*ast.Ident); ok && name.Name == ident.Name && i < len(decl.Rhs) {
				if call, ok := decl.Rhs[i].(*ast.CallExpr); ok {
					return f.RouterOf(call)
				}
			}
		}
	case *ast.Field:
		return f.routerOfTypeExpr(decl.Type)
	case *ast.ValueSpec:
		return f.routerOfTypeExpr(decl.Type)
	}
	return Found{}, false
}

func (f *File) routerOfTypeExpr(expr ast.Expr) (Found, bool) {
	if star, ok := expr.(*ast.StarExpr); ok {
		expr = star.X
	}
	if expr == nil {
		return Found{}, false
	}
	return routerName(f.Qualified(expr))
}

// Qualified returns the import path and the name of an expression pkg.Name.
func (f *File) Qualified(expr ast.Expr) (importPath, name string) {
	selector, ok := ast.Unparen(expr).(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	ident, ok := selector.X.(*ast.Ident)
	if !ok {
		return "", ""
	}
	if used, ok := f.Pkg.TypesInfo.Uses[ident].(*types.PkgName); ok {
		return used.Imported().Path(), selector.Sel.Name
	}
	if ident.Obj != nil {
		return "", ""
	}
	for _, spec := range f.AST.Imports {
		importPath := strings.Trim(spec.Path.Value, `"`)
		if ImportName(spec, importPath) == ident.Name {
			return importPath, selector.Sel.Name
		}
	}
	return "", ""
}

// ImportName returns the name of an import in its file. Without an alias, it is
// derived from the path.
func ImportName(spec *ast.ImportSpec, importPath string) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	if majorSuffix.MatchString(path.Base(importPath)) {
		importPath = path.Dir(importPath)
	}
	return path.Base(importPath)
}

// OnDefaultMux reports whether a call adds a route to net/http's default mux, or
// serves it.
func (f *File) OnDefaultMux(call *ast.CallExpr) bool {
	importPath, name := f.Qualified(call.Fun)
	if importPath != "net/http" {
		return false
	}
	switch name {
	case "Handle", "HandleFunc":
		return true
	case "ListenAndServe", "ListenAndServeTLS", "Serve", "ServeTLS":
		handler, ok := call.Args[min(len(call.Args)-1, 1)].(*ast.Ident)
		return ok && handler.Name == "nil"
	}
	return false
}

// Derives reports whether a call takes a part of a router.
func (f *File) Derives(call *ast.CallExpr) bool {
	_, name := Method(call)
	r, ok := f.CalledOn(call)
	return ok && slices.Contains(FamilyOfKind(r.Kind).derive, name)
}

// CalledOn reports whether a call calls a router's method. The type that declares the
// method decides, even if it is embedded in another.
func (f *File) CalledOn(call *ast.CallExpr) (Found, bool) {
	receiver, _ := Method(call)
	if receiver == nil {
		return Found{}, false
	}
	if method := f.Callee(call); method != nil {
		if signature, ok := method.Type().(*types.Signature); ok && signature.Recv() != nil {
			if found, ok := RouterType(signature.Recv().Type()); ok {
				return found, true
			}
		}
	}
	return f.RouterOf(receiver)
}
