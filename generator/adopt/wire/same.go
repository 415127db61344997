package wire

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/project"
)

// rival returns the first candidate that is as likely as the best, and another
// router, or nil.
func rival(candidates []*Candidate) *Candidate {
	best := candidates[0]
	for _, c := range candidates[1:] {
		if best.Score-c.Score >= enoughLead {
			return nil
		}
		if !best.isSame(c) {
			return c
		}
	}
	return nil
}

// afterInit returns the last good place for the same router outside of init, if the
// candidate is in one: there, main has read no settings yet. With fiber, which asks
// its handlers in their order, it is the first good place.
func (c *Candidate) afterInit(candidates []*Candidate) *Candidate {
	isInit := func(c *Candidate) bool { return c.scope.decl.Recv == nil && c.scope.decl.Name.Name == "init" }
	if !isInit(c) {
		return c
	}
	for _, other := range candidates {
		if isInit(other) || other.Doubt != "" || other.Score < enoughScore || !c.isSame(other) {
			continue
		}
		last := *other
		if last.Router.Kind != project.Fiber {
			last.spot.index = last.end()
			last.After = last.positionAfter()
		}
		return &last
	}
	return c
}

// isSame reports whether two candidates are one router in two places: a field or
// package variable, what a function returns and its caller has, or a variable and
// the parameter that it is passed as.
func (c *Candidate) isSame(other *Candidate) bool {
	if v := c.variable(); v != nil && v == other.variable() {
		return c.scope.decl != other.scope.decl || c.path == other.path
	}
	return c.isReturnOf(other) || other.isReturnOf(c) || c.isPassedAs(other) || other.isPassedAs(c)
}

// isReturnOf reports whether the candidate is what the only call of the other's
// function returns, which is the other.
func (c *Candidate) isReturnOf(other *Candidate) bool {
	if c.maker == nil || c.maker != other.object() || len(c.module.Facts.Calls[c.maker]) != 1 || other.scope.function() != ast.Node(other.scope.decl) {
		return false
	}
	hit := false
	for _, results := range other.returned() {
		switch {
		case len(results) > 0 && other.isValue(results[0]):
			hit = true
		case len(results) == 0 || !isNil(results[0]):
			return false
		}
	}
	return hit
}

// returned lists the results of each return of the candidate's function.
func (c *Candidate) returned() [][]ast.Expr {
	var all [][]ast.Expr
	ast.Inspect(c.scope.decl.Body, func(n ast.Node) bool {
		if statement, ok := n.(*ast.ReturnStmt); ok {
			all = append(all, resultsOf(statement, c.scope.decl))
		}
		_, isLiteral := n.(*ast.FuncLit) // whose returns are its own
		return !isLiteral
	})
	return all
}

// resultsOf lists what a statement returns from a function: for a bare return that
// is the named results.
func resultsOf(statement *ast.ReturnStmt, function ast.Node) []ast.Expr {
	if len(statement.Results) > 0 {
		return statement.Results
	}
	var named []ast.Expr
	if decl, ok := function.(*ast.FuncDecl); ok && decl.Type.Results != nil {
		for _, field := range decl.Type.Results.List {
			for _, name := range field.Names {
				named = append(named, name)
			}
		}
	}
	return named
}

// isPassedAs reports whether every call of the other's function passes the
// candidate as the parameter that the other is.
func (c *Candidate) isPassedAs(other *Candidate) bool {
	if other.origin != fromParameter || other.path.Fields != "" {
		return false
	}
	function := other.object()
	if function == nil {
		return false
	}
	parameters := function.Signature().Params()
	index := slices.IndexFunc(slices.Collect(parameters.Variables()), func(v *types.Var) bool { return v == other.path.Root })
	calls := c.module.Facts.Calls[function]
	return index >= 0 && len(calls) > 0 && !slices.ContainsFunc(calls, func(site scan.CallSite) bool {
		return site.File != c.file || index >= len(site.Call.Args) || !c.isValue(site.Call.Args[index])
	})
}

// object is the function that the candidate is in.
func (c *Candidate) object() *types.Func {
	object, _ := c.file.Pkg.TypesInfo.Defs[c.scope.decl.Name].(*types.Func)
	return object
}

func isNil(expr ast.Expr) bool {
	ident, ok := ast.Unparen(expr).(*ast.Ident)
	return ok && ident.Name == "nil"
}
