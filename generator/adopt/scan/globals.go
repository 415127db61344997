package scan

import (
	"go/ast"
	"go/types"
)

// collectVariables finds the package variables that hold a database or a router.
func (k *Facts) collectVariables(m *Module, p *Package) {
	if p.Types == nil {
		return
	}
	names := p.Types.Scope()
	for _, name := range names.Names() {
		v, ok := names.Lookup(name).(*types.Var)
		if !ok {
			continue
		}
		if _, ok := DatabaseType(v.Type()); ok {
			k.Databases = append(k.Databases, Path{Root: v})
		}
		for field := range m.FieldsOf(v.Type(), p) {
			if _, ok := DatabaseType(field.Type()); ok {
				k.Databases = append(k.Databases, Path{Root: v}.Then(field.Name()))
			}
		}
		if _, ok := RouterType(v.Type()); ok {
			k.Routers = append(k.Routers, v)
		}
	}
}

// GetterOf returns the exported function that does nothing but return a package
// variable, the first by name, or nil.
func (k *Facts) GetterOf(v *types.Var) *types.Func {
	var getter *types.Func
	for function, body := range k.Functions {
		if function.Pkg() != v.Pkg() || !function.Exported() || function.Signature().Recv() != nil || function.Signature().Params().Len() > 0 || len(body.Decl.Body.List) != 1 {
			continue
		}
		statement, ok := body.Decl.Body.List[0].(*ast.ReturnStmt)
		if ok && len(statement.Results) == 1 && body.File.PathOf(statement.Results[0]) == (Path{Root: v}) &&
			(getter == nil || function.Name() < getter.Name()) {
			getter = function
		}
	}
	return getter
}

// Assigns reports whether a function, or one that it calls, assigns w.
func (k *Facts) Assigns(body Function, w Path, depth int) bool {
	if body.Decl == nil || depth == 0 {
		return false
	}
	hit := false
	ast.Inspect(body.Decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, left := range n.Lhs {
				hit = hit || body.File.PathOf(left).Holds(w)
			}
		case *ast.CallExpr:
			if callee := body.File.Callee(n); callee != nil {
				hit = hit || k.Assigns(k.Functions[callee], w, depth-1)
			}
		}
		return !hit
	})
	return hit
}

// IsGlobal reports whether a variable is a package's.
func IsGlobal(v *types.Var) bool { return v.Pkg() != nil && v.Parent() == v.Pkg().Scope() }
