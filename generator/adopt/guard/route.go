// Package guard finds the routes of a module that has accounts, and puts guards
// around them.
//
//	Find → Select → Edit
//
// Find lists the calls that add routes to a router (route.go, gorilla.go), with
// their whole paths, followed through groups (prefix.go), mounts (mount.go),
// variables and parameters (origin.go). Select picks those that match a target
// (match.go). Edit changes the text of the calls, in the way of each router
// (edit.go). Nothing here writes files.
package guard

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/project"
)

// Route is a call that adds a route, or a group of them, to a router.
type Route struct {
	Method string `json:"method,omitempty"` // empty: all
	Path   string `json:"path"`             // with the prefixes of its groups
	// Group reports that the routes below the path belong to it.
	Group    bool          `json:"group,omitempty"`
	Position scan.Position `json:"position"`
	// Guard is the guard in front of it, or empty.
	Guard string `json:"guard,omitempty"`

	file    *scan.File
	call    *ast.CallExpr
	stack   []ast.Node // from the declaration down to the call, without it
	kind    project.Router
	path    ast.Expr // the argument that has the path, or nil
	handler ast.Expr // the argument that has the handler, or nil
}

// String returns the route as people write it: GET /todos.
func (r Route) String() string {
	if r.Method == "" {
		return r.Path
	}
	return r.Method + " " + r.Path
}

// finder looks for routes in a module.
type finder struct {
	module   *scan.Module
	accounts string                          // the import path of the guards
	parts    map[*types.Func][]scan.CallSite // functions that add routes to a part, and the calls that they are passed to
	routes   []Route
}

// Find lists the routes of a module whose guards are in the package accounts, in
// the order of its files.
func Find(m *scan.Module, accounts string) []Route {
	f := &finder{module: m, accounts: accounts, parts: make(map[*types.Func][]scan.CallSite)}
	f.walk(f.collectParts)
	f.walk(f.collect)
	slices.SortStableFunc(f.routes, func(a, b Route) int {
		return cmp.Or(strings.Compare(a.Position.File, b.Position.File), a.Position.Line-b.Position.Line)
	})
	return f.routes
}

// walk visits all calls of the module.
func (f *finder) walk(visit func(scan.CallSite)) {
	for _, file := range f.module.Files() {
		for _, decl := range file.AST.Decls {
			file.EachCall(decl, visit)
		}
	}
}

// collectParts notes the functions that are passed to a router's Route or Group.
func (f *finder) collectParts(site scan.CallSite) {
	if !site.File.Derives(site.Call) {
		return
	}
	for _, arg := range site.Call.Args {
		if function := site.File.FunctionOf(arg); function != nil {
			f.parts[function] = append(f.parts[function], site)
		}
	}
}

// collect adds the routes of a call, one for each prefix of its router.
func (f *finder) collect(site scan.CallSite) {
	r, ok := routeOf(site)
	if !ok {
		return
	}
	own := f.guardIn(site.File, site.Call)
	receiver, _ := scan.Method(site.Call)
	bases := []base{{}}
	if r.kind == project.Gorilla {
		bases = f.gorillaBases(&r, receiver, site)
	} else if !site.File.OnDefaultMux(site.Call) {
		bases = f.bases(receiver, site, 0)
	}
	for _, b := range bases {
		one := r
		one.Path = join(b.prefix, r.Path)
		one.Guard = cmp.Or(own, b.guard)
		one.Position = f.module.Position(r.place())
		f.routes = append(f.routes, one)
	}
}

// shape is the signature of a router's method that adds routes: the indices of the
// HTTP method, the path and the handler among its arguments, or -1.
type shape struct {
	verb                  string
	method, path, handler int
	group                 bool
}

// shapeOf returns the shape of a router's method, if it adds routes.
func shapeOf(kind project.Router, name string) (shape, bool) {
	verb := strings.ToUpper(name)
	isVerb := slices.Contains([]string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE"}, verb)
	upper := kind == project.Gin || kind == project.Echo
	switch {
	case isVerb && kind != project.Stdlib && kind != project.Gorilla && (name == verb) == upper:
		return shape{verb: verb, method: -1, path: 0, handler: 1}, true
	case kind == project.Fiber && name == "All", upper && name == "Any",
		(kind == project.Stdlib || kind == project.Chi || kind == project.Gorilla) && (name == "Handle" || name == "HandleFunc"):
		return shape{method: -1, path: 0, handler: 1}, true
	case kind == project.Gorilla && (name == "Handler" || name == "HandlerFunc"):
		return shape{method: -1, path: -1, handler: 0}, true
	case kind == project.Gorilla && name == "Subrouter":
		return shape{method: -1, path: -1, handler: -1, group: true}, true
	case kind == project.Chi && (name == "Method" || name == "MethodFunc"), kind == project.Gin && name == "Handle",
		(kind == project.Echo || kind == project.Fiber) && name == "Add", upper && name == "Match":
		return shape{method: 0, path: 1, handler: 2}, true
	case kind == project.Chi && (name == "Route" || name == "Mount"), upper && name == "Group",
		kind == project.Fiber && (name == "Group" || name == "Route" || name == "Mount"):
		return shape{method: -1, path: 0, handler: -1, group: true}, true
	}
	return shape{}, false
}

// routeOf returns the route that a call adds. Its path lacks the router's prefix.
func routeOf(site scan.CallSite) (Route, bool) {
	kind := kindOf(site)
	_, name := scan.Method(site.Call)
	s, ok := shapeOf(kind, name)
	if !ok || max(s.method, s.path, s.handler) >= len(site.Call.Args) {
		return Route{}, false
	}
	r := Route{Method: s.verb, Group: s.group, file: site.File, call: site.Call, stack: site.Stack, kind: kind}
	if s.path >= 0 {
		if r.Path, ok = textOf(site.File, site.Call.Args[s.path]); !ok {
			return Route{}, false
		}
		r.path = site.Call.Args[s.path]
	}
	if s.handler >= 0 {
		r.handler = site.Call.Args[s.handler]
	}
	if s.method >= 0 {
		r.Method, _ = textOf(site.File, site.Call.Args[s.method])
	}
	if kind == project.Stdlib {
		r.splitPattern()
	}
	return r, true
}

// splitPattern splits a pattern of net/http, [METHOD ][HOST]/PATH. A path that ends
// with a slash matches all paths below it.
func (r *Route) splitPattern() {
	if method, rest, ok := strings.Cut(r.Path, " "); ok {
		r.Method, r.Path = method, strings.TrimLeft(rest, " \t")
	}
	if i := strings.IndexByte(r.Path, '/'); i > 0 {
		r.Path = r.Path[i:]
	}
	r.Group = strings.HasSuffix(r.Path, "/")
}

// kindOf returns the kind of the router whose method is called, or an empty string.
func kindOf(site scan.CallSite) project.Router {
	if site.File.OnDefaultMux(site.Call) {
		return project.Stdlib
	}
	found, _ := site.File.CalledOn(site.Call)
	return found.Kind
}

// textOf returns the value of a constant string.
func textOf(f *scan.File, expr ast.Expr) (string, bool) {
	value := f.Pkg.TypesInfo.Types[expr].Value
	if value == nil || value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(value), true
}

// guards lists the middleware that admits only users.
func guards() []string {
	return []string{"RequireUser", "RequireSuperuser", "RequireRecentLogin", "RequireVerified"}
}

// guardIn returns the guard that a node mentions, function literals aside, or an
// empty string.
func (f *finder) guardIn(file *scan.File, node ast.Node) string {
	found := ""
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.Ident:
			used, ok := file.Pkg.TypesInfo.Uses[n].(*types.Func)
			if ok && used.Pkg() != nil && used.Pkg().Path() == f.accounts && slices.Contains(guards(), used.Name()) {
				found = used.Name()
			}
		}
		return found == ""
	})
	return found
}
