package wire

import (
	"bytes"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/internal/gotext"
)

// raised returns a candidate's router one call up, where the only call of its
// function stands as a part of a statement with a database in scope; or nil. A
// variable that keeps the result is a candidate of its own.
func (c *Candidate) raised(all []*Candidate) *Candidate {
	object := c.object()
	if c.Handle.Kind != "none" || c.origin == fromDefault || object == nil || !c.isReturnedAlone() {
		return nil
	}
	calls := c.module.Facts.Calls[object]
	if len(calls) != 1 {
		return nil
	}
	site := calls[0]
	if isPassedOn(site, all) {
		return nil
	}
	decl, ok := site.Stack[0].(*ast.FuncDecl)
	if !ok {
		return nil
	}
	s := scopeOf(site.File, decl, append(slices.Clone(site.Stack), site.Call))
	if s == nil || s.ready < 0 || !knownBefore(site, s.block.List[s.ready]) {
		return nil
	}
	up := &Candidate{
		Router: c.Router, Function: functionName(decl), Doubt: c.Doubt, Score: c.Score, Reasons: slices.Clone(c.Reasons),
		module: c.module, file: site.File, scope: s, origin: fromCall, maker: object, spot: spot{index: s.ready},
	}
	if !up.takes(c, site) {
		return nil
	}
	handles := slices.DeleteFunc(up.databases(), func(h Handle) bool { return h.ready > s.ready })
	if len(handles) == 0 {
		return nil
	}
	up.Handle = handles[0]
	up.Score += 5
	up.Reasons = append(up.Reasons, "+5 a database in scope, one call up")
	if up.Doubt == "" && !c.module.Facts.OneDatabase {
		up.Doubt = ambiguous(handles)
	}
	return up
}

// isReturnedAlone reports whether the candidate's function returns the router, as
// it is and as its only result.
func (c *Candidate) isReturnedAlone() bool {
	results := c.object().Signature().Results()
	if results.Len() != 1 || c.scope.function() != ast.Node(c.scope.decl) {
		return false
	}
	returned := c.returned()
	return len(returned) > 0 && !slices.ContainsFunc(returned, func(results []ast.Expr) bool {
		return len(results) != 1 || !c.isValue(results[0])
	})
}

// takes sets what the line is made of: a new variable for the router, or, where
// the function returns a mux of net/http as a plain handler, accounts in front of
// it, which is the same. It reports whether one of them is possible.
func (c *Candidate) takes(made *Candidate, site scan.CallSite) bool {
	if _, ok := site.File.RouterOf(site.Call); ok {
		if made.spot.trouble != "" || isKept(site) || !startsItsLine(site.File, c.scope.block.List[c.scope.ready]) {
			return false
		}
		c.made, c.Expr = site.Call, freeName(takenNames(site.File), "router")
		if made.catchesAllBefore(len(made.scope.block.List)) || made.Router.Kind == "fiber" && made.catchAll() >= 0 {
			return false
		}
		c.After = c.positionAfter()
		return true
	}
	if made.Router.Kind != "stdlib" || !isHandler(site.File, site.Call) {
		return false
	}
	c.Router.Kind, c.handler, c.Expr = "handler", site.Call, sourceOf(site.File, site.Call)
	c.After = c.module.Position(site.Call.Pos())
	return true
}

// isPassedOn reports whether a call is an argument of a function in which the
// router is a candidate with a database.
func isPassedOn(site scan.CallSite, all []*Candidate) bool {
	call, ok := last(site.Stack).(*ast.CallExpr)
	if !ok {
		return false
	}
	callee := site.File.Callee(call)
	return callee != nil && slices.ContainsFunc(all, func(other *Candidate) bool {
		return other.origin == fromParameter && other.Handle.Kind != "none" && other.object() == callee
	})
}

// isKept reports whether a call is the value of a variable or field.
func isKept(site scan.CallSite) bool {
	statement, ok := last(site.Stack).(ast.Stmt)
	return ok && slices.ContainsFunc(scan.Definitions(statement), func(d scan.Definition) bool {
		return d.Right != nil && ast.Unparen(d.Right) == ast.Expr(site.Call)
	})
}

// knownBefore reports whether all that a call names is known before the statement
// that it is in.
func knownBefore(site scan.CallSite, statement ast.Stmt) bool {
	known := true
	ast.Inspect(site.Call, func(n ast.Node) bool {
		ident, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		if v, ok := site.File.Pkg.TypesInfo.Uses[ident].(*types.Var); ok && v.Pos() >= statement.Pos() && v.Pos() < statement.End() {
			known = known && isInside(v.Pos(), site.Call)
		}
		return known
	})
	return known
}

func isInside(p token.Pos, n ast.Node) bool { return n.Pos() <= p && p < n.End() }

// startsItsLine reports whether a line can be added before a statement.
func startsItsLine(f *scan.File, statement ast.Stmt) bool {
	at := offsetOf(f, statement.Pos())
	return len(bytes.TrimSpace(f.Source[lineStart(f, statement.Pos()):at])) == 0
}

func freeName(taken map[string]bool, name string) string {
	free := name
	for i := 2; taken[free]; i++ {
		free = name + strconv.Itoa(i)
	}
	return free
}

// keep assigns the router that a call returns to a variable, before the statement
// with the call, and adds the routes there.
func (c *Candidate) keep(name string) wiring {
	src, statement := c.file.Source, c.scope.block.List[c.scope.ready]
	before := lineStart(c.file, statement.Pos())
	from, to := offsetOf(c.file, c.made.Pos()), offsetOf(c.file, c.made.End())
	indent, end := indentAt(src, offsetOf(c.file, statement.Pos())), gotext.LineEnd(src)
	kept, call := c.Expr+" := "+string(src[from:to]), name+".Mount("+c.arguments()+")"
	first, was := lineAt(src, before), lineAt(src, from)
	mount := first + strings.Count(kept, "\n") + 1
	return wiring{
		parts: []gotext.Replacement{
			{From: before, To: before, Text: indent + kept + end + indent + call + end},
			{From: from, To: to, Text: c.Expr},
		},
		changed: []Change{
			{Line: Line{first, kept}},
			{Line: Line{mount, call}},
			{Line{Number: was + mount + 1 - first}, lineText(src, was)},
		},
		call: 1,
	}
}
