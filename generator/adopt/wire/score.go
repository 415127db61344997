package wire

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
)

// What a candidate must have to be taken without a question.
const (
	enoughScore = 8
	enoughLead  = 1
)

// resolve finds the candidate's database and place, and scores it.
func (c *Candidate) resolve() {
	c.Function = functionName(c.scope.decl)
	handles := c.databases()
	c.Handle = noHandle()
	if len(handles) > 0 {
		c.Handle = handles[0]
		if !c.module.Facts.OneDatabase {
			c.Doubt = ambiguous(handles)
		}
	}
	c.spot = c.findSpot(c.Handle)
	c.After = c.positionAfter()
	c.score()
}

// ambiguous returns why the first of several databases is not the obvious one, or an
// empty string.
func ambiguous(handles []Handle) string {
	if len(handles) > 1 && handles[0].Kind == handles[1].Kind && handles[0].depth == handles[1].depth {
		return fmt.Sprintf("there are several databases: %s and %s", handles[0].Expr, handles[1].Expr)
	}
	return ""
}

func (c *Candidate) score() {
	add := func(points int, reason string) {
		c.Score += points
		c.Reasons = append(c.Reasons, fmt.Sprintf("%+d %s", points, reason))
	}
	against := func(points int, reason string) {
		add(points, reason)
		c.Doubt = reason
	}
	switch c.origin {
	case fromConstructor, fromCall, fromDefault:
		add(3, "made here")
	case fromField:
		add(2, "a field")
	case fromParameter:
		add(1, "a parameter")
	case fromRouter:
		add(-3, "part of another router")
	}
	if c.isServed() {
		add(4, "served or returned")
	}
	if c.firstRoute() < len(c.scope.block.List) {
		add(2, "has routes")
	} else if c.module.Facts.Reaches(c.maker, 4, scan.AddsRoutes(c.Router.Kind)) {
		add(1, "has routes where it was made")
	}
	if c.delegates() {
		add(-2, "hands on to another router")
	}
	if c.Handle.Kind != "none" {
		add(5, "a database in scope")
	}
	if c.file.Pkg.Name == "main" {
		add(1, "in package main")
	}
	if c.group || c.isSubRouter() {
		against(-5, "only for a part of the paths")
	}
	if c.isMountedElsewhere() {
		against(-5, "mounted on another router")
	}
	if c.IsForMachines() {
		against(-6, "for metrics or debugging")
	}
	if route := c.hostRoute(); route != "" {
		against(0, "a route is for one host, where it would hide accounts: "+route)
	}
	if c.isHandedIn() {
		against(0, "which router it gets is not in sight")
	}
	if c.spot.trouble != "" {
		against(-6, c.spot.trouble)
	}
}

var (
	machines     = lazyregexp.New(`(?i)debug|metric|pprof|prom|health|probe|internal|admin|callback|oauth|loginflow|mock|fake|stub`)
	machinePaths = lazyregexp.New(`(?i)^([A-Z]+ )?/(debug|metrics|pprof|health|healthz|livez?|liveness|ready|readyz|readiness|ping|status|version|callback|oauth)\b`)
)

// IsForMachines reports whether the router is named as one for debugging, metrics
// and the like, or has no route but for that.
func (c *Candidate) IsForMachines() bool {
	if machines.MatchString(c.scope.decl.Name.Name) {
		return true
	}
	if c.origin != fromDefault && machines.MatchString(c.Expr[strings.LastIndex(c.Expr, ".")+1:]) {
		return true
	}
	paths, all := c.routePaths()
	return all && len(paths) > 0 && !slices.ContainsFunc(paths, func(path string) bool { return !machinePaths.MatchString(path) })
}

// routePaths lists the paths that the candidate's function adds to the router.
// The second result is false when others may be added out of sight.
func (c *Candidate) routePaths() (paths []string, all bool) {
	all = true
	ast.Inspect(c.scope.function(), func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		receiver, name := scan.Method(call)
		onValue := receiver != nil && c.isValue(receiver) || c.origin == fromDefault && c.file.OnDefaultMux(call)
		switch {
		case onValue && slices.Contains(scan.FamilyOfKind(c.Router.Kind).Routes, name) && len(call.Args) > 0:
			literal, ok := call.Args[0].(*ast.BasicLit)
			if !ok {
				all = false
				return true
			}
			paths = append(paths, strings.Trim(literal.Value, "\"`"))
		case !onValue && slices.ContainsFunc(call.Args, c.isValue) && c.module.Facts.Reaches(c.file.Callee(call), 4, scan.AddsRoutes(c.Router.Kind)):
			all = false
		}
		return true
	})
	return paths, all
}

// Selection is the candidate to take, or why none is taken without a question.
type Selection struct {
	Taken *Candidate
	Why   Reason // when there is none
}

// Reason is why a line is left to the user.
type Reason struct {
	Text string
	Cure string // begins a command that ends with the same one again; or empty
}

// Choose takes the best candidate when it is good enough and clearly the best. Of
// places that are equally good for one router, it takes the first that is read.
func Choose(candidates []*Candidate) Selection {
	if len(candidates) == 0 {
		return because("neither a router was found (forge knows net/http's ServeMux, gorilla/mux, chi, gin, echo and fiber) nor a handler that is served")
	}
	best := candidates[0]
	switch {
	case best.Doubt != "":
		return because("%s in %s: %s", best.Expr, best.Function, best.Doubt)
	case best.Score < enoughScore:
		return because("%s in %s is not clearly the router that serves (score %d, %d needed)", best.Expr, best.Function, best.Score, enoughScore)
	case best.file.Pkg.Broken():
		return Selection{Why: typesUnknown(best.file.Pkg)}
	}
	if other := rival(candidates); other != nil {
		return because("%s in %s and %s in %s are equally likely", best.Expr, best.Function, other.Expr, other.Function)
	}
	return Selection{Taken: best.afterInit(candidates)}
}

func because(format string, args ...any) Selection {
	return Selection{Why: Reason{Text: fmt.Sprintf(format, args...)}}
}
