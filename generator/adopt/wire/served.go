package wire

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
)

// isServed reports whether the router answers requests, itself or wrapped: because
// this function serves it, or returns it to a caller that does.
func (c *Candidate) isServed() bool {
	if c.origin == fromDefault {
		hit := false
		ast.Inspect(c.scope.decl.Body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && c.file.OnDefaultMux(call) {
				_, name := c.file.Qualified(call.Fun)
				hit = hit || strings.HasPrefix(name, "Listen") || strings.HasPrefix(name, "Serve")
			}
			return !hit
		})
		return hit
	}
	if object := c.variable(); object != nil && c.module.Facts.Served[object] {
		return true
	}
	function := c.scope.function()
	return c.isReturned(function) || c.servedIn(function, 4)
}

// variable is the field or package variable that holds the router, or nil.
func (c *Candidate) variable() *types.Var {
	root, ok := c.path.Root.(*types.Var)
	if !ok {
		return nil
	}
	if c.path.Fields == "" {
		if scan.IsGlobal(root) {
			return root
		}
		return nil
	}
	t := root.Type()
	var field *types.Var
	for _, name := range strings.Split(strings.TrimPrefix(c.path.Fields, "."), ".") {
		object, _, _ := types.LookupFieldOrMethod(t, true, c.file.Pkg.Types, name)
		if field, ok = object.(*types.Var); !ok {
			return nil
		}
		t = field.Type()
	}
	return field
}

// isReturned reports whether a function returns the router, or what carries it.
func (c *Candidate) isReturned(function ast.Node) bool {
	carries := c.carrying(function)
	return anyIn(function, func(n ast.Node) bool {
		statement, ok := n.(*ast.ReturnStmt)
		return ok && slices.ContainsFunc(resultsOf(statement, function), carries)
	})
}

// anyIn reports whether test holds for a node of a function, those of handlers inside
// left out.
func anyIn(function ast.Node, test func(ast.Node) bool) bool {
	hit := false
	ast.Inspect(function, func(n ast.Node) bool {
		if literal, ok := n.(*ast.FuncLit); ok && n != function && isHandlerLiteral(literal) {
			return false
		}
		hit = hit || test(n)
		return !hit
	})
	return hit
}

// servedIn reports whether a function serves the router, or what carries it, or
// passes it to one of the module that does.
func (c *Candidate) servedIn(function ast.Node, depth int) bool {
	carries := c.carrying(function)
	return anyIn(function, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			return slices.ContainsFunc(c.file.ServedBy(n), carries) || c.runs(n, carries) || c.mountsAtRoot(n, carries) || c.isServedBy(n, carries, depth-1)
		case *ast.CompositeLit:
			handler := c.file.ServerHandler(n)
			return handler != nil && carries(handler)
		case *ast.AssignStmt:
			return slices.ContainsFunc(scan.Definitions(n), func(def scan.Definition) bool {
				selector, ok := def.Left.(*ast.SelectorExpr)
				return ok && (selector.Sel.Name == "Handler" || c.isServedField(selector)) && carries(def.Right)
			})
		}
		return false
	})
}

// isServedBy reports whether a call passes the router to a function of the module
// that serves it.
func (c *Candidate) isServedBy(call *ast.CallExpr, carries func(ast.Expr) bool, depth int) bool {
	callee := c.file.Callee(call)
	function, ok := c.module.Facts.Functions[callee]
	if !ok || depth == 0 {
		return false
	}
	parameters := callee.Signature().Params()
	for i, arg := range call.Args[:min(len(call.Args), parameters.Len())] {
		if !carries(arg) {
			continue
		}
		passed := &Candidate{module: c.module, file: function.File, path: scan.Path{Root: parameters.At(i)}}
		if passed.servedIn(function.Decl, depth) {
			return true
		}
	}
	return false
}

// isServedField reports whether some function serves the field.
func (c *Candidate) isServedField(selector *ast.SelectorExpr) bool {
	field, ok := c.file.Pkg.TypesInfo.ObjectOf(selector.Sel).(*types.Var)
	return ok && c.module.Facts.Served[field]
}

// carries reports whether an expression has the router in the function of its scope.
func (c *Candidate) carries(expr ast.Expr) bool {
	if c.has == nil {
		c.has = c.carrying(c.scope.function())
	}
	return c.has(expr)
}

// carrying follows the router through the variables of a function that carry
// it, such as what wraps it. The result reports whether an expression does.
func (c *Candidate) carrying(body ast.Node) func(ast.Expr) bool {
	carriers := map[scan.Path]bool{}
	carries := func(expr ast.Expr) bool {
		return slices.ContainsFunc(scan.Carried(expr), func(e ast.Expr) bool {
			return c.isValue(e) || carriers[c.file.PathOf(e)] && c.file.PathOf(e).Known()
		})
	}
	for range 4 { // A chain of wrappers is rarely longer.
		ast.Inspect(body, func(n ast.Node) bool {
			if statement, ok := n.(ast.Stmt); ok {
				for _, def := range scan.Definitions(statement) {
					if w := c.file.PathOf(def.Left); def.Right != nil && w.Known() && !isError(w) && carries(def.Right) {
						carriers[w] = true
					}
				}
			}
			return true
		})
	}
	return carries
}

// mountsAtRoot reports whether a call adds the router to another one for all paths.
func (c *Candidate) mountsAtRoot(call *ast.CallExpr, carries func(ast.Expr) bool) bool {
	_, name := scan.Method(call)
	return len(call.Args) == 2 && isRoot(call.Args[0]) && (name == "Handle" || name == "Mount") && carries(call.Args[1])
}

func isError(w scan.Path) bool {
	return w.Fields == "" && w.Root.Type() != nil && w.Root.Type().String() == "error"
}

// isHandlerLiteral reports whether a literal is a handler: what happens in it is not done
// by the function around it. A function without parameters is none, as in
// go func() { router.Run(addr) }().
func isHandlerLiteral(literal *ast.FuncLit) bool {
	return literal.Type.Results == nil && literal.Type.Params.NumFields() > 0
}

var running = lazyregexp.New(`(?i)serve|listen|^run|^start|newserver|usehandler`)

// runs reports whether a call hands the router to something that by its name
// serves it.
func (c *Candidate) runs(call *ast.CallExpr, carries func(ast.Expr) bool) bool {
	_, name := scan.Method(call)
	if ident, ok := call.Fun.(*ast.Ident); ok {
		name = ident.Name
	}
	importPath, _ := c.file.Qualified(call.Fun)
	if strings.HasSuffix(importPath, "httptest") {
		return false
	}
	named := running.MatchString(name) || name == "New" && strings.Contains(importPath[strings.LastIndex(importPath, "/")+1:], "server")
	return named && slices.ContainsFunc(call.Args, carries)
}
