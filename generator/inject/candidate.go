package inject

import (
	"cmp"
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// Candidate is a value that routes can be added to, and the place for the line
// that does so.
type Candidate struct {
	Router   Router   `json:"router"`
	Expr     string   `json:"expr"` // the value as Go code, such as s.router
	Function string   `json:"function"`
	Score    int      `json:"score"`
	Reasons  []string `json:"reasons"`
	After    Position `json:"after"` // the line that the new one follows
	Handle   Handle   `json:"handle"`
	// Doubt says why the line should not be added without a question. Empty:
	// nothing speaks against it but the score.
	Doubt string `json:"doubt,omitempty"`

	module *Module
	file   *file
	scope  *scope
	way    way
	base   way // the struct that has the router embedded, or none
	origin origin
	maker  *types.Func // the function of the module that made it, or nil
	group  bool
	place  place
}

// origin says where a candidate's value comes from.
type origin int

const (
	fromParameter origin = iota
	fromField
	fromCall // a function of the module made it
	fromConstructor
	fromRouter // it is a part of another router
	fromDefault
)

// scope is the statements in which a candidate's value is known.
type scope struct {
	file  *file
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

// Candidates lists the values that routes can be added to, the best first.
func (m *Module) Candidates() []*Candidate {
	var all []*Candidate
	for _, f := range m.files() {
		for _, decl := range f.ast.Decls {
			if decl, ok := decl.(*ast.FuncDecl); ok && decl.Body != nil {
				finder := finder{module: m, file: f, decl: decl}
				finder.find()
				all = append(all, finder.found...)
			}
		}
	}
	for _, c := range all {
		c.settle()
	}
	slices.SortStableFunc(all, func(a, b *Candidate) int { return cmp.Compare(b.Score, a.Score) })
	return all
}

// definition is a variable or field that gets a value, if right is not nil.
type definition struct {
	left     ast.Expr
	right    ast.Expr
	declares bool
}

func definitions(statement ast.Stmt) []definition {
	var defs []definition
	switch statement := statement.(type) {
	case *ast.AssignStmt:
		for i, left := range statement.Lhs {
			right := statement.Rhs[0]
			if len(statement.Rhs) == len(statement.Lhs) {
				right = statement.Rhs[i]
			}
			defs = append(defs, definition{left, right, statement.Tok.String() == ":="})
		}
	case *ast.DeclStmt:
		decl, ok := statement.Decl.(*ast.GenDecl)
		if !ok {
			return nil
		}
		for _, spec := range decl.Specs {
			value, ok := spec.(*ast.ValueSpec)
			if !ok {
				continue
			}
			for i, name := range value.Names {
				def := definition{left: name, declares: true}
				if i < len(value.Values) {
					def.right = value.Values[i]
				} else if len(value.Values) == 1 {
					def.right = value.Values[0]
				}
				defs = append(defs, def)
			}
		}
	}
	return defs
}

// functionName is the function's name as a person would say it.
func functionName(decl *ast.FuncDecl) string {
	if decl.Recv == nil || len(decl.Recv.List) == 0 {
		return decl.Name.Name
	}
	receiver := types.ExprString(decl.Recv.List[0].Type)
	return strings.TrimPrefix(receiver, "*") + "." + decl.Name.Name
}
