package wire

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/project"
)

// spot is where a line goes: after statement index-1 of the block, or at its
// beginning.
type spot struct {
	index   int
	trouble string // why there is no place; empty: there is
}

// isValue reports whether an expression is the candidate's router.
func (c *Candidate) isValue(expr ast.Expr) bool {
	if c.origin == fromDefault {
		importPath, name := c.file.Qualified(expr)
		return importPath == "net/http" && name == "DefaultServeMux"
	}
	w := c.file.PathOf(expr)
	return w.Known() && (w == c.path || c.base.Known() && w == c.base)
}

// findSpot looks for the place of the line: after the router, the database
// and the middleware are ready, and before anything is served.
func (c *Candidate) findSpot(h Handle) spot {
	list := c.scope.block.List
	index := max(c.scope.ready, h.ready)
	if c.Router.Kind == project.Chi {
		index = max(index, c.lastMiddleware(len(list)))
	} else {
		index = max(index, c.lastMiddleware(c.firstRoute()))
	}
	if end := c.end(); index > end {
		return spot{end, "it would come after the program serves or returns"}
	}
	if c.Router.Kind == project.Fiber {
		if i := c.catchAll(); i >= 0 && i < index {
			return spot{index, "a handler for everything else comes before the database is open"}
		}
		if reaches := c.module.Facts.Reaches; reaches(c.maker, 4, scan.AddsRoutes(project.Fiber)) && reaches(c.maker, 4, scan.UsesMiddleware(project.Fiber)) {
			return spot{index, "it may have a handler for everything else already"}
		}
	}
	if c.Router.Kind == project.Gorilla && (c.catchesAllBefore(index) || c.module.Facts.Reaches(c.maker, 4, catchesAll)) {
		return spot{index, "a handler for all paths comes before it, and gorilla/mux asks the first that fits"}
	}
	return spot{index: index}
}

// catchesAllBefore reports whether a statement before index adds a handler for all
// paths to a router of gorilla, itself or through a function of the module.
func (c *Candidate) catchesAllBefore(index int) bool {
	return slices.ContainsFunc(c.scope.block.List[:index], func(statement ast.Stmt) bool {
		return scan.Contains(statement, func(expr ast.Expr) bool {
			call, ok := expr.(*ast.CallExpr)
			return ok && (catchesAll(c.file, call) || c.module.Facts.Reaches(c.file.Callee(call), 4, catchesAll))
		})
	})
}

var anything = lazyregexp.New("^[`\"]/?\\{\\w+:\\.[*+]")

// catchesAll reports whether a node is a call that adds a handler for all paths to a
// router of gorilla.
func catchesAll(f *scan.File, n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	receiver, name := scan.Method(call)
	if receiver == nil {
		return false
	}
	if r, ok := f.RouterOf(receiver); !ok || r.Kind != project.Gorilla {
		return false
	}
	pattern, ok := call.Args[0].(*ast.BasicLit)
	return ok && (name == "PathPrefix" && isRoot(pattern) || anything.MatchString(pattern.Value))
}

// end returns the first statement after which nothing may be added.
func (c *Candidate) end() int {
	list := c.scope.block.List
	carries := c.carrying(c.scope.function())
	for i, statement := range list {
		if c.isTerminal(statement) || c.serves(statement, carries) {
			return i
		}
	}
	return len(list)
}

// isTerminal reports whether a statement ends the function or waits for its end.
func (c *Candidate) isTerminal(statement ast.Stmt) bool {
	switch statement := statement.(type) {
	case *ast.ReturnStmt, *ast.BranchStmt, *ast.SelectStmt, *ast.ForStmt:
		loop, ok := statement.(*ast.ForStmt)
		return !ok || loop.Cond == nil
	case *ast.ExprStmt:
		switch expr := ast.Unparen(statement.X).(type) {
		case *ast.UnaryExpr:
			return expr.Op == token.ARROW
		case *ast.CallExpr:
			importPath, name := c.file.Qualified(expr.Fun)
			if ident, ok := expr.Fun.(*ast.Ident); ok {
				name = ident.Name
			}
			return name == "panic" || importPath == "os" && name == "Exit" ||
				slices.Contains([]string{"Fatal", "Fatalf", "Fatalln"}, name)
		}
	}
	return false
}

// serves reports whether a statement makes the router, or anything, answer
// requests: itself, or through a function of the module.
func (c *Candidate) serves(statement ast.Stmt, carries func(ast.Expr) bool) bool {
	hit := false
	ast.Inspect(statement, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			if !scan.Contains(n, carries) {
				return false // It serves something else, and nobody waits for it.
			}
		case *ast.CallExpr:
			hit = hit || answers(c.file, n) || c.module.Facts.Reaches(c.file.Callee(n), 4, answers)
		}
		return !hit
	})
	return hit
}

// answers reports whether a node is a call that begins to answer requests.
func answers(f *scan.File, n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return false
	}
	importPath, name := f.Qualified(call.Fun)
	if importPath == "" {
		_, name = scan.Method(call)
	}
	if slices.Contains([]string{"ListenAndServe", "ListenAndServeTLS", "ServeTLS"}, name) || importPath == "net/http" && name == "Serve" {
		return true
	}
	if slices.Contains([]string{"Handler", "ServeHTTP", "Test"}, name) {
		return false
	}
	return slices.ContainsFunc(f.ServedBy(call), func(expr ast.Expr) bool {
		_, ok := f.RouterOf(expr)
		return ok
	})
}

// firstRoute returns the first statement that adds a route, or hands the router
// to something that may.
func (c *Candidate) firstRoute() int {
	list := c.scope.block.List
	for i := c.scope.ready; i < len(list); i++ {
		if c.addsRoute(list[i]) {
			return i
		}
	}
	return len(list)
}

// addsRoute reports whether a statement adds a route to the router.
func (c *Candidate) addsRoute(statement ast.Stmt) bool {
	f, family := c.file, scan.FamilyOfKind(c.Router.Kind)
	hit := false
	ast.Inspect(statement, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || hit {
			return !hit
		}
		receiver, name := scan.Method(call)
		switch {
		case c.origin == fromDefault && f.OnDefaultMux(call):
			_, name := f.Qualified(call.Fun)
			hit = name == "Handle" || name == "HandleFunc"
		case receiver != nil && c.isValue(receiver):
			hit = slices.Contains(family.Routes, name)
		default:
			hit = c.passes(call) && c.module.Facts.Reaches(f.Callee(call), 4, scan.AddsRoutes(c.Router.Kind))
		}
		return !hit
	})
	return hit
}

// passes reports whether a call passes the router to a function, or what has it: the
// struct that it is a field of, or what a function made of it, as in
// newTransport(router).Routes().
func (c *Candidate) passes(call *ast.CallExpr) bool {
	owner := scan.Path{}
	if c.path.Fields != "" {
		owner = scan.Path{Root: c.path.Root}
	}
	isOurs := func(expr ast.Expr) bool {
		return c.carries(expr) || owner.Known() && c.file.PathOf(expr) == owner
	}
	receiver, _ := scan.Method(call)
	return receiver != nil && isOurs(receiver) || slices.ContainsFunc(call.Args, isOurs)
}

// lastMiddleware returns the first statement, up to a limit, after those that add
// middleware to the router, themselves or through a function that it is passed to.
func (c *Candidate) lastMiddleware(limit int) int {
	f, family := c.file, scan.FamilyOfKind(c.Router.Kind)
	after := 0
	for i, statement := range c.scope.block.List[:min(limit, len(c.scope.block.List))] {
		ast.Inspect(statement, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			receiver, name := scan.Method(call)
			if receiver != nil && c.isValue(receiver) {
				if slices.Contains(family.Middleware, name) {
					after = i + 1
				}
			} else if c.passes(call) && c.module.Facts.Reaches(f.Callee(call), 4, scan.UsesMiddleware(c.Router.Kind)) {
				after = i + 1
			}
			return true
		})
	}
	return after
}

// catchAll returns the statement that adds a handler for all paths after routes,
// or -1: fiber asks its handlers in their order.
func (c *Candidate) catchAll() int {
	list, first := c.scope.block.List, c.firstRoute()
	for i := first; i < len(list); i++ {
		hit := false
		ast.Inspect(list[i], func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				receiver, name := scan.Method(call)
				hit = hit || receiver != nil && c.isValue(receiver) && (name == "Use" || name == "All") ||
					c.passes(call) && c.module.Facts.Reaches(c.file.Callee(call), 4, scan.UsesMiddleware(project.Fiber))
			}
			return !hit
		})
		if hit {
			return i
		}
	}
	return -1
}
