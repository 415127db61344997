package guard

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
)

// mounted returns the bases of a router that a function creates, where it is
// mounted on another router, by the function itself or by its callers.
func (f *finder) mounted(path scan.Path, at scan.CallSite, steps int) []base {
	isIt := func(expr ast.Expr) bool { return at.File.PathOf(expr) == path }
	var all []base
	at.File.EachCall(at.Stack[0], func(mount scan.CallSite) {
		all = append(all, f.mountOf(mount, isIt, steps)...)
	})
	decl, ok := at.Stack[0].(*ast.FuncDecl)
	if !ok || len(all) > 0 || !returns(decl, isIt) {
		return all
	}
	object, _ := at.File.Pkg.TypesInfo.Defs[decl.Name].(*types.Func)
	for _, caller := range f.module.Facts.Calls[object] {
		isCall := func(expr ast.Expr) bool { return ast.Unparen(expr) == ast.Expr(caller.Call) }
		for i, n := range caller.Stack {
			if _, ok := n.(*ast.CallExpr); ok {
				all = append(all, f.mountOf(site(caller, i), isCall, steps)...)
			}
		}
	}
	return all
}

// returns reports whether a function returns an expression that passes test,
// wrapped or not.
func returns(decl *ast.FuncDecl, test func(ast.Expr) bool) bool {
	hit := false
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		if result, ok := n.(*ast.ReturnStmt); ok {
			for _, expr := range result.Results {
				hit = hit || slices.ContainsFunc(scan.Carried(expr), test)
			}
		}
		return !hit
	})
	return hit
}

// mountOf returns the bases under which a call mounts the router that isIt
// recognises; none if the call mounts something else.
func (f *finder) mountOf(at scan.CallSite, isIt func(ast.Expr) bool, steps int) []base {
	kind := kindOf(at)
	receiver, name := scan.Method(at.Call)
	s, ok := shapeOf(kind, name)
	if !ok || s.path < 0 || len(at.Call.Args) <= s.path+1 || steps > mostSteps {
		return nil
	}
	handler := at.Call.Args[s.path+1]
	if !slices.ContainsFunc(scan.Carried(handler), isIt) {
		return nil
	}
	path, stripped := cleanText(at.File, at.Call.Args[s.path]), strippedBy(at.File, handler)
	if stripped == "" && name != "Mount" {
		path = "" // The routes have their whole paths.
	}
	bases := []base{{}}
	if !at.File.OnDefaultMux(at.Call) {
		bases = f.bases(receiver, at, steps)
	}
	return within(bases, path, f.guardIn(at.File, at.Call))
}

// strippedBy returns the prefix that an http.StripPrefix around a handler removes,
// or an empty string.
func strippedBy(f *scan.File, handler ast.Expr) string {
	for _, expr := range scan.Carried(handler) {
		call, ok := expr.(*ast.CallExpr)
		if !ok || len(call.Args) != 2 {
			continue
		}
		if importPath, name := f.Qualified(call.Fun); importPath == "net/http" && name == "StripPrefix" {
			return cleanText(f, call.Args[0])
		}
	}
	return ""
}

// cleanText returns the path in a constant expression, without a wildcard at its
// end.
func cleanText(f *scan.File, expr ast.Expr) string {
	text, _ := textOf(f, expr)
	return strings.TrimSuffix(strings.TrimPrefix(text, " "), "*")
}
