package wire

import (
	"bytes"
	"fmt"
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
	hit, all := false, true
	ast.Inspect(c.scope.decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false // whose returns are its own
		case *ast.ReturnStmt:
			hit = true
			all = all && len(n.Results) == 1 && c.isValue(n.Results[0])
		}
		return true
	})
	return hit && all
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
func (c *Candidate) keep(importPath string) (Edit, error) {
	name, alias := importName(c.file, importPath)
	src := c.file.Source
	spec, specAt, err := importLine(c.file, importPath, pick(alias, name+" ", ""))
	if err != nil {
		return Edit{}, err
	}
	statement := c.scope.block.List[c.scope.ready]
	before := lineStart(c.file, statement.Pos())
	from, to := offsetOf(c.file, c.made.Pos()), offsetOf(c.file, c.made.End())
	indent, end := indentAt(src, offsetOf(c.file, statement.Pos())), gotext.LineEnd(src)
	kept := c.Expr + " := " + string(src[from:to])
	call := name + ".Mount(" + c.arguments() + ")"
	text, err := gotext.Replace(src,
		gotext.Replacement{From: specAt, To: specAt, Text: spec + end},
		gotext.Replacement{From: before, To: before, Text: indent + kept + end + indent + call + end},
		gotext.Replacement{From: from, To: to, Text: c.Expr})
	if err != nil {
		return Edit{}, fmt.Errorf("changing a line of %s: %w", c.file.Path, err)
	}
	more := 2 + strings.Count(kept, "\n")
	first := 2 + bytes.Count(src[:before], []byte("\n")) // below the import
	was := 1 + bytes.Count(src[:from], []byte("\n"))
	now := was + 1 + more
	return Edit{
		Path: c.file.Path, Old: src, New: text,
		Import: Line{1 + bytes.Count(src[:specAt], []byte("\n")), strings.TrimSpace(spec)},
		Call:   Line{first + more - 1, call},
		Changed: []Change{
			{Line: Line{first, kept}},
			{Line: Line{first + more - 1, call}},
			{Was: lineText(src, was), Line: Line{now, lineText(text, now)}},
		},
	}, nil
}
