package scan

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// opening is where a database is opened: the function, or the variable whose
// declaration has it inside, and the variable that it is assigned to.
type opening struct {
	in types.Object
	to Path // none: it is returned or passed on
}

// Opened is where the module opens a database of its own, if it does.
func (m *Module) Opened() (Position, bool) {
	if len(m.Facts.opened) == 0 {
		return Position{}, false
	}
	return m.Position(m.Facts.opened[0].Call.Pos()), true
}

// Drivers lists what the calls that open databases have as their first argument, where
// that is a constant: for those of database/sql, it is a driver's name.
func (m *Module) Drivers() []string {
	var names []string
	for _, site := range m.Facts.opened {
		if len(site.Call.Args) == 0 {
			continue
		}
		if value := site.File.Pkg.TypesInfo.Types[site.Call.Args[0]].Value; value != nil && value.Kind() == constant.String {
			names = append(names, constant.StringVal(value))
		}
	}
	return names
}

// collectOpened finds the calls of other modules' functions that open a
// database.
func (k *Facts) collectOpened() {
	for callee, calls := range k.Calls {
		if _, own := k.Functions[callee]; own {
			continue
		}
		for _, site := range calls {
			if site.File.makesHandle(site.Call) {
				k.opened = append(k.opened, site)
			}
		}
	}
	slices.SortFunc(k.opened, func(a, b CallSite) int { return cmp.Compare(a.Call.Pos(), b.Call.Pos()) })
}

// opensOne reports whether each program of the module opens one database and no
// more, so that all values that hold one hold the same.
func (k *Facts) opensOne(files []*File) bool {
	if slices.ContainsFunc(files, (*File).opensGlobally) {
		return false // Package variables are not followed.
	}
	programs := make(map[types.Object]int)
	k.countOpenings(k.opened, 8, programs)
	most, others := 0, 0
	for function, n := range programs {
		_, isCommand := function.(*types.Var)
		if isCommand || function != nil && function.Name() == "main" {
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
func (k *Facts) countOpenings(sites []CallSite, depth int, programs map[types.Object]int) {
	var seen []opening
	for _, site := range sites {
		at := site.opening()
		if slices.Contains(seen, at) {
			continue
		}
		seen = append(seen, at)
		function, _ := at.in.(*types.Func)
		if callers := k.Calls[function]; len(callers) > 0 && depth > 0 {
			k.countOpenings(callers, depth-1, programs)
		} else {
			programs[at.in]++
		}
	}
}

// opening returns the function that a call is in, and the variable that its value is
// assigned to.
func (s CallSite) opening() opening {
	var at opening
	if decl, ok := s.Stack[0].(*ast.FuncDecl); ok {
		at.in = s.File.Pkg.TypesInfo.Defs[decl.Name]
	}
	for _, n := range slices.Backward(s.Stack) {
		if statement, ok := n.(ast.Stmt); ok {
			for _, def := range Definitions(statement) {
				if def.Right != nil && ast.Unparen(def.Right) == ast.Expr(s.Call) && !at.to.Known() {
					at.to = s.File.PathOf(def.Left)
				}
			}
			break
		}
	}
	return at
}

// opensGlobally reports whether the declaration of a package variable opens a
// database.
func (f *File) opensGlobally() bool {
	return slices.ContainsFunc(f.AST.Decls, func(decl ast.Decl) bool {
		general, ok := decl.(*ast.GenDecl)
		return ok && general.Tok == token.VAR && f.opensIn(general)
	})
}

// opensIn reports whether a declaration opens a database when the program starts,
// and not only in a function inside.
func (f *File) opensIn(decl *ast.GenDecl) bool {
	hit := false
	ast.Inspect(decl, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			hit = hit || f.isHandle(call)
		}
		_, isLiteral := n.(*ast.FuncLit)
		return !hit && !isLiteral
	})
	return hit
}

// makesHandle reports whether a call makes a database of what is none.
func (f *File) makesHandle(call *ast.CallExpr) bool {
	return f.isHandle(call) && !Contains(call.Fun, f.isHandle) &&
		!slices.ContainsFunc(call.Args, func(arg ast.Expr) bool { return Contains(arg, f.isHandle) })
}

// isHandle reports whether an expression is a database, or a call whose first result
// is one.
func (f *File) isHandle(expr ast.Expr) bool {
	t := f.Pkg.TypesInfo.TypeOf(expr)
	if tuple, ok := t.(*types.Tuple); ok && tuple.Len() > 0 {
		t = tuple.At(0).Type()
	}
	if t == nil {
		return false
	}
	_, ok := DatabaseType(t)
	return ok
}

// ParsesTime reports whether the module's code asks MySQL's driver for times: in a
// DSN, or in a field of the driver's configuration.
func (m *Module) ParsesTime() bool {
	hit := false
	for _, f := range m.Files() {
		ast.Inspect(f.AST, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				hit = hit || strings.Contains(strings.ToLower(n.Value), "parsetime")
			case *ast.Ident:
				hit = hit || n.Name == "ParseTime"
			}
			return !hit
		})
	}
	return hit
}
