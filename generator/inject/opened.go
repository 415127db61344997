package inject

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// opening is where a database is opened: the function, and what gets it there.
type opening struct {
	in *types.Func
	to way // none: it is returned or passed on
}

// Opened is where the module opens a database of its own, if it does.
func (m *Module) Opened() (Position, bool) {
	if len(m.facts.opened) == 0 {
		return Position{}, false
	}
	return m.position(m.facts.opened[0].call.Pos()), true
}

// collectOpened finds the calls of other modules' functions that open a
// database.
func (k *facts) collectOpened() {
	for callee, calls := range k.calls {
		if _, own := k.functions[callee]; own {
			continue
		}
		for _, site := range calls {
			if site.file.makesHandle(site.call) {
				k.opened = append(k.opened, site)
			}
		}
	}
	slices.SortFunc(k.opened, func(a, b callSite) int { return cmp.Compare(a.call.Pos(), b.call.Pos()) })
}

// opensOne says whether each program of the module opens one database and no
// more, so that all values that hold one hold the same.
func (k *facts) opensOne(files []*file) bool {
	if slices.ContainsFunc(files, (*file).opensGlobally) {
		return false // Package variables are not followed.
	}
	programs := make(map[*types.Func]int)
	k.countOpenings(k.opened, 8, programs)
	most, others := 0, 0
	for function, n := range programs {
		if function != nil && function.Name() == "main" {
			most = max(most, n)
		} else {
			others += n // Who calls it is not in sight.
		}
	}
	return most+others == 1
}

// countOpenings counts, for each function that none of the module calls, the
// databases that it and those that it calls open. What one function opens in
// several places for one variable is one database.
func (k *facts) countOpenings(sites []callSite, depth int, programs map[*types.Func]int) {
	var seen []opening
	for _, site := range sites {
		at := site.opening()
		if slices.Contains(seen, at) {
			continue
		}
		seen = append(seen, at)
		if callers := k.calls[at.in]; len(callers) > 0 && depth > 0 {
			k.countOpenings(callers, depth-1, programs)
		} else {
			programs[at.in]++
		}
	}
}

// opening tells in which function a call is, and which variable gets its value.
func (s callSite) opening() opening {
	var at opening
	if decl, ok := s.stack[0].(*ast.FuncDecl); ok {
		at.in, _ = s.file.pkg.TypesInfo.Defs[decl.Name].(*types.Func)
	}
	for _, n := range slices.Backward(s.stack) {
		if statement, ok := n.(ast.Stmt); ok {
			for _, def := range definitions(statement) {
				if def.right != nil && ast.Unparen(def.right) == ast.Expr(s.call) && !at.to.ok() {
					at.to = s.file.wayOf(def.left)
				}
			}
			break
		}
	}
	return at
}

// opensGlobally says whether the declaration of a package variable opens a
// database.
func (f *file) opensGlobally() bool {
	return slices.ContainsFunc(f.ast.Decls, func(decl ast.Decl) bool {
		general, ok := decl.(*ast.GenDecl)
		return ok && general.Tok == token.VAR && contains(general, func(expr ast.Expr) bool {
			call, ok := expr.(*ast.CallExpr)
			return ok && f.isHandle(call)
		})
	})
}

// makesHandle says whether a call makes a database of what is none.
func (f *file) makesHandle(call *ast.CallExpr) bool {
	return f.isHandle(call) && !contains(call.Fun, f.isHandle) &&
		!slices.ContainsFunc(call.Args, func(arg ast.Expr) bool { return contains(arg, f.isHandle) })
}

// isHandle says whether an expression is a database, or a call that gives one
// first.
func (f *file) isHandle(expr ast.Expr) bool {
	t := f.pkg.TypesInfo.TypeOf(expr)
	if tuple, ok := t.(*types.Tuple); ok && tuple.Len() > 0 {
		t = tuple.At(0).Type()
	}
	if t == nil {
		return false
	}
	_, ok := handleType(t)
	return ok
}
