package wire

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/forge-go/forge/generator/adopt/scan"
)

// isSubRouter reports whether the router is mounted on another one here, or is a
// parameter for a part of a router.
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
	return hit || c.origin == fromParameter && c.receivesParts()
}

// mounts reports whether a call adds a handler in which test finds the router to
// some other router, for a part of the paths.
func (c *Candidate) mounts(f *scan.File, call *ast.CallExpr, test func(ast.Expr) bool) bool {
	receiver, name := scan.Method(call)
	if receiver == nil || !takesHandler(f, call, receiver, name) || f == c.file && c.isValue(receiver) {
		return false
	}
	return slices.ContainsFunc(call.Args, func(arg ast.Expr) bool { return slices.ContainsFunc(scan.Carried(arg), test) })
}

// takesHandler reports whether a call adds a handler to a router for a part of the
// paths. The router may be of a kind that is not known otherwise.
func takesHandler(f *scan.File, call *ast.CallExpr, receiver ast.Expr, name string) bool {
	if prefix, ok := receiver.(*ast.CallExpr); ok && name == "Handler" {
		_, name := scan.Method(prefix)
		return name == "PathPrefix" && len(prefix.Args) == 1 && !isRoot(prefix.Args[0])
	}
	if len(call.Args) < 2 || isRoot(call.Args[0]) {
		return false
	}
	if r, ok := f.RouterOf(receiver); ok {
		return slices.Contains(scan.FamilyOfKind(r.Kind).Mount, name)
	}
	return name == "Mount" || name == "Handle"
}

// delegates reports whether the router passes all paths for which it has no route to
// another one.
func (c *Candidate) delegates() bool {
	return scan.Contains(c.scope.function(), func(expr ast.Expr) bool {
		call, ok := expr.(*ast.CallExpr)
		if !ok || len(call.Args) != 2 || !isRoot(call.Args[0]) {
			return false
		}
		receiver, _ := scan.Method(call)
		onValue := receiver != nil && c.isValue(receiver) || c.origin == fromDefault && c.file.OnDefaultMux(call)
		return onValue && slices.ContainsFunc(scan.Carried(call.Args[1]), func(handler ast.Expr) bool {
			_, ok := c.file.RouterOf(handler)
			return ok
		})
	})
}

// isRoot reports whether a pattern is that of all paths.
func isRoot(pattern ast.Expr) bool {
	literal, ok := pattern.(*ast.BasicLit)
	return ok && (literal.Value == `"/"` || literal.Value == `""`)
}

// receivesParts reports whether some call passes a part of a router to the
// candidate's function.
func (c *Candidate) receivesParts() bool {
	object, ok := c.file.Pkg.TypesInfo.Defs[c.scope.decl.Name].(*types.Func)
	if !ok {
		return false
	}
	return c.module.Facts.Parts[object] || slices.ContainsFunc(c.module.Facts.Calls[object], func(site scan.CallSite) bool {
		return slices.ContainsFunc(site.Call.Args, func(arg ast.Expr) bool { return isPart(site, arg) })
	})
}

// isHandedIn reports whether the candidate's router is a parameter that no call
// in sight fills: it may be any part of any router.
func (c *Candidate) isHandedIn() bool {
	if c.origin != fromParameter || c.path.Fields != "" {
		return false
	}
	object, ok := c.file.Pkg.TypesInfo.Defs[c.scope.decl.Name].(*types.Func)
	return !ok || c.scope.function() != ast.Node(c.scope.decl) || len(c.module.Facts.Calls[object]) == 0
}

// isPart reports whether an argument is a part of a router: a result of Group or
// Route, or the parameter of a function that these call.
func isPart(s scan.CallSite, arg ast.Expr) bool {
	if r, ok := s.File.RouterOf(arg); !ok {
		return false
	} else if r.Group {
		return true
	}
	if call, ok := ast.Unparen(arg).(*ast.CallExpr); ok {
		return s.File.Derives(call)
	}
	w := s.File.PathOf(arg)
	if !w.Known() {
		return false
	}
	for i, n := range s.Stack {
		switch n := n.(type) {
		case *ast.FuncLit:
			call, ok := s.Stack[max(i-1, 0)].(*ast.CallExpr)
			if ok && s.File.Derives(call) && s.File.Declares(n.Type.Params, w) {
				return true
			}
		case *ast.BlockStmt:
			for _, statement := range n.List {
				for _, def := range scan.Definitions(statement) {
					if call, ok := def.Right.(*ast.CallExpr); ok && s.File.PathOf(def.Left) == w && s.File.Derives(call) {
						return true
					}
				}
			}
		}
	}
	return false
}

// isMountedElsewhere reports whether callers of the candidate's function mount its
// result on another router.
func (c *Candidate) isMountedElsewhere() bool {
	object, ok := c.file.Pkg.TypesInfo.Defs[c.scope.decl.Name].(*types.Func)
	if !ok || c.scope.decl.Type.Results == nil || c.scope.function() != ast.Node(c.scope.decl) {
		return false
	}
	return slices.ContainsFunc(c.module.Facts.Calls[object], func(site scan.CallSite) bool {
		isCall := func(expr ast.Expr) bool { return ast.Unparen(expr) == ast.Expr(site.Call) }
		var kept scan.Path
		for _, n := range slices.Backward(site.Stack) {
			if call, ok := n.(*ast.CallExpr); ok && c.mounts(site.File, call, isCall) {
				return true
			}
			if statement, ok := n.(ast.Stmt); ok && !kept.Known() {
				for _, def := range scan.Definitions(statement) {
					if def.Right != nil && slices.ContainsFunc(scan.Carried(def.Right), isCall) {
						kept = site.File.PathOf(def.Left)
					}
				}
			}
		}
		return kept.Known() && c.keptIsMounted(site, kept)
	})
}

func (c *Candidate) keptIsMounted(site scan.CallSite, kept scan.Path) bool {
	hit := false
	ast.Inspect(site.Stack[0], func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			hit = hit || c.mounts(site.File, call, func(e ast.Expr) bool { return site.File.PathOf(e) == kept })
		}
		return !hit
	})
	return hit
}
