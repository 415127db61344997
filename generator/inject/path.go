package inject

import (
	"go/ast"
	"go/types"
	"strings"
)

// route is the way from a variable to a value: mux, or s.router. Two
// expressions with equal ways mean the same value, as far as one function goes.
type way struct {
	root   types.Object
	fields string // ".router.mux", or empty
}

func (w way) ok() bool { return w.root != nil }

// text is the way as Go code.
func (w way) text() string {
	if w.root == nil {
		return ""
	}
	return w.root.Name() + w.fields
}

func (w way) then(field string) way { return way{w.root, w.fields + "." + field} }

func (w way) depth() int { return strings.Count(w.fields, ".") }

// wayOf gives the way of an expression, or none when it is not a variable or a
// field of one.
func (f *file) wayOf(expr ast.Expr) way {
	switch expr := ast.Unparen(expr).(type) {
	case *ast.Ident:
		object, ok := f.pkg.TypesInfo.ObjectOf(expr).(*types.Var)
		if !ok || expr.Name == "_" {
			return way{}
		}
		return way{root: object}
	case *ast.SelectorExpr:
		if importPath, name := f.qualified(expr); importPath != "" {
			return f.wayOfGlobal(expr, name)
		}
		base := f.wayOf(expr.X)
		if !base.ok() {
			return way{}
		}
		return base.then(expr.Sel.Name)
	case *ast.StarExpr:
		return f.wayOf(expr.X)
	case *ast.UnaryExpr:
		return f.wayOf(expr.X)
	}
	return way{}
}

// wayOfGlobal is the way of another package's variable, which is not a way that
// a line could begin with unless it is written with its package.
func (f *file) wayOfGlobal(expr *ast.SelectorExpr, _ string) way {
	object, ok := f.pkg.TypesInfo.Uses[expr.Sel].(*types.Var)
	if !ok {
		return way{}
	}
	return way{root: object}
}

// mentions says whether a node has an expression of that way.
func (f *file) mentions(node ast.Node, w way) bool {
	hit := false
	ast.Inspect(node, func(n ast.Node) bool {
		if expr, ok := n.(ast.Expr); ok && !hit {
			hit = f.wayOf(expr) == w
		}
		return !hit
	})
	return hit
}

// method gives the receiver and the name of a call of a method.
func method(call *ast.CallExpr) (receiver ast.Expr, name string) {
	if selector, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		return selector.X, selector.Sel.Name
	}
	return nil, ""
}

// callee is the function that a call calls, or nil when that is not known.
func (f *file) callee(call *ast.CallExpr) *types.Func { return f.functionOf(call.Fun) }

// functionOf is the function that an expression names, or nil.
func (f *file) functionOf(expr ast.Expr) *types.Func {
	var ident *ast.Ident
	switch expr := ast.Unparen(expr).(type) {
	case *ast.Ident:
		ident = expr
	case *ast.SelectorExpr:
		ident = expr.Sel
	default:
		return nil
	}
	function, ok := f.pkg.TypesInfo.Uses[ident].(*types.Func)
	if !ok {
		return nil
	}
	return function.Origin()
}
