package wire

import (
	"cmp"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
)

// Handle is a database that a line can name.
type Handle struct {
	Kind string `json:"kind"` // none, sql, sqlx, pgxpool, gorm, gormv1
	Expr string `json:"expr,omitempty"`

	path  scan.Path
	depth int // how far it is from a variable of the function
	ready int // the first statement of the candidate's block after its check
}

// noHandle is what a line has that names no database.
func noHandle() Handle { return Handle{Kind: "none"} }

// databases lists the databases that can be named in a candidate's block, the
// best first.
func (c *Candidate) databases() []Handle {
	var all []Handle
	add := func(h Handle) {
		if h.ready >= 0 && !slices.ContainsFunc(all, func(other Handle) bool { return other.path == h.path && other.Expr == h.Expr }) {
			all = append(all, h)
		}
	}
	for _, v := range c.variables() {
		c.addDatabases(scan.Path{Root: v.object}, v.object.Type(), v.ready, 3, add)
	}
	c.globalDatabases(add)
	slices.SortStableFunc(all, func(a, b Handle) int {
		return cmp.Or(cmp.Compare(scan.RankOfDatabase(a.Kind), scan.RankOfDatabase(b.Kind)), cmp.Compare(a.depth, b.depth), cmp.Compare(a.path.Depth(), b.path.Depth()))
	})
	return all
}

func (c *Candidate) addDatabases(w scan.Path, t types.Type, ready, depth int, add func(Handle)) {
	if d, ok := scan.DatabaseType(t); ok {
		add(Handle{Kind: d.Kind, Expr: w.Text() + d.Within, path: w, depth: w.Depth(), ready: c.checked(w, ready)})
		return
	}
	if depth == 0 {
		return
	}
	for field := range c.module.FieldsOf(t, c.file.Pkg) {
		to := w.Then(field.Name())
		at := ready
		if assigned := c.lastAssigned(to); assigned > at {
			at = assigned
		} else if c.emptyLiteral(w, field.Name()) {
			continue
		}
		c.addDatabases(to, field.Type(), at, depth-1, add)
	}
}

// emptyLiteral reports whether w is made in this block as a literal that leaves
// the field out.
func (c *Candidate) emptyLiteral(w scan.Path, field string) bool {
	if w.Fields != "" {
		return false
	}
	for _, statement := range c.scope.block.List {
		for _, def := range scan.Definitions(statement) {
			if c.file.PathOf(def.Left) != w {
				continue
			}
			composite, ok := scan.LiteralOf(def.Right)
			if !ok {
				return def.Right == nil
			}
			return !slices.ContainsFunc(composite.Elts, func(e ast.Expr) bool {
				pair, ok := e.(*ast.KeyValueExpr)
				if !ok {
					return true // all fields are given, by their order
				}
				key, ok := pair.Key.(*ast.Ident)
				return ok && key.Name == field
			})
		}
	}
	return false
}

// variable is a variable of the function, and the first statement of the
// candidate's block that may use it.
type variable struct {
	object *types.Var
	ready  int
}

// variables lists what can be named at the end of the candidate's block:
// parameters and receivers of the functions around it, what surrounding blocks
// declare before it, and its own.
func (c *Candidate) variables() []variable {
	var all []variable
	for i, n := range c.scope.outer {
		switch n := n.(type) {
		case *ast.FuncDecl:
			all = append(all, c.fieldVariables(n.Recv)...)
			all = append(all, c.fieldVariables(n.Type.Params)...)
		case *ast.FuncLit:
			all = append(all, c.fieldVariables(n.Type.Params)...)
		case *ast.BlockStmt:
			inner := ast.Node(c.scope.block)
			if i+1 < len(c.scope.outer) {
				inner = c.scope.outer[i+1]
			}
			for _, statement := range n.List {
				if statement.End() <= inner.Pos() {
					all = append(all, c.declared(statement, 0)...)
				}
			}
		}
	}
	for i, statement := range c.scope.block.List {
		all = append(all, c.declared(statement, i+1)...)
	}
	return all
}

func (c *Candidate) fieldVariables(fields *ast.FieldList) []variable {
	if fields == nil {
		return nil
	}
	var all []variable
	for _, field := range fields.List {
		for _, name := range field.Names {
			if object, ok := c.file.Pkg.TypesInfo.Defs[name].(*types.Var); ok && name.Name != "_" {
				all = append(all, variable{object, 0})
			}
		}
	}
	return all
}

func (c *Candidate) declared(statement ast.Stmt, ready int) []variable {
	var all []variable
	for _, def := range scan.Definitions(statement) {
		name, ok := def.Left.(*ast.Ident)
		if !ok || !def.Declares {
			continue
		}
		if object, ok := c.file.Pkg.TypesInfo.Defs[name].(*types.Var); ok && name.Name != "_" {
			all = append(all, variable{object, ready})
		}
	}
	return all
}

// lastAssigned returns the first statement after those of the block that assign to w,
// or -1.
func (c *Candidate) lastAssigned(w scan.Path) int {
	after := -1
	for i, statement := range c.scope.block.List {
		ast.Inspect(statement, func(n ast.Node) bool {
			if assign, ok := n.(*ast.AssignStmt); ok {
				for _, def := range scan.Definitions(assign) {
					if c.file.PathOf(def.Left) == w {
						after = i + 1
					}
				}
			}
			return true
		})
	}
	return after
}

var preparing = lazyregexp.New(`(?i)ping|migrat|schema|^setmax|^setconn|^exec|^init|^up$|automigrate|^must`)

// checked returns the first statement after those that open w, check its error,
// and bring the database up to date.
func (c *Candidate) checked(w scan.Path, ready int) int {
	list := c.scope.block.List
	ready = max(ready, c.lastAssigned(w))
	for i := ready; i < len(list); i++ {
		switch {
		case i == ready && checksError(list[i]):
			ready = i + 1
		case c.prepares(list[i], w):
			ready = i + 1
		case c.isTerminal(list[i]):
			return ready
		}
	}
	return ready
}

// checksError reports whether a statement is the check of an error that an earlier
// one returned.
func checksError(statement ast.Stmt) bool {
	branch, ok := statement.(*ast.IfStmt)
	if !ok || branch.Init != nil {
		return false
	}
	found := false
	ast.Inspect(branch.Cond, func(n ast.Node) bool {
		if ident, ok := n.(*ast.Ident); ok && strings.Contains(strings.ToLower(ident.Name), "err") {
			found = true
		}
		return true
	})
	return found
}

// prepares reports whether a statement makes the database w fit for use.
func (c *Candidate) prepares(statement ast.Stmt, w scan.Path) bool {
	if _, ok := statement.(*ast.DeferStmt); ok || !c.file.Mentions(statement, w) {
		return false
	}
	found := false
	ast.Inspect(statement, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			_, name := scan.Method(n)
			if ident, ok := n.Fun.(*ast.Ident); ok {
				name = ident.Name
			}
			if preparing.MatchString(name) {
				found = true
			}
		}
		return !found
	})
	return found
}
