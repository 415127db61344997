package inject

import (
	"go/ast"
	"go/types"
	"slices"
)

// facts are what is known of the module's functions as a whole.
type facts struct {
	functions map[*types.Func]function
	calls     map[*types.Func][]callSite
	// parts are functions that a router calls with a part of itself.
	parts map[*types.Func]bool
	// handles and routers are the package variables of these types.
	handles, routers []*types.Var
	// served are fields and package variables that some function serves.
	served map[types.Object]bool
	// opened are the calls that open a database.
	opened []callSite
	// oneDatabase says that all values that hold a database hold the same one.
	oneDatabase bool
}

type function struct {
	file *file
	decl *ast.FuncDecl
}

// callSite is a call of a function of the module, with what surrounds it.
type callSite struct {
	file  *file
	call  *ast.CallExpr
	stack []ast.Node // from the function declaration to the call, which is not in it
}

func collect(m *Module) *facts {
	known := &facts{
		functions: make(map[*types.Func]function),
		calls:     make(map[*types.Func][]callSite),
		parts:     make(map[*types.Func]bool),
		served:    make(map[types.Object]bool),
	}
	for _, f := range m.files() {
		for _, decl := range f.ast.Decls {
			if decl, ok := decl.(*ast.FuncDecl); ok && decl.Body != nil {
				if object, ok := f.pkg.TypesInfo.Defs[decl.Name].(*types.Func); ok {
					known.functions[object] = function{f, decl}
				}
				known.collectCalls(f, decl)
			}
		}
	}
	for _, f := range m.files() {
		known.collectServed(f)
	}
	for _, p := range m.packages {
		known.collectVariables(p)
	}
	known.collectOpened()
	known.oneDatabase = known.opensOne(m.files())
	return known
}

func (k *facts) collectCalls(f *file, decl *ast.FuncDecl) {
	var stack []ast.Node
	ast.Inspect(decl, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if call, ok := n.(*ast.CallExpr); ok {
			k.collectParts(f, call)
			if function := f.callee(call); function != nil {
				k.calls[function] = append(k.calls[function], callSite{f, call, slices.Clone(stack)})
			}
		}
		stack = append(stack, n)
		return true
	})
}

// collectVariables finds the package variables that hold a database or a router.
func (k *facts) collectVariables(p *pkg) {
	if p.Types == nil {
		return
	}
	names := p.Types.Scope()
	for _, name := range names.Names() {
		v, ok := names.Lookup(name).(*types.Var)
		if !ok {
			continue
		}
		if _, ok := handleType(v.Type()); ok {
			k.handles = append(k.handles, v)
		}
		if _, ok := routerType(v.Type()); ok {
			k.routers = append(k.routers, v)
		}
	}
}

// collectParts finds functions that are given to a router's Route or Group.
func (k *facts) collectParts(f *file, call *ast.CallExpr) {
	d := finder{file: f}
	if !d.derives(call) {
		return
	}
	for _, arg := range call.Args {
		if function := f.functionOf(arg); function != nil {
			k.parts[function] = true
		}
	}
}

// collectServed finds the fields and package variables that are served
// somewhere: by a method of their own, as an http.Server's handler, or because
// a function returns them.
func (k *facts) collectServed(f *file) {
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
		if object, ok := f.pkg.TypesInfo.ObjectOf(ident).(*types.Var); ok && (object.IsField() || isGlobal(object)) {
			k.served[object] = true
		}
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			for _, expr := range f.servedBy(n) {
				note(expr)
			}
		case *ast.CompositeLit:
			if handler := f.serverHandler(n); handler != nil {
				for _, expr := range carried(handler) {
					note(expr)
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

func isGlobal(v *types.Var) bool { return v.Pkg() != nil && v.Parent() == v.Pkg().Scope() }

// servedBy lists the expressions that a call makes answer requests.
func (f *file) servedBy(call *ast.CallExpr) []ast.Expr {
	importPath, name := f.qualified(call.Fun)
	if importPath == "net/http" && slices.Contains([]string{"ListenAndServe", "ListenAndServeTLS", "Serve", "ServeTLS"}, name) && len(call.Args) > 1 {
		return carried(call.Args[1])
	}
	receiver, name := method(call)
	if receiver == nil {
		return nil
	}
	if r, ok := f.routerOf(receiver); ok && slices.Contains(familyOfKind(r.Kind).serve, name) {
		return []ast.Expr{receiver}
	}
	return nil
}

// serverHandler gives the handler of a literal http.Server.
func (f *file) serverHandler(literal *ast.CompositeLit) ast.Expr {
	if _, name := f.qualified(literal.Type); name != "Server" {
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

// carried lists the values that end up in an expression: it itself, and the
// arguments of the calls that wrap it.
func carried(expr ast.Expr) []ast.Expr {
	expr = ast.Unparen(expr)
	all := []ast.Expr{expr}
	switch expr := expr.(type) {
	case *ast.CallExpr:
		for _, arg := range expr.Args {
			all = append(all, carried(arg)...)
		}
		if call, ok := ast.Unparen(expr.Fun).(*ast.CallExpr); ok { // middleware()(mux)
			all = append(all, carried(call)...)
		}
		if receiver, name := method(expr); receiver != nil && slices.Contains([]string{"Handler", "Then", "ThenFunc"}, name) {
			all = append(all, carried(receiver)...)
		}
	case *ast.CompositeLit:
		for _, element := range expr.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				element = pair.Value
			}
			all = append(all, carried(element)...)
		}
	case *ast.UnaryExpr:
		all = append(all, carried(expr.X)...)
	}
	return all
}

// reaches says whether a function, or one of the module's that it calls, has a
// node for which test holds.
func (k *facts) reaches(function *types.Func, depth int, test func(f *file, n ast.Node) bool) bool {
	body, ok := k.functions[function]
	if !ok || depth == 0 {
		return false
	}
	hit := false
	ast.Inspect(body.decl.Body, func(n ast.Node) bool {
		if hit || n == nil {
			return false
		}
		if test(body.file, n) {
			hit = true
		} else if call, ok := n.(*ast.CallExpr); ok {
			if callee := body.file.callee(call); callee != nil && callee != function {
				hit = k.reaches(callee, depth-1, test)
			}
		}
		return !hit
	})
	return hit
}

// usesMiddleware says whether a node adds middleware to a router that is not
// made inside of it: a method Use called on anything of the kind.
func usesMiddleware(kind string) func(f *file, n ast.Node) bool {
	return methodCalled(kind, familyOfKind(kind).middleware)
}

// addsRoutes says whether a node adds a route to a router of the kind.
func addsRoutes(kind string) func(f *file, n ast.Node) bool {
	return methodCalled(kind, familyOfKind(kind).routes)
}

func methodCalled(kind string, names []string) func(f *file, n ast.Node) bool {
	return func(f *file, n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return false
		}
		receiver, name := method(call)
		if receiver == nil || !slices.Contains(names, name) {
			return false
		}
		r, ok := f.routerOf(receiver)
		return ok && r.Kind == kind
	}
}
