package guard

import (
	"go/ast"
	"slices"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/project"
)

// gorillaBases adds to a route of gorilla/mux what the chain of calls around it
// specifies, such as PathPrefix("/api").Methods("GET"), and returns the bases of
// its router. receiver is the receiver of the route's own call.
func (f *finder) gorillaBases(r *Route, receiver ast.Expr, at scan.CallSite) []base {
	if r.call != nil {
		r.addLaterCalls()
	}
	for {
		call, ok := ast.Unparen(receiver).(*ast.CallExpr)
		if !ok || kindOf(scan.CallSite{File: at.File, Call: call}) != project.Gorilla {
			break
		}
		next, name := scan.Method(call)
		if name == "Subrouter" {
			var group Route
			return within(f.gorillaBases(&group, next, at), group.Path, "")
		}
		r.addCall(at.File, call, name)
		receiver = next
	}
	bases := f.bases(receiver, at, 0)
	if r.call == nil {
		return within(bases, r.Path, "")
	}
	return bases
}

// addLaterCalls adds what the calls that follow the route's own specify.
func (r *Route) addLaterCalls() {
	var inner ast.Node = r.call
	stack := slices.Clone(r.stack)
	for len(stack) >= 2 {
		selector, ok := stack[len(stack)-1].(*ast.SelectorExpr)
		call, isCall := stack[len(stack)-2].(*ast.CallExpr)
		if !ok || !isCall || ast.Node(selector.X) != inner || call.Fun != ast.Expr(selector) {
			return
		}
		r.addCall(r.file, call, selector.Sel.Name)
		inner, stack = call, stack[:len(stack)-2]
	}
}

// addCall adds what one call of the chain specifies.
func (r *Route) addCall(f *scan.File, call *ast.CallExpr, name string) {
	if len(call.Args) == 0 {
		return
	}
	text, ok := textOf(f, call.Args[0])
	switch {
	case !ok:
	case name == "Methods" && len(call.Args) == 1:
		r.Method = text
	case name == "PathPrefix":
		r.Path, r.Group = join(text, r.Path), true
	case name == "Path":
		r.Path = join(text, r.Path)
	}
}
