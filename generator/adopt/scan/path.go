package scan

import (
	"go/ast"
	"go/types"
	"strings"
)

// route is the way from a variable to a value: mux, or s.router. Two
// expressions with equal ways mean the same value, as far as one function goes.
type Path struct {
	Root   types.Object
	Fields string // ".router.mux", or empty
}

func (w Path) Known() bool { return w.Root != nil }

// Text is the way as Go code.
func (w Path) Text() string {
	if w.Root == nil {
		return ""
	}
	return w.Root.Name() + w.Fields
}

func (w Path) Then(field string) Path { return Path{w.Root, w.Fields + "." + field} }

// Holds reports whether the value at w is the one at other, or one that has it in
// a field.
func (w Path) Holds(other Path) bool {
	return w.Known() && w.Root == other.Root && strings.HasPrefix(other.Fields+".", w.Fields+".")
}

func (w Path) Depth() int { return strings.Count(w.Fields, ".") }

// PathOf returns the path of an expression, or none when it is not a variable
// or a field of one.
func (f *File) PathOf(expr ast.Expr) Path {
	switch expr := ast.Unparen(expr).(type) {
	case *ast.Ident:
		object, ok := f.Pkg.TypesInfo.ObjectOf(expr).(*types.Var)
		if !ok || expr.Name == "_" {
			return Path{}
		}
		return Path{Root: object}
	case *ast.SelectorExpr:
		if importPath, name := f.Qualified(expr); importPath != "" {
			return f.pathOfGlobal(expr, name)
		}
		base := f.PathOf(expr.X)
		if !base.Known() {
			return Path{}
		}
		return base.Then(expr.Sel.Name)
	case *ast.StarExpr:
		return f.PathOf(expr.X)
	case *ast.UnaryExpr:
		return f.PathOf(expr.X)
	}
	return Path{}
}

// pathOfGlobal is the way of another package's variable, which is not a way that
// a line could begin with unless it is written with its package.
func (f *File) pathOfGlobal(expr *ast.SelectorExpr, _ string) Path {
	object, ok := f.Pkg.TypesInfo.Uses[expr.Sel].(*types.Var)
	if !ok {
		return Path{}
	}
	return Path{Root: object}
}

// Mentions reports whether a node has an expression with that path.
func (f *File) Mentions(node ast.Node, w Path) bool {
	hit := false
	ast.Inspect(node, func(n ast.Node) bool {
		if expr, ok := n.(ast.Expr); ok && !hit {
			hit = f.PathOf(expr) == w
		}
		return !hit
	})
	return hit
}

// Method returns the receiver and the name of a call of a method.
func Method(call *ast.CallExpr) (receiver ast.Expr, name string) {
	if selector, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		return selector.X, selector.Sel.Name
	}
	return nil, ""
}

// Callee is the function that a call calls, or nil when that is not known.
func (f *File) Callee(call *ast.CallExpr) *types.Func { return f.FunctionOf(call.Fun) }

// FunctionOf is the function that an expression names, or nil.
func (f *File) FunctionOf(expr ast.Expr) *types.Func {
	var ident *ast.Ident
	switch expr := ast.Unparen(expr).(type) {
	case *ast.Ident:
		ident = expr
	case *ast.SelectorExpr:
		ident = expr.Sel
	default:
		return nil
	}
	function, ok := f.Pkg.TypesInfo.Uses[ident].(*types.Func)
	if !ok {
		return nil
	}
	return function.Origin()
}

func (f *File) Declares(fields *ast.FieldList, w Path) bool {
	for _, field := range fields.List {
		for _, name := range field.Names {
			if f.PathOf(name) == w {
				return true
			}
		}
	}
	return false
}
