package wire

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/project"
)

// hostRoute returns a route of the router's that is for one host, and would hide
// accounts from it, with its place; or "".
func (c *Candidate) hostRoute() string {
	test := forHost(c.Router.Kind)
	found := ""
	ast.Inspect(c.scope.function(), func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || found != "" {
			return found == ""
		}
		receiver, _ := scan.Method(call)
		onValue := receiver != nil && c.isValue(receiver) || c.origin == fromDefault && c.file.OnDefaultMux(call)
		switch {
		case onValue && test(c.file, call), onValue && c.mapsHosts(call):
			found = fmt.Sprintf("%s (%s)", shown(call), c.module.Position(call.Pos()))
		case !onValue && c.passes(call) && c.module.Facts.Reaches(c.file.Callee(call), 4, test):
			found = fmt.Sprintf("what %s adds (%s)", shown(call), c.module.Position(call.Pos()))
		}
		return found == ""
	})
	return found
}

// forHost reports whether a node adds a route for one host to a router of the
// kind: with a pattern of net/http that names it, or by the router's own method.
func forHost(kind project.Router) func(f *scan.File, n ast.Node) bool {
	return func(f *scan.File, n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return false
		}
		receiver, name := scan.Method(call)
		if r, ok := f.RouterOf(receiver); !f.OnDefaultMux(call) && (receiver == nil || !ok || r.Kind != kind) {
			return false
		}
		switch kind {
		case project.Stdlib:
			return (name == "Handle" || name == "HandleFunc") && namesHost(call.Args[0])
		case project.Gorilla, project.Echo:
			return name == "Host"
		case project.Fiber:
			return name == "Domain"
		}
		return false
	}
}

// namesHost reports whether a pattern of net/http, "[METHOD ][HOST]/[PATH]", has
// a host.
func namesHost(pattern ast.Expr) bool {
	literal, ok := pattern.(*ast.BasicLit)
	if !ok {
		return false
	}
	text := strings.Trim(literal.Value, "`\"")
	if _, rest, ok := strings.Cut(text, " "); ok {
		text = strings.TrimLeft(rest, " \t")
	}
	return strings.Contains(text, "/") && !strings.HasPrefix(text, "/")
}

// mapsHosts reports whether a call mounts a router of chi that selects by host.
func (c *Candidate) mapsHosts(call *ast.CallExpr) bool {
	if len(call.Args) < 2 {
		return false
	}
	t := c.file.Pkg.TypesInfo.TypeOf(call.Args[1])
	return t != nil && strings.HasPrefix(t.String(), "github.com/go-chi/hostrouter.")
}

// shown is what a person knows a call by: its pattern, or the function.
func shown(call *ast.CallExpr) string {
	if len(call.Args) > 0 {
		if literal, ok := call.Args[0].(*ast.BasicLit); ok {
			return literal.Value
		}
	}
	return types.ExprString(call.Fun)
}
