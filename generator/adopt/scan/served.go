package scan

import (
	"go/ast"
	"go/types"
	"slices"
)

// collectServed finds the fields and package variables that are served
// somewhere: by a method of their own, as an http.Server's handler, or because
// a function returns them.
func (k *Facts) collectServed(f *File) {
	note := func(expr ast.Expr) {
		var ident *ast.Ident
		switch expr := ast.Unparen(expr).(type) {
		case *ast.SelectorExpr:
			ident = expr.Sel
		case *ast.Ident:
			ident = expr
		default:
			return
		}
		if object, ok := f.Pkg.TypesInfo.ObjectOf(ident).(*types.Var); ok && (object.IsField() || IsGlobal(object)) {
			k.Served[object] = true
		}
	}
	ast.Inspect(f.AST, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			for _, expr := range f.ServedBy(n) {
				note(expr)
				k.noteEmbedded(f, expr)
			}
			k.notePromoted(f, n)
		case *ast.CompositeLit:
			if handler := f.ServerHandler(n); handler != nil {
				for _, expr := range Carried(handler) {
					note(expr)
					k.noteEmbedded(f, expr)
				}
			}
		case *ast.ReturnStmt:
			for _, result := range n.Results {
				note(result)
			}
		}
		return true
	})
}

// noteEmbedded notes the embedded field whose ServeHTTP answers for a value that
// is served.
func (k *Facts) noteEmbedded(f *File, expr ast.Expr) {
	if field := f.promotes(expr, "ServeHTTP"); field != nil {
		k.Served[field] = true
	}
}

// notePromoted notes the embedded router whose own method a call makes it serve
// by, as in server.Listen(addr).
func (k *Facts) notePromoted(f *File, call *ast.CallExpr) {
	receiver, name := Method(call)
	if receiver == nil {
		return
	}
	field := f.promotes(receiver, name)
	if field == nil {
		return
	}
	if r, ok := RouterType(field.Type()); ok && slices.Contains(FamilyOfKind(r.Kind).serve, name) {
		k.Served[field] = true
	}
}

// promotes returns the embedded field from which a value has a method, or nil.
func (f *File) promotes(expr ast.Expr, method string) *types.Var {
	t := f.Pkg.TypesInfo.TypeOf(expr)
	if t == nil {
		return nil
	}
	_, index, _ := types.LookupFieldOrMethod(t, true, f.Pkg.Types, method)
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		t = pointer.Elem()
	}
	if structure, ok := t.Underlying().(*types.Struct); ok && len(index) > 1 {
		return structure.Field(index[0])
	}
	return nil
}

// ServedBy lists the expressions that a call makes answer requests.
func (f *File) ServedBy(call *ast.CallExpr) []ast.Expr {
	if handler := f.HandlerOf(call); handler != nil {
		return Carried(handler)
	}
	receiver, name := Method(call)
	if receiver == nil {
		return nil
	}
	if r, ok := f.RouterOf(receiver); ok && slices.Contains(FamilyOfKind(r.Kind).serve, name) {
		return []ast.Expr{receiver}
	}
	return nil
}

// HandlerOf returns the handler that a call of net/http's begins to serve, or nil.
func (f *File) HandlerOf(call *ast.CallExpr) ast.Expr {
	importPath, name := f.Qualified(call.Fun)
	index := map[string]int{"ListenAndServe": 1, "Serve": 1, "ServeTLS": 1, "ListenAndServeTLS": 3}[name]
	if importPath != "net/http" || index == 0 || index >= len(call.Args) {
		return nil
	}
	return call.Args[index]
}

// ServerHandler returns the handler of a literal http.Server.
func (f *File) ServerHandler(literal *ast.CompositeLit) ast.Expr {
	if _, name := f.Qualified(literal.Type); name != "Server" {
		return nil
	}
	for _, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			if key, ok := pair.Key.(*ast.Ident); ok && key.Name == "Handler" {
				return pair.Value
			}
		}
	}
	return nil
}

// Carried lists the values that end up in an expression: it itself, and the
// arguments of the calls that wrap it.
func Carried(expr ast.Expr) []ast.Expr {
	expr = ast.Unparen(expr)
	all := []ast.Expr{expr}
	switch expr := expr.(type) {
	case *ast.CallExpr:
		for _, arg := range expr.Args {
			all = append(all, Carried(arg)...)
		}
		if call, ok := ast.Unparen(expr.Fun).(*ast.CallExpr); ok { // middleware()(mux)
			all = append(all, Carried(call)...)
		}
		if receiver, name := Method(expr); receiver != nil && slices.Contains([]string{"Handler", "Then", "ThenFunc"}, name) {
			all = append(all, Carried(receiver)...)
		}
	case *ast.CompositeLit:
		for _, element := range expr.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				element = pair.Value
			}
			all = append(all, Carried(element)...)
		}
	case *ast.UnaryExpr:
		all = append(all, Carried(expr.X)...)
	}
	return all
}
