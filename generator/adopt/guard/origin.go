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

// defined finds the expression that was last assigned to a variable before a call,
// in the function around it.
func defined(path scan.Path, at scan.CallSite) (ast.Expr, scan.CallSite) {
	var right ast.Expr
	var where scan.CallSite
	ast.PreorderStack(at.Stack[0], nil, func(n ast.Node, stack []ast.Node) bool {
		statement, ok := n.(ast.Stmt)
		if !ok || n.Pos() > at.Call.Pos() {
			return true
		}
		for _, def := range scan.Definitions(statement) {
			if def.Right == nil || at.File.PathOf(def.Left) != path || at.File.PathOf(def.Right) == path {
				continue
			}
			if _, isRouter := at.File.RouterOf(def.Right); isRouter {
				right, where = def.Right, siteOf(at.File, def.Right, stack)
			}
		}
		return true
	})
	return right, where
}

// siteOf returns the site of an expression that need not be a call.
func siteOf(file *scan.File, expr ast.Expr, stack []ast.Node) scan.CallSite {
	return scan.CallSite{File: file, Call: &ast.CallExpr{Fun: expr}, Stack: slices.Clone(stack)}
}

// fieldOf returns the field that an expression selects last, or nil.
func fieldOf(f *scan.File, expr ast.Expr) *types.Var {
	if selector, ok := ast.Unparen(expr).(*ast.SelectorExpr); ok {
		if field, ok := f.Pkg.TypesInfo.Uses[selector.Sel].(*types.Var); ok && field.IsField() {
			return field
		}
	}
	return nil
}

// assigned finds the first expression that is assigned to a field, anywhere in its
// package.
func (f *finder) assigned(field *types.Var) (right ast.Expr, where scan.CallSite) {
	for _, file := range f.module.Files() {
		if file.Pkg.Types != field.Pkg() {
			continue
		}
		for _, decl := range file.AST.Decls {
			ast.PreorderStack(decl, nil, func(n ast.Node, stack []ast.Node) bool {
				if expr := assignedBy(file, field, n); expr != nil && right == nil {
					right, where = expr, siteOf(file, expr, stack)
				}
				return true
			})
		}
	}
	return right, where
}

// assignedBy returns the expression that a statement, or an element of a literal,
// assigns to a field, or nil.
func assignedBy(file *scan.File, field *types.Var, n ast.Node) ast.Expr {
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

// ofParameter returns the bases of the routers that the callers of the function
// around a call pass as one of its parameters.
func (f *finder) ofParameter(path scan.Path, at scan.CallSite, steps int) []base {
	decl, ok := at.Stack[0].(*ast.FuncDecl)
	if !ok || path.Fields != "" {
		return []base{{}}
	}
	index := parameter(at.File, decl, path)
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
	for _, part := range f.parts[object] {
		all = append(all, f.partOf(part.Call, part, steps)...)
	}
	if len(all) == 0 {
		return []base{{}}
	}
	slices.SortFunc(all, func(a, b base) int {
		return cmp.Or(strings.Compare(a.prefix, b.prefix), strings.Compare(a.guard, b.guard))
	})
	return slices.Compact(all)
}

// parameter returns the index of a function's parameter, or -1.
func parameter(file *scan.File, decl *ast.FuncDecl, path scan.Path) int {
	index := 0
	for _, field := range decl.Type.Params.List {
		for _, name := range field.Names {
			if file.PathOf(name) == path {
				return index
			}
			index++
		}
	}
	return -1
}
