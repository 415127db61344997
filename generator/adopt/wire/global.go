package wire

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
)

// globalDatabases adds package variables, from the statement of the function on that
// assigns to them, itself or through a function that it calls.
func (c *Candidate) globalDatabases(add func(Handle)) {
	for _, w := range c.module.Facts.Databases {
		d, expr := c.globalDatabase(w)
		if expr == "" {
			continue
		}
		ready := c.assignedIn(c.scope.block.List, w)
		if ready < 0 && c.assignedBefore(w) {
			ready = 0
		}
		if ready >= 0 {
			ready = c.checked(w, ready)
		}
		add(Handle{Kind: d.Kind, Expr: expr + d.Within, path: w, depth: 1 + w.Depth(), ready: ready})
	}
}

// globalDatabase returns the database that a package variable is, or has in a
// field, and how the candidate's file can name it, if it can.
func (c *Candidate) globalDatabase(w scan.Path) (d scan.Database, expr string) {
	v, ok := w.Root.(*types.Var)
	if !ok {
		return d, ""
	}
	expr = c.globalName(v)
	if w.Fields == "" {
		if getter := c.module.Facts.GetterOf(v); expr == "" && getter != nil {
			if expr = c.globalName(getter); expr != "" {
				expr += "()"
			}
		}
		d, _ = scan.DatabaseType(v.Type())
		return d, expr
	}
	if expr == "" {
		return d, ""
	}
	for field := range c.module.FieldsOf(v.Type(), c.file.Pkg) {
		if "."+field.Name() == w.Fields {
			d, _ = scan.DatabaseType(field.Type())
			return d, expr + w.Fields
		}
	}
	return d, ""
}

// globalName returns a package's variable or function as the candidate's file can
// name it, or "".
func (c *Candidate) globalName(v types.Object) string {
	if v.Pkg() == c.file.Pkg.Types {
		return v.Name()
	}
	if !v.Exported() {
		return ""
	}
	for _, spec := range c.file.AST.Imports {
		if importPath := strings.Trim(spec.Path.Value, `"`); importPath == v.Pkg().Path() {
			name := v.Pkg().Name()
			if spec.Name != nil {
				name = spec.Name.Name
			}
			if name == "_" || name == "." {
				return ""
			}
			return name + "." + v.Name()
		}
	}
	return ""
}

// assignedIn returns the first statement after the one that assigns to w.
func (c *Candidate) assignedIn(list []ast.Stmt, w scan.Path) int {
	for i, statement := range list {
		if c.assigns(statement, w) {
			return i + 1
		}
	}
	return -1
}

// assignedBefore reports whether a statement before the candidate's block, in the
// function around it, or main's init assigns to w.
func (c *Candidate) assignedBefore(w scan.Path) bool {
	for _, n := range c.scope.outer {
		block, ok := n.(*ast.BlockStmt)
		if !ok {
			continue
		}
		for _, statement := range block.List {
			if statement.End() <= c.scope.block.Pos() && c.assigns(statement, w) {
				return true
			}
		}
	}
	for function, body := range c.module.Facts.Functions {
		if function.Name() == "init" && c.module.Facts.Assigns(body, w, 3) {
			return true
		}
	}
	return c.initialised(w)
}

// initialised reports whether w has its value from the declaration of its
// variable. What a literal leaves out is not looked for.
func (c *Candidate) initialised(w scan.Path) bool {
	for _, f := range c.module.Files() {
		for _, decl := range f.AST.Decls {
			general, ok := decl.(*ast.GenDecl)
			if !ok || general.Tok != token.VAR {
				continue
			}
			for _, spec := range general.Specs {
				value, ok := spec.(*ast.ValueSpec)
				if !ok || len(value.Values) == 0 || w.Fields != "" && isLiteral(value.Values[0]) {
					continue
				}
				for _, name := range value.Names {
					if f.Pkg.TypesInfo.Defs[name] == w.Root {
						return true
					}
				}
			}
		}
	}
	return false
}

func isLiteral(expr ast.Expr) bool {
	_, ok := scan.LiteralOf(expr)
	return ok
}

// assigns reports whether a statement assigns to w, itself or through the functions of
// the module that it calls.
func (c *Candidate) assigns(statement ast.Stmt, w scan.Path) bool {
	hit := false
	ast.Inspect(statement, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.GoStmt:
			return false
		case *ast.AssignStmt:
			for _, left := range n.Lhs {
				hit = hit || c.file.PathOf(left).Holds(w)
			}
		case *ast.CallExpr:
			if callee := c.file.Callee(n); callee != nil {
				hit = hit || c.module.Facts.Assigns(c.module.Facts.Functions[callee], w, 3)
			}
		}
		return !hit
	})
	return hit
}
