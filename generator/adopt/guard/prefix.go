package guard

import (
	"cmp"
	"go/ast"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/project"
)

// base is what the routes of a router have in common: the beginning of their
// paths, and the guard in front of them.
type base struct{ prefix, guard string }

// mostSteps bounds how far a router is followed back to where it comes from.
const mostSteps = 12

// join joins two parts of a path with one slash.
func join(prefix, path string) string {
	if prefix == "" {
		return path
	}
	if path == "" || path == "/" {
		return prefix
	}
	return strings.TrimSuffix(prefix, "/") + "/" + strings.TrimPrefix(path, "/")
}

// within returns the bases extended by a part of a path, and with the guard where
// they have none.
func within(bases []base, path, guard string) []base {
	var all []base
	for _, b := range bases {
		all = append(all, base{join(b.prefix, path), cmp.Or(b.guard, guard)})
	}
	return all
}

// bases follows a router, an expression at a call, to all routers that it may be
// a part of. A router that can't be followed has no prefix.
func (f *finder) bases(router ast.Expr, at scan.CallSite, steps int) []base {
	if steps > mostSteps {
		return []base{{}}
	}
	if call, ok := ast.Unparen(router).(*ast.CallExpr); ok {
		return f.ofCall(call, at, steps+1)
	}
	path := at.File.PathOf(router)
	if !path.Known() {
		return []base{{}}
	}
	guard := f.used(path, at)
	if lit, call := literalOf(path, at); call != nil {
		return within(f.partOf(call, site(at, lit), steps+1), "", guard)
	}
	if right, where := defined(path, at); right != nil {
		all := f.bases(right, where, steps+1)
		if mounts := f.mounted(path, at, steps+1); len(mounts) > 0 {
			all = mounts
		}
		return within(all, "", guard)
	}
	if field := fieldOf(at.File, router); field != nil {
		if right, where := f.assigned(field); right != nil {
			return within(f.bases(right, where, steps+1), "", guard)
		}
	}
	return within(f.ofParameter(path, at, steps+1), "", guard)
}

// ofCall returns the bases of the router that a call returns.
func (f *finder) ofCall(call *ast.CallExpr, at scan.CallSite, steps int) []base {
	receiver, name := scan.Method(call)
	if receiver != nil && at.File.Derives(call) {
		if kind := kindOf(scan.CallSite{File: at.File, Call: call}); kind == project.Gorilla {
			var r Route
			return f.gorillaBases(&r, receiver, at)
		}
		return f.partOf(call, at, steps)
	}
	if name == "Use" && receiver != nil { // In some routers, Use returns its receiver.
		return within(f.bases(receiver, at, steps), "", f.guardIn(at.File, call))
	}
	return []base{{}}
}

// partOf returns the bases of the part that a call of Group, Route or With makes.
func (f *finder) partOf(call *ast.CallExpr, at scan.CallSite, steps int) []base {
	receiver, _ := scan.Method(call)
	path := ""
	if len(call.Args) > 0 {
		path, _ = textOf(at.File, call.Args[0])
	}
	return within(f.bases(receiver, at, steps), path, f.guardIn(at.File, call))
}

// literalOf finds the call that a function literal is passed to, if a path begins
// with a parameter of that literal, and its index in the stack.
func literalOf(path scan.Path, at scan.CallSite) (int, *ast.CallExpr) {
	for i, n := range slices.Backward(at.Stack) {
		lit, ok := n.(*ast.FuncLit)
		if !ok || i == 0 || !at.File.Declares(lit.Type.Params, path) {
			continue
		}
		if call, ok := at.Stack[i-1].(*ast.CallExpr); ok && at.File.Derives(call) {
			return i - 1, call
		}
		return 0, nil
	}
	return 0, nil
}

// site returns the site of a call that is in the stack of another.
func site(at scan.CallSite, index int) scan.CallSite {
	call, _ := at.Stack[index].(*ast.CallExpr)
	return scan.CallSite{File: at.File, Call: call, Stack: at.Stack[:index]}
}

// used returns the guard that Use put in front of a router before a call, or an
// empty string.
func (f *finder) used(path scan.Path, at scan.CallSite) string {
	guard := ""
	ast.Inspect(at.Stack[0], func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || guard != "" {
			return guard == ""
		}
		receiver, name := scan.Method(call)
		if receiver == nil || name != "Use" || at.File.PathOf(receiver) != path {
			return true
		}
		if call.Pos() < at.Call.Pos() || kindOf(scan.CallSite{File: at.File, Call: call}) == project.Gorilla {
			guard = f.guardIn(at.File, call)
		}
		return true
	})
	return guard
}
