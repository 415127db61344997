package guard

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
)

// base is what routes on a router have in common: the beginning of their paths,
// and the guard that they are behind.
type base struct{ prefix, guard string }

// mostSteps is how far a router is followed to where it comes from.
const mostSteps = 12

// join puts two parts of a path together.
func join(prefix, path string) string {
	if prefix == "" {
		return path
	}
	if path == "" || path == "/" {
		return prefix
	}
	return strings.TrimSuffix(prefix, "/") + "/" + strings.TrimPrefix(path, "/")
}

// within returns bases with more of the path, and a guard where they have none.
func within(bases []base, path, guard string) []base {
	var all []base
	for _, b := range bases {
		all = append(all, base{join(b.prefix, path), cmp.Or(b.guard, guard)})
	}
	return all
}

// bases follows a router, as an expression at a place, to all that it may be a
// part of. What it can't follow begins a path.
func (f *finder) bases(router ast.Expr, at scan.CallSite, steps int) []base {
	if steps > mostSteps {
		return []base{{}}
	}
	if call, ok := ast.Unparen(router).(*ast.CallExpr); ok {
		return f.ofCall(call, at, steps+1)
	}
	way := at.File.PathOf(router)
	if !way.Known() {
		return []base{{}}
	}
	guard := f.used(way, at)
	if lit, call := literalOf(way, at); call != nil {
		return within(f.partOf(call, site(at, lit), steps+1), "", guard)
	}
	if right, where := defined(way, at); right != nil {
		all := f.bases(right, where, steps+1)
		if mounts := f.mounted(way, at, steps+1); len(mounts) > 0 {
			all = mounts
		}
		return within(all, "", guard)
	}
	if field := fieldOf(at.File, router); field != nil {
		if right, where := f.assigned(field); right != nil {
			return within(f.bases(right, where, steps+1), "", guard)
		}
	}
	return within(f.ofParameter(way, at, steps+1), "", guard)
}

// ofCall is what the part of a router is that a call returns.
func (f *finder) ofCall(call *ast.CallExpr, at scan.CallSite, steps int) []base {
	receiver, name := scan.Method(call)
	if receiver != nil && at.File.Derives(call) {
		if kind := kindOf(scan.CallSite{File: at.File, Call: call}); kind == "gorilla" {
			var r Route
			return f.gorillaBases(&r, receiver, at)
		}
		return f.partOf(call, at, steps)
	}
	if name == "Use" && receiver != nil { // which returns the router in some
		return within(f.bases(receiver, at, steps), "", f.guardIn(at.File, call))
	}
	return []base{{}}
}

// partOf is what the part is that a call of Group, Route or With takes.
func (f *finder) partOf(call *ast.CallExpr, at scan.CallSite, steps int) []base {
	receiver, _ := scan.Method(call)
	path := ""
	if len(call.Args) > 0 {
		path, _ = textOf(at.File, call.Args[0])
	}
	return within(f.bases(receiver, at, steps), path, f.guardIn(at.File, call))
}

// literalOf finds the function literal whose parameter a way begins with, and the
// call that it is given to.
func literalOf(way scan.Path, at scan.CallSite) (int, *ast.CallExpr) {
	for i, n := range slices.Backward(at.Stack) {
		lit, ok := n.(*ast.FuncLit)
		if !ok || i == 0 || !at.File.Declares(lit.Type.Params, way) {
			continue
		}
		if call, ok := at.Stack[i-1].(*ast.CallExpr); ok && at.File.Derives(call) {
			return i - 1, call
		}
		return 0, nil
	}
	return 0, nil
}

// site is the place of a call that is in the stack of another.
func site(at scan.CallSite, index int) scan.CallSite {
	call, _ := at.Stack[index].(*ast.CallExpr)
	return scan.CallSite{File: at.File, Call: call, Stack: at.Stack[:index]}
}

// defined finds what a variable is given in the function around a place, last
// before it.
func defined(way scan.Path, at scan.CallSite) (ast.Expr, scan.CallSite) {
	var right ast.Expr
	var where scan.CallSite
	inspect(at.Stack[0], func(n ast.Node, stack []ast.Node) {
		statement, ok := n.(ast.Stmt)
		if !ok || n.Pos() > at.Call.Pos() {
			return
		}
		for _, def := range scan.Definitions(statement) {
			if def.Right == nil || at.File.PathOf(def.Left) != way || at.File.PathOf(def.Right) == way {
				continue
			}
			if _, isRouter := at.File.RouterOf(def.Right); isRouter {
				right, where = def.Right, scan.CallSite{File: at.File, Call: &ast.CallExpr{Fun: def.Right}, Stack: stack}
			}
		}
	})
	return right, where
}

// inspect visits all nodes with what is around them.
func inspect(root ast.Node, visit func(n ast.Node, stack []ast.Node)) {
	var stack []ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		visit(n, slices.Clone(stack))
		stack = append(stack, n)
		return true
	})
}

// used is the guard that a router was given by Use before a place, or empty.
func (f *finder) used(way scan.Path, at scan.CallSite) string {
	guard := ""
	ast.Inspect(at.Stack[0], func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || guard != "" {
			return guard == ""
		}
		receiver, name := scan.Method(call)
		if receiver == nil || name != "Use" || at.File.PathOf(receiver) != way {
			return true
		}
		if call.Pos() < at.Call.Pos() || kindOf(scan.CallSite{File: at.File, Call: call}) == "gorilla" {
			guard = f.guardIn(at.File, call)
		}
		return true
	})
	return guard
}

// mounted is where a router that a function makes ends up: on another router of
// the function, or of those that call it.
func (f *finder) mounted(way scan.Path, at scan.CallSite, steps int) []base {
	isIt := func(expr ast.Expr) bool { return at.File.PathOf(expr) == way }
	var all []base
	inspect(at.Stack[0], func(n ast.Node, stack []ast.Node) {
		if call, ok := n.(*ast.CallExpr); ok {
			all = append(all, f.mountOf(scan.CallSite{File: at.File, Call: call, Stack: stack}, isIt, steps)...)
		}
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

// returns reports whether a function returns what test holds for, wrapped or not.
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

// mountOf is the base that a call gives the router for which isIt holds, or none.
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
		path = "" // the routes have their whole paths
	}
	bases := []base{{}}
	if !at.File.OnDefaultMux(at.Call) {
		bases = f.bases(receiver, at, steps)
	}
	return within(bases, path, f.guardIn(at.File, at.Call))
}

// strippedBy is the prefix that http.StripPrefix takes away around a handler.
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

func cleanText(f *scan.File, expr ast.Expr) string {
	text, _ := textOf(f, expr)
	return strings.TrimSuffix(strings.TrimPrefix(text, " "), "*")
}

// fieldOf is the field that an expression ends with, or nil.
func fieldOf(f *scan.File, expr ast.Expr) *types.Var {
	if selector, ok := ast.Unparen(expr).(*ast.SelectorExpr); ok {
		if field, ok := f.Pkg.TypesInfo.Uses[selector.Sel].(*types.Var); ok && field.IsField() {
			return field
		}
	}
	return nil
}

// assigned finds what a field is given, anywhere in its package.
func (f *finder) assigned(field *types.Var) (right ast.Expr, where scan.CallSite) {
	for _, file := range f.module.Files() {
		if file.Pkg.Types != field.Pkg() {
			continue
		}
		for _, decl := range file.AST.Decls {
			inspect(decl, func(n ast.Node, stack []ast.Node) {
				if expr := givenTo(file, field, n); expr != nil && right == nil {
					right, where = expr, scan.CallSite{File: file, Call: &ast.CallExpr{Fun: expr}, Stack: stack}
				}
			})
		}
	}
	return right, where
}

// givenTo is what a statement or an element of a literal gives a field, or nil.
func givenTo(file *scan.File, field *types.Var, n ast.Node) ast.Expr {
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && file.Pkg.TypesInfo.Uses[key] == types.Object(field) {
			return n.Value
		}
	case *ast.AssignStmt:
		if n.Tok != token.ASSIGN || len(n.Lhs) != len(n.Rhs) {
			return nil
		}
		for i, left := range n.Lhs {
			if fieldOf(file, left) == field {
				return n.Rhs[i]
			}
		}
	}
	return nil
}

// ofParameter is what the callers of the function around a place give it as a
// parameter.
func (f *finder) ofParameter(way scan.Path, at scan.CallSite, steps int) []base {
	decl, ok := at.Stack[0].(*ast.FuncDecl)
	if !ok || way.Fields != "" {
		return []base{{}}
	}
	index := parameter(at.File, decl, way)
	object, ok := at.File.Pkg.TypesInfo.Defs[decl.Name].(*types.Func)
	if !ok || index < 0 {
		return []base{{}}
	}
	var all []base
	for _, caller := range f.module.Facts.Calls[object] {
		if index < len(caller.Call.Args) {
			all = append(all, f.bases(caller.Call.Args[index], caller, steps)...)
		}
	}
	for _, given := range f.given[object] {
		all = append(all, f.partOf(given.Call, given, steps)...)
	}
	if len(all) == 0 {
		return []base{{}}
	}
	slices.SortFunc(all, func(a, b base) int {
		return cmp.Or(strings.Compare(a.prefix, b.prefix), strings.Compare(a.guard, b.guard))
	})
	return slices.Compact(all)
}

// parameter is the index of a function's parameter, or -1.
func parameter(file *scan.File, decl *ast.FuncDecl, way scan.Path) int {
	index := 0
	for _, field := range decl.Type.Params.List {
		for _, name := range field.Names {
			if file.PathOf(name) == way {
				return index
			}
			index++
		}
	}
	return -1
}
