package wire

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/project"
)

// finder collects the candidates of one function.
type finder struct {
	module *scan.Module
	file   *scan.File
	decl   *ast.FuncDecl
	found  []*Candidate
}

func (d *finder) find() {
	ast.PreorderStack(d.decl, nil, func(n ast.Node, stack []ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			outer := append(slices.Clone(stack), n)
			d.parameters(&scope{d.file, d.decl, outer, n.Body, 0}, n.Recv, fromParameter)
			d.parameters(&scope{d.file, d.decl, outer, n.Body, 0}, n.Type.Params, fromParameter)
			d.results(&scope{d.file, d.decl, outer, n.Body, 0}, n.Type.Results)
			d.globals(&scope{d.file, d.decl, outer, n.Body, 0})
		case *ast.FuncLit:
			from := fromParameter
			if call, ok := last(stack).(*ast.CallExpr); ok && d.file.Derives(call) {
				from = fromRouter
			}
			d.parameters(&scope{d.file, d.decl, append(slices.Clone(stack), n), n.Body, 0}, n.Type.Params, from)
		case *ast.BlockStmt:
			for i, statement := range n.List {
				d.statement(&scope{d.file, d.decl, slices.Clone(stack), n, i + 1}, statement)
			}
		}
		return true
	})
}

func last(stack []ast.Node) ast.Node {
	if len(stack) == 0 {
		return nil
	}
	return stack[len(stack)-1]
}

func (d *finder) parameters(s *scope, fields *ast.FieldList, from origin) {
	if fields == nil {
		return
	}
	for _, field := range fields.List {
		for _, name := range field.Names {
			w := d.file.PathOf(name)
			if !w.Known() {
				continue
			}
			if r, ok := d.file.RouterOf(name); ok {
				d.add(s, w, r, from)
				continue
			}
			d.fields(s, w, w.Root.Type(), 2)
		}
	}
}

// results adds the named results that are routers, where the function assigns them.
func (d *finder) results(s *scope, fields *ast.FieldList) {
	if fields == nil {
		return
	}
	for _, field := range fields.List {
		for _, name := range field.Names {
			r, ok := d.file.RouterOf(name)
			if !ok {
				continue
			}
			w := d.file.PathOf(name)
			if from := d.laterOrigin(s, w); s.ready > 0 {
				d.add(s, w, r, from)
			}
		}
	}
}

// fields adds the routers in a struct of the module, when the function uses
// them.
func (d *finder) fields(s *scope, w scan.Path, t types.Type, depth int) {
	for field := range d.module.FieldsOf(t, d.file.Pkg) {
		to := w.Then(field.Name())
		if r, ok := scan.RouterType(field.Type()); ok {
			var base scan.Path
			if field.Embedded() {
				base = w
			}
			if d.file.Mentions(s.block, to) || base.Known() && d.file.Mentions(s.block, base) {
				d.add(s, to, r, fromField).base = base
			}
		} else if depth > 1 {
			d.fields(s, to, field.Type(), depth-1)
		}
	}
}

func (d *finder) statement(s *scope, statement ast.Stmt) {
	for _, def := range scan.Definitions(statement) {
		w := d.file.PathOf(def.Left)
		if !w.Known() || !def.Declares && w.Fields == "" {
			continue
		}
		if r, ok := d.file.RouterOf(def.Left); ok {
			from := d.originOf(def.Right)
			if def.Right == nil {
				from = d.laterOrigin(s, w)
			}
			if w.Fields != "" && from == fromParameter {
				continue // s.router = router: that is the candidate
			}
			if list := s.block.List; s.ready < len(list) && checksError(list[s.ready]) {
				s.ready++
			}
			c := d.add(s, w, r, from)
			if call, ok := def.Right.(*ast.CallExpr); ok && from == fromCall {
				c.maker = d.file.Callee(call)
			}
			continue
		}
		d.literal(s, w, def.Right)
		if w.Fields == "" && def.Declares {
			if _, isLiteral := scan.LiteralOf(def.Right); !isLiteral {
				d.fields(s, w, w.Root.Type(), 1)
			}
		}
	}
}

// literal adds the routers that are made inside of a literal of a struct.
func (d *finder) literal(s *scope, w scan.Path, expr ast.Expr) {
	composite, ok := scan.LiteralOf(expr)
	if !ok {
		return
	}
	structure, ok := structOf(d.file.Pkg.TypesInfo.TypeOf(composite))
	if !ok {
		return
	}
	for i, element := range composite.Elts {
		field, value := fieldOf(structure, i, element)
		if field == nil {
			continue
		}
		if r, ok := d.file.RouterOf(value); ok {
			if from := d.originOf(value); from == fromConstructor || from == fromCall {
				c := d.add(s, w.Then(field.Name()), r, from)
				if field.Embedded() {
					c.base = w
				}
			}
		}
	}
}

func structOf(t types.Type) (*types.Struct, bool) {
	if t == nil {
		return nil, false
	}
	structure, ok := t.Underlying().(*types.Struct)
	return structure, ok
}

// fieldOf returns the field that an element of a literal sets, and its value.
func fieldOf(structure *types.Struct, index int, element ast.Expr) (*types.Var, ast.Expr) {
	pair, ok := element.(*ast.KeyValueExpr)
	if !ok {
		if index < structure.NumFields() {
			return structure.Field(index), element
		}
		return nil, element
	}
	for field := range structure.Fields() {
		if key, ok := pair.Key.(*ast.Ident); ok && field.Name() == key.Name {
			return field, pair.Value
		}
	}
	return nil, pair.Value
}

// globals adds the package's own variables, and net/http's default mux.
func (d *finder) globals(s *scope) {
	for _, v := range d.module.Facts.Routers {
		r, _ := scan.RouterType(v.Type())
		if w := (scan.Path{Root: v}); v.Pkg() == d.file.Pkg.Types && d.file.Mentions(s.block, w) {
			d.add(s, w, r, fromConstructor)
		}
	}
	if d.usesDefaultMux() {
		d.found = append(d.found, &Candidate{
			Router: scan.Router{Kind: project.Stdlib, Import: "net/http"}, Expr: d.httpName() + ".DefaultServeMux",
			module: d.module, file: d.file, scope: s, origin: fromDefault,
		})
	}
}

func (d *finder) usesDefaultMux() bool {
	hit := false
	ast.Inspect(d.decl.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && d.file.OnDefaultMux(call) {
			hit = true
		}
		return !hit
	})
	return hit
}

func (d *finder) httpName() string {
	for _, spec := range d.file.AST.Imports {
		if spec.Path.Value == `"net/http"` {
			return scan.ImportName(spec, "net/http")
		}
	}
	return "http"
}

// add notes a value, once for each block.
func (d *finder) add(s *scope, w scan.Path, r scan.Found, from origin) *Candidate {
	for _, c := range d.found {
		if c.path == w && c.scope.block == s.block {
			if from > c.origin && from != fromRouter {
				c.origin = from
			}
			c.scope.ready = max(c.scope.ready, s.ready)
			return c
		}
	}
	c := &Candidate{
		Router: r.Router, Expr: w.Text(), module: d.module, file: d.file, scope: s, path: w, origin: from, group: r.Group || from == fromRouter,
	}
	d.found = append(d.found, c)
	return c
}

// originOf returns where the value of an expression comes from.
func (d *finder) originOf(expr ast.Expr) origin {
	switch expr := ast.Unparen(expr).(type) {
	case *ast.CallExpr:
		if d.file.Derives(expr) {
			return fromRouter
		}
		importPath, _ := d.file.Qualified(expr.Fun)
		if _, ok := scan.FamilyOf(importPath); ok || isNew(expr) {
			return fromConstructor
		}
		return fromCall
	case *ast.UnaryExpr, *ast.CompositeLit:
		return fromConstructor
	case *ast.SelectorExpr:
		if importPath, name := d.file.Qualified(expr); importPath == "net/http" && name == "DefaultServeMux" {
			return fromConstructor
		}
	}
	return fromParameter
}

func isNew(call *ast.CallExpr) bool {
	fun, ok := call.Fun.(*ast.Ident)
	return ok && fun.Name == "new"
}

// laterOrigin returns where the value comes from that is assigned to a variable after
// its declaration.
func (d *finder) laterOrigin(s *scope, w scan.Path) origin {
	from := fromParameter
	for i, statement := range s.block.List {
		ast.Inspect(statement, func(n ast.Node) bool {
			assign, ok := n.(*ast.AssignStmt)
			if !ok {
				return true
			}
			for _, def := range scan.Definitions(assign) {
				if d.file.PathOf(def.Left) == w && def.Right != nil {
					from = d.originOf(def.Right)
					s.ready = max(s.ready, i+1)
				}
			}
			return true
		})
	}
	return from
}
