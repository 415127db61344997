package inject

import (
	"go/ast"
	"go/types"
	"slices"
)

// finder collects the candidates of one function.
type finder struct {
	module *Module
	file   *file
	decl   *ast.FuncDecl
	found  []*Candidate
}

func (d *finder) find() {
	var stack []ast.Node
	ast.Inspect(d.decl, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		switch n := n.(type) {
		case *ast.FuncDecl:
			outer := append(slices.Clone(stack), n)
			d.parameters(&scope{d.file, d.decl, outer, n.Body, 0}, n.Recv, fromParameter)
			d.parameters(&scope{d.file, d.decl, outer, n.Body, 0}, n.Type.Params, fromParameter)
			d.globals(&scope{d.file, d.decl, outer, n.Body, 0})
		case *ast.FuncLit:
			from := fromParameter
			if call, ok := last(stack).(*ast.CallExpr); ok && d.derives(call) {
				from = fromRouter
			}
			d.parameters(&scope{d.file, d.decl, append(slices.Clone(stack), n), n.Body, 0}, n.Type.Params, from)
		case *ast.BlockStmt:
			for i, statement := range n.List {
				d.statement(&scope{d.file, d.decl, slices.Clone(stack), n, i + 1}, statement)
			}
		}
		stack = append(stack, n)
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
			w := d.file.wayOf(name)
			if !w.ok() {
				continue
			}
			if r, ok := d.file.routerOf(name); ok {
				d.add(s, w, r, from)
				continue
			}
			d.fields(s, w, w.root.Type(), 2)
		}
	}
}

// fields adds the routers in a struct of the module, when the function uses
// them.
func (d *finder) fields(s *scope, w way, t types.Type, depth int) {
	for field := range d.module.fieldsOf(t, d.file.pkg) {
		to := w.then(field.Name())
		if r, ok := routerType(field.Type()); ok {
			var base way
			if field.Embedded() {
				base = w
			}
			if d.file.mentions(s.block, to) || base.ok() && d.file.mentions(s.block, base) {
				d.add(s, to, r, fromField).base = base
			}
		} else if depth > 1 {
			d.fields(s, to, field.Type(), depth-1)
		}
	}
}

func (d *finder) statement(s *scope, statement ast.Stmt) {
	for _, def := range definitions(statement) {
		w := d.file.wayOf(def.left)
		if !w.ok() || !def.declares && w.fields == "" {
			continue
		}
		if r, ok := d.file.routerOf(def.left); ok {
			from := d.originOf(def.right)
			if def.right == nil {
				from = d.laterOrigin(s, w)
			}
			if w.fields != "" && from == fromParameter {
				continue // s.router = router: that is the candidate
			}
			if list := s.block.List; s.ready < len(list) && checksError(list[s.ready]) {
				s.ready++
			}
			c := d.add(s, w, r, from)
			if call, ok := def.right.(*ast.CallExpr); ok && from == fromCall {
				c.maker = d.file.callee(call)
			}
			continue
		}
		d.literal(s, w, def.right)
		if w.fields == "" && def.declares {
			if _, isLiteral := literalOf(def.right); !isLiteral {
				d.fields(s, w, w.root.Type(), 1)
			}
		}
	}
}

// literal adds the routers that are made inside of a literal of a struct.
func (d *finder) literal(s *scope, w way, expr ast.Expr) {
	composite, ok := literalOf(expr)
	if !ok {
		return
	}
	for _, element := range composite.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		key, ok := pair.Key.(*ast.Ident)
		if !ok {
			continue
		}
		if r, ok := d.file.routerOf(pair.Value); ok {
			if from := d.originOf(pair.Value); from == fromConstructor || from == fromCall {
				d.add(s, w.then(key.Name), r, from)
			}
		}
	}
}

func literalOf(expr ast.Expr) (*ast.CompositeLit, bool) {
	if address, ok := expr.(*ast.UnaryExpr); ok {
		expr = address.X
	}
	composite, ok := expr.(*ast.CompositeLit)
	return composite, ok
}

// globals adds the package's own variables, and net/http's default mux.
func (d *finder) globals(s *scope) {
	for _, v := range d.module.facts.routers {
		r, _ := routerType(v.Type())
		if w := (way{root: v}); v.Pkg() == d.file.pkg.Types && d.file.mentions(s.block, w) {
			d.add(s, w, r, fromConstructor)
		}
	}
	if d.usesDefaultMux() {
		d.found = append(d.found, &Candidate{
			Router: Router{Kind: "stdlib", Import: "net/http"}, Expr: d.httpName() + ".DefaultServeMux",
			module: d.module, file: d.file, scope: s, origin: fromDefault,
		})
	}
}

func (d *finder) usesDefaultMux() bool {
	hit := false
	ast.Inspect(d.decl.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && d.file.onDefaultMux(call) {
			hit = true
		}
		return !hit
	})
	return hit
}

// onDefaultMux says whether a call adds a route to net/http's default mux, or
// serves it.
func (f *file) onDefaultMux(call *ast.CallExpr) bool {
	importPath, name := f.qualified(call.Fun)
	if importPath != "net/http" {
		return false
	}
	switch name {
	case "Handle", "HandleFunc":
		return true
	case "ListenAndServe", "ListenAndServeTLS", "Serve", "ServeTLS":
		handler, ok := call.Args[min(len(call.Args)-1, 1)].(*ast.Ident)
		return ok && handler.Name == "nil"
	}
	return false
}

func (d *finder) httpName() string {
	for _, spec := range d.file.ast.Imports {
		if spec.Path.Value == `"net/http"` {
			return importName(spec, "net/http")
		}
	}
	return "http"
}

// add notes a value, once for each block.
func (d *finder) add(s *scope, w way, r found, from origin) *Candidate {
	for _, c := range d.found {
		if c.way == w && c.scope.block == s.block {
			if from > c.origin && from != fromRouter {
				c.origin = from
			}
			c.scope.ready = max(c.scope.ready, s.ready)
			return c
		}
	}
	c := &Candidate{
		Router: r.Router, Expr: w.text(), module: d.module, file: d.file, scope: s, way: w, origin: from, group: r.group || from == fromRouter,
	}
	d.found = append(d.found, c)
	return c
}

// originOf says where the value of an expression comes from.
func (d *finder) originOf(expr ast.Expr) origin {
	switch expr := ast.Unparen(expr).(type) {
	case *ast.CallExpr:
		if d.derives(expr) {
			return fromRouter
		}
		importPath, _ := d.file.qualified(expr.Fun)
		if _, ok := familyOf(importPath); ok || isNew(expr) {
			return fromConstructor
		}
		return fromCall
	case *ast.UnaryExpr, *ast.CompositeLit:
		return fromConstructor
	case *ast.SelectorExpr:
		if importPath, name := d.file.qualified(expr); importPath == "net/http" && name == "DefaultServeMux" {
			return fromConstructor
		}
	}
	return fromParameter
}

func isNew(call *ast.CallExpr) bool {
	fun, ok := call.Fun.(*ast.Ident)
	return ok && fun.Name == "new"
}

// derives says whether a call takes a part of a router.
func (d *finder) derives(call *ast.CallExpr) bool {
	receiver, name := method(call)
	if receiver == nil {
		return false
	}
	r, ok := d.file.routerOf(receiver)
	return ok && slices.Contains(familyOfKind(r.Kind).derive, name)
}

// laterOrigin finds where a variable that is declared without a value gets it.
func (d *finder) laterOrigin(s *scope, w way) origin {
	from := fromParameter
	for i, statement := range s.block.List {
		ast.Inspect(statement, func(n ast.Node) bool {
			assign, ok := n.(*ast.AssignStmt)
			if !ok {
				return true
			}
			for _, def := range definitions(assign) {
				if d.file.wayOf(def.left) == w && def.right != nil {
					from = d.originOf(def.right)
					s.ready = max(s.ready, i+1)
				}
			}
			return true
		})
	}
	return from
}
