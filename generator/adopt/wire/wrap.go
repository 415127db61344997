package wire

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/project"
)

// served lists the handlers that the module serves and that no routes can be
// added to: of its own types, or of routers that are not known. They are for
// modules without a router; accounts can stand in front of them.
func served(m *scan.Module) []*Candidate {
	var all []*Candidate
	for _, f := range m.Files() {
		for _, decl := range f.Functions {
			all = append(all, servedIn(m, f, decl)...)
		}
	}
	return all
}

func servedIn(m *scan.Module, f *scan.File, decl *ast.FuncDecl) []*Candidate {
	var all []*Candidate
	ast.PreorderStack(decl, nil, func(n ast.Node, stack []ast.Node) bool {
		if handler := handlerOf(f, n); handler != nil {
			if s := scopeOf(f, decl, stack); s != nil {
				all = append(all, newServed(m, s, handler))
			}
		}
		return true
	})
	return all
}

// handlerOf returns the handler that a node begins to serve, if accounts can
// stand in front of it.
func handlerOf(f *scan.File, n ast.Node) ast.Expr {
	var handler ast.Expr
	switch n := n.(type) {
	case *ast.CallExpr:
		handler = f.HandlerOf(n)
	case *ast.CompositeLit:
		if importPath, _ := f.Qualified(n.Type); importPath == "net/http" {
			handler = f.ServerHandler(n)
		}
	case *ast.AssignStmt:
		if selector, ok := n.Lhs[0].(*ast.SelectorExpr); ok && len(n.Lhs) == 1 && selector.Sel.Name == "Handler" && isServer(f.Pkg.TypesInfo.TypeOf(selector.X)) {
			handler = n.Rhs[0]
		}
	}
	if handler == nil || !isHandler(f, handler) || slices.ContainsFunc(scan.Carried(handler), func(e ast.Expr) bool { _, ok := f.RouterOf(e); return ok }) {
		return nil
	}
	return handler
}

func isServer(t types.Type) bool {
	return t != nil && strings.TrimPrefix(t.String(), "*") == "net/http.Server"
}

// isHandler reports whether the type of an expression has ServeHTTP.
func isHandler(f *scan.File, expr ast.Expr) bool {
	t := f.Pkg.TypesInfo.TypeOf(expr)
	if t == nil || isNil(expr) {
		return false
	}
	method, _, _ := types.LookupFieldOrMethod(t, true, f.Pkg.Types, "ServeHTTP")
	_, ok := method.(*types.Func)
	return ok
}

// scopeOf is the block that a node is in, with the statement of it as the first
// before which nothing else may be added.
func scopeOf(f *scan.File, decl *ast.FuncDecl, stack []ast.Node) *scope {
	for i, n := range slices.Backward(stack) {
		block, ok := n.(*ast.BlockStmt)
		if !ok || i+1 == len(stack) {
			continue
		}
		statement, ok := stack[i+1].(ast.Stmt)
		if !ok {
			return nil
		}
		return &scope{f, decl, slices.Clone(stack[:i]), block, slices.Index(block.List, statement)}
	}
	return nil
}

// newServed returns the candidate for a handler, with the database that is there
// when it is served.
func newServed(m *scan.Module, s *scope, handler ast.Expr) *Candidate {
	c := &Candidate{
		Router: scan.Router{Kind: project.Handler, Import: "net/http"}, Expr: sourceOf(s.file, handler), Function: functionName(s.decl),
		Handle: noHandle(), module: m, file: s.file, scope: s, origin: fromServed, handler: handler, spot: spot{index: s.ready},
	}
	c.Score, c.Reasons = enoughScore, []string{fmt.Sprintf("%+d the handler that is served", enoughScore)}
	handles := slices.DeleteFunc(c.databases(), func(h Handle) bool { return h.ready > s.ready })
	if len(handles) > 0 {
		c.Handle = handles[0]
		c.Score += 5
		c.Reasons = append(c.Reasons, "+5 a database in scope")
		if !m.Facts.OneDatabase {
			c.Doubt = ambiguous(handles)
		}
	}
	if machines.MatchString(s.decl.Name.Name) || machines.MatchString(c.Expr) {
		c.Score -= 6
		c.Doubt = cmp.Or(c.Doubt, "for metrics or debugging")
		c.Reasons = append(c.Reasons, "-6 for metrics or debugging")
	}
	c.After = m.Position(handler.Pos())
	return c
}

// sourceOf is an expression as the user wrote it, or shortened where that takes
// several lines.
func sourceOf(f *scan.File, expr ast.Expr) string {
	text := string(f.Source[offsetOf(f, expr.Pos()):offsetOf(f, expr.End())])
	if strings.Contains(text, "\n") {
		return types.ExprString(expr)
	}
	return text
}

// Wraps reports whether the line is one of the module's own, in which accounts
// are put in front of the handler.
func (c *Candidate) Wraps() bool { return c.handler != nil }

// wrap puts accounts in front of the handler, in its own line.
func (c *Candidate) wrap(name string) wiring {
	src := c.file.Source
	from, to := offsetOf(c.file, c.handler.Pos()), offsetOf(c.file, c.handler.End())
	handle := pick(c.Handle.Kind == "none", "", ", "+c.Handle.Expr)
	number := lineAt(src, from)
	return wiring{
		parts:   []gotext.Replacement{{From: from, To: to, Text: name + ".Handler(" + string(src[from:to]) + handle + ")"}},
		changed: []Change{{Line{Number: number}, lineText(src, number)}},
	}
}
