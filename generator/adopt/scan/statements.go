package scan

import "go/ast"

// Definition is a variable or field, and the value assigned to it, or nil.
type Definition struct {
	Left     ast.Expr
	Right    ast.Expr
	Declares bool
}

func Definitions(statement ast.Stmt) []Definition {
	var defs []Definition
	switch statement := statement.(type) {
	case *ast.AssignStmt:
		for i, left := range statement.Lhs {
			right := statement.Rhs[0]
			if len(statement.Rhs) == len(statement.Lhs) {
				right = statement.Rhs[i]
			}
			defs = append(defs, Definition{left, right, statement.Tok.String() == ":="})
		}
	case *ast.DeclStmt:
		decl, ok := statement.Decl.(*ast.GenDecl)
		if !ok {
			return nil
		}
		for _, spec := range decl.Specs {
			value, ok := spec.(*ast.ValueSpec)
			if !ok {
				continue
			}
			for i, name := range value.Names {
				def := Definition{Left: name, Declares: true}
				if i < len(value.Values) {
					def.Right = value.Values[i]
				} else if len(value.Values) == 1 {
					def.Right = value.Values[0]
				}
				defs = append(defs, def)
			}
		}
	}
	return defs
}

func LiteralOf(expr ast.Expr) (*ast.CompositeLit, bool) {
	if address, ok := expr.(*ast.UnaryExpr); ok {
		expr = address.X
	}
	composite, ok := expr.(*ast.CompositeLit)
	return composite, ok
}

// Contains reports whether a node has an expression for which test holds.
func Contains(node ast.Node, test func(ast.Expr) bool) bool {
	hit := false
	ast.Inspect(node, func(n ast.Node) bool {
		if expr, ok := n.(ast.Expr); ok && !hit {
			hit = test(expr)
		}
		return !hit
	})
	return hit
}
