// Package wire finds the router that a module serves, and the place for the one
// line that adds routes to it.
//
//	Candidates → Choose → Candidate.Edit
//
// Candidates finds the values that routes can be added to and scores them
// (candidate.go, find.go, score.go), with the place for the line (place.go) and
// the database in scope there (handle.go, global.go). Choose takes one if
// nothing speaks against it; At takes the user's. Edit inserts as text
// (edit.go). Nothing here writes.
package wire

import (
	"cmp"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
)

// Candidate is a value that routes can be added to, and the place for the line
// that does so.
type Candidate struct {
	Router   scan.Router   `json:"router"`
	Expr     string        `json:"expr"` // the value as Go code, such as s.router
	Function string        `json:"function"`
	Score    int           `json:"score"`
	Reasons  []string      `json:"reasons"`
	After    scan.Position `json:"after"` // the line that the new one follows
	Handle   Handle        `json:"handle"`
	// Doubt is why the line should not be added without a question, or empty if
	// only the score speaks against it.
	Doubt string `json:"doubt,omitempty"`

	module *scan.Module
	file   *scan.File
	scope  *scope
	path   scan.Path
	base   scan.Path // the struct that has the router embedded, or none
	origin origin
	maker  *types.Func // the function of the module that made it, or nil
	group  bool
	spot   spot
	has    func(ast.Expr) bool // what carrying returned for its function; or nil

	handler ast.Expr      // that is served, and accounts can stand in front of; or nil
	made    *ast.CallExpr // what returns the router, where it has no name; or nil
}

// origin is where a candidate's value comes from.
type origin int

const (
	fromParameter origin = iota
	fromField
	fromCall // a function of the module made it
	fromConstructor
	fromRouter // it is a part of another router
	fromDefault
	fromServed // no routes can be added to it
)

// scope is the statements in which a candidate's value is known.
type scope struct {
	file  *scan.File
	decl  *ast.FuncDecl
	outer []ast.Node // from decl to block, which is not in it
	block *ast.BlockStmt
	ready int // the first statement before which the value may be used
}

// function is the innermost function around the block.
func (s *scope) function() ast.Node {
	for _, n := range slices.Backward(s.outer) {
		switch n.(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			return n
		}
	}
	return s.decl
}

// Candidates lists the values that routes can be added to, the best first. Where
// there is none that could be the program's, they are the handlers that it serves.
func Candidates(m *scan.Module) []*Candidate {
	var all []*Candidate
	for _, f := range m.Files() {
		for _, decl := range f.Functions {
			finder := finder{module: m, file: f, decl: decl}
			finder.find()
			all = append(all, finder.found...)
		}
	}
	for _, c := range all {
		c.resolve()
	}
	for _, c := range all {
		if up := c.raised(all); up != nil {
			all = append(all, up)
		}
	}
	if !slices.ContainsFunc(all, func(c *Candidate) bool { return c.Score > 0 }) {
		all = append(all, served(m)...)
	}
	slices.SortStableFunc(all, func(a, b *Candidate) int { return cmp.Compare(b.Score, a.Score) })
	return all
}

// ImportPath returns that of the package that the line is added to.
func (c *Candidate) ImportPath() string { return c.file.Pkg.PkgPath }

// functionName returns the function's name as people write it.
func functionName(decl *ast.FuncDecl) string {
	if decl.Recv == nil || len(decl.Recv.List) == 0 {
		return decl.Name.Name
	}
	receiver := types.ExprString(decl.Recv.List[0].Type)
	return strings.TrimPrefix(receiver, "*") + "." + decl.Name.Name
}
