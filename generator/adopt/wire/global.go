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
	for _, v := range c.module.Facts.Databases {
		kind, _ := scan.DatabaseType(v.Type())
		expr := c.globalName(v)
		if expr == "" {
			continue
		}
		w := scan.Path{Root: v}
		ready := c.assignedIn(c.scope.block.List, v)
		if ready < 0 && c.assignedBefore(v) {
			ready = 0
		}
		if ready >= 0 {
			ready = c.checked(w, ready)
		}
		add(Handle{Kind: kind, Expr: expr, path: w, depth: 1, ready: ready})
	}
}

// globalName is a package variable as the candidate's file can name it.
func (c *Candidate) globalName(v *types.Var) string {
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

// assignedIn returns the first statement after the one that assigns to v.
func (c *Candidate) assignedIn(list []ast.Stmt, v *types.Var) int {
	for i, statement := range list {
		if c.assigns(statement, v) {
			return i + 1
		}
	}
	return -1
}

// assignedBefore reports whether main's init, or a statement before the candidate's
// block in the function around it, assigns to v.
func (c *Candidate) assignedBefore(v *types.Var) bool {
	for _, n := range c.scope.outer {
		block, ok := n.(*ast.BlockStmt)
		if !ok {
			continue
		}
		for _, statement := range block.List {
			if statement.End() <= c.scope.block.Pos() && c.assigns(statement, v) {
				return true
			}
		}
	}
	for function, body := range c.module.Facts.Functions {
		if function.Name() == "init" && c.module.Facts.Assigns(body, v, 3) {
			return true
		}
	}
	return c.initialised(v)
}

// initialised reports whether v has its value from its declaration.
func (c *Candidate) initialised(v *types.Var) bool {
	for _, f := range c.module.Files() {
		for _, decl := range f.AST.Decls {
			general, ok := decl.(*ast.GenDecl)
			if !ok || general.Tok != token.VAR {
				continue
			}
			for _, spec := range general.Specs {
				value, ok := spec.(*ast.ValueSpec)
				if !ok || len(value.Values) == 0 {
					continue
				}
				for _, name := range value.Names {
					if f.Pkg.TypesInfo.Defs[name] == v {
						return true
					}
				}
			}
		}
	}
	return false
}

// assigns reports whether a statement assigns to v, itself or through the functions
// of the module that it calls.
func (c *Candidate) assigns(statement ast.Stmt, v *types.Var) bool {
	hit := false
	ast.Inspect(statement, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.GoStmt:
			return false
		case *ast.AssignStmt:
			for _, left := range n.Lhs {
				hit = hit || c.file.PathOf(left) == scan.Path{Root: v}
			}
		case *ast.CallExpr:
			if callee := c.file.Callee(n); callee != nil {
				hit = hit || c.module.Facts.Assigns(c.module.Facts.Functions[callee], v, 3)
			}
		}
		return !hit
	})
	return hit
}
