package inject

import (
	"go/ast"
	"go/types"
	"slices"
)

// isSubRouter says whether the router is handed to another one here, or as a
// parameter gets parts of a router.
func (c *Candidate) isSubRouter() bool {
	if c.origin == fromDefault {
		return false
	}
	hit := false
	ast.Inspect(c.scope.function(), func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			hit = hit || c.mounts(c.file, call, c.isValue)
		}
		return !hit
	})
	return hit || c.origin == fromParameter && c.getsParts()
}

// mounts says whether a call adds a handler in which test finds the router to
// some other router, for a part of the paths.
func (c *Candidate) mounts(f *file, call *ast.CallExpr, test func(ast.Expr) bool) bool {
	receiver, name := method(call)
	if receiver == nil || !f.takesHandler(call, receiver, name) || f == c.file && c.isValue(receiver) {
		return false
	}
	return slices.ContainsFunc(call.Args, func(arg ast.Expr) bool { return slices.ContainsFunc(carried(arg), test) })
}

// takesHandler says whether a call adds a handler to a router for a part of the
// paths. The router may be of a kind that is not known otherwise.
func (f *file) takesHandler(call *ast.CallExpr, receiver ast.Expr, name string) bool {
	if prefix, ok := receiver.(*ast.CallExpr); ok && name == "Handler" {
		_, name := method(prefix)
		return name == "PathPrefix" && len(prefix.Args) == 1 && !isRoot(prefix.Args[0])
	}
	if len(call.Args) < 2 || isRoot(call.Args[0]) {
		return false
	}
	if r, ok := f.routerOf(receiver); ok {
		return slices.Contains(familyOfKind(r.Kind).mount, name)
	}
	return name == "Mount" || name == "Handle"
}

// handsOn says whether the router gives all paths that it has no other route
// for to another one.
func (c *Candidate) handsOn() bool {
	return contains(c.scope.function(), func(expr ast.Expr) bool {
		call, ok := expr.(*ast.CallExpr)
		if !ok || len(call.Args) != 2 || !isRoot(call.Args[0]) {
			return false
		}
		receiver, _ := method(call)
		onValue := receiver != nil && c.isValue(receiver) || c.origin == fromDefault && c.file.onDefaultMux(call)
		return onValue && slices.ContainsFunc(carried(call.Args[1]), func(handler ast.Expr) bool {
			_, ok := c.file.routerOf(handler)
			return ok
		})
	})
}

// isRoot says whether a pattern is that of all paths.
func isRoot(pattern ast.Expr) bool {
	literal, ok := pattern.(*ast.BasicLit)
	return ok && (literal.Value == `"/"` || literal.Value == `""`)
}

// getsParts says whether some call gives the candidate's function a part of a
// router.
func (c *Candidate) getsParts() bool {
	object, ok := c.file.pkg.TypesInfo.Defs[c.scope.decl.Name].(*types.Func)
	if !ok {
		return false
	}
	return c.module.facts.parts[object] || slices.ContainsFunc(c.module.facts.calls[object], func(site callSite) bool {
		return slices.ContainsFunc(site.call.Args, func(arg ast.Expr) bool { return site.isPart(arg) })
	})
}

// isHandedIn says whether the candidate's router is a parameter that no call
// in sight fills: it may be any part of any router.
func (c *Candidate) isHandedIn() bool {
	if c.origin != fromParameter || c.way.fields != "" {
		return false
	}
	object, ok := c.file.pkg.TypesInfo.Defs[c.scope.decl.Name].(*types.Func)
	return !ok || c.scope.function() != ast.Node(c.scope.decl) || len(c.module.facts.calls[object]) == 0
}

// isPart says whether an argument is a part of a router: what Group or Route
// gives, or the parameter of a function that these call.
func (s callSite) isPart(arg ast.Expr) bool {
	if r, ok := s.file.routerOf(arg); !ok {
		return false
	} else if r.group {
		return true
	}
	d := finder{file: s.file}
	if call, ok := ast.Unparen(arg).(*ast.CallExpr); ok {
		return d.derives(call)
	}
	w := s.file.wayOf(arg)
	if !w.ok() {
		return false
	}
	for i, n := range s.stack {
		switch n := n.(type) {
		case *ast.FuncLit:
			call, ok := s.stack[max(i-1, 0)].(*ast.CallExpr)
			if ok && d.derives(call) && s.file.declares(n.Type.Params, w) {
				return true
			}
		case *ast.BlockStmt:
			for _, statement := range n.List {
				for _, def := range definitions(statement) {
					if call, ok := def.right.(*ast.CallExpr); ok && s.file.wayOf(def.left) == w && d.derives(call) {
						return true
					}
				}
			}
		}
	}
	return false
}

func (f *file) declares(fields *ast.FieldList, w way) bool {
	for _, field := range fields.List {
		for _, name := range field.Names {
			if f.wayOf(name) == w {
				return true
			}
		}
	}
	return false
}

// isMountedElsewhere says whether what the candidate's function gives is added
// to another router by its callers.
func (c *Candidate) isMountedElsewhere() bool {
	object, ok := c.file.pkg.TypesInfo.Defs[c.scope.decl.Name].(*types.Func)
	if !ok || c.scope.decl.Type.Results == nil || c.scope.function() != ast.Node(c.scope.decl) {
		return false
	}
	return slices.ContainsFunc(c.module.facts.calls[object], func(site callSite) bool {
		isCall := func(expr ast.Expr) bool { return ast.Unparen(expr) == ast.Expr(site.call) }
		var kept way
		for _, n := range slices.Backward(site.stack) {
			if call, ok := n.(*ast.CallExpr); ok && c.mounts(site.file, call, isCall) {
				return true
			}
			if statement, ok := n.(ast.Stmt); ok && !kept.ok() {
				for _, def := range definitions(statement) {
					if def.right != nil && slices.ContainsFunc(carried(def.right), isCall) {
						kept = site.file.wayOf(def.left)
					}
				}
			}
		}
		return kept.ok() && c.keptIsMounted(site, kept)
	})
}

func (c *Candidate) keptIsMounted(site callSite, kept way) bool {
	hit := false
	ast.Inspect(site.stack[0], func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			hit = hit || c.mounts(site.file, call, func(e ast.Expr) bool { return site.file.wayOf(e) == kept })
		}
		return !hit
	})
	return hit
}
