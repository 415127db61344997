package inject

import (
	"fmt"
	"go/ast"
	"go/types"
	"regexp"
	"slices"
	"strings"
)

// What a candidate must have to be taken without a question.
const (
	enoughScore = 8
	enoughLead  = 1
)

// settle finds the candidate's database and place, and scores it.
func (c *Candidate) settle() {
	c.Function = functionName(c.scope.decl)
	handles := c.handles()
	c.Handle = noHandle()
	if len(handles) > 0 {
		c.Handle = handles[0]
		c.Doubt = ambiguous(handles)
	}
	c.place = c.findPlace(c.Handle)
	c.After = c.positionAfter()
	c.score()
}

// ambiguous says why the first of several databases is not the obvious one.
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
	}
	if c.Handle.Kind != "none" {
		add(5, "a database in scope")
	}
	if c.file.pkg.Name == "main" {
		add(1, "in package main")
	}
	if c.group || c.isSubRouter() {
		against(-5, "only for a part of the paths")
	}
	if c.isMountedElsewhere() {
		against(-5, "mounted on another router")
	}
	if c.isForMachines() {
		against(-6, "for metrics or debugging")
	}
	if c.place.trouble != "" {
		against(-6, c.place.trouble)
	}
}

// isServed says whether the router answers requests, itself or wrapped, as far
// as this function tells, or is given to who made it do so.
func (c *Candidate) isServed() bool {
	if c.origin == fromDefault {
		hit := false
		ast.Inspect(c.scope.decl.Body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && c.file.onDefaultMux(call) {
				_, name := c.file.qualified(call.Fun)
				hit = hit || strings.HasPrefix(name, "Listen") || strings.HasPrefix(name, "Serve")
			}
			return !hit
		})
		return hit
	}
	if object := c.variable(); object != nil && c.module.facts.served[object] {
		return true
	}
	return c.servedIn(c.scope.function())
}

// variable is the field or package variable that holds the router, or nil.
func (c *Candidate) variable() *types.Var {
	root, ok := c.way.root.(*types.Var)
	if !ok {
		return nil
	}
	if c.way.fields == "" {
		if isGlobal(root) {
			return root
		}
		return nil
	}
	t := root.Type()
	var field *types.Var
	for _, name := range strings.Split(strings.TrimPrefix(c.way.fields, "."), ".") {
		object, _, _ := types.LookupFieldOrMethod(t, true, c.file.pkg.Types, name)
		if field, ok = object.(*types.Var); !ok {
			return nil
		}
		t = field.Type()
	}
	return field
}

// servedIn says whether a function serves or returns the router, or what
// carries it.
func (c *Candidate) servedIn(body ast.Node) bool {
	carries := c.carrying(body)
	hit := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return n == body || !returnsHandler(n)
		case *ast.ReturnStmt:
			hit = hit || slices.ContainsFunc(n.Results, carries)
		case *ast.CallExpr:
			hit = hit || slices.ContainsFunc(c.file.servedBy(n), carries) || c.runs(n, carries) || c.mountsAtRoot(n, carries)
		case *ast.CompositeLit:
			if handler := c.file.serverHandler(n); handler != nil {
				hit = hit || carries(handler)
			}
		case *ast.AssignStmt:
			for _, def := range definitions(n) {
				if selector, ok := def.left.(*ast.SelectorExpr); ok && selector.Sel.Name == "Handler" {
					hit = hit || carries(def.right)
				}
			}
		}
		return !hit
	})
	return hit
}

// carrying follows the router through the variables of a function that carry
// it, such as what wraps it. The result says whether an expression does.
func (c *Candidate) carrying(body ast.Node) func(ast.Expr) bool {
	carriers := map[way]bool{}
	carries := func(expr ast.Expr) bool {
		return slices.ContainsFunc(carried(expr), func(e ast.Expr) bool {
			return c.isValue(e) || carriers[c.file.wayOf(e)] && c.file.wayOf(e).ok()
		})
	}
	for range 4 { // A chain of wrappers is rarely longer.
		ast.Inspect(body, func(n ast.Node) bool {
			if statement, ok := n.(ast.Stmt); ok {
				for _, def := range definitions(statement) {
					if w := c.file.wayOf(def.left); def.right != nil && w.ok() && !isError(w) && carries(def.right) {
						carriers[w] = true
					}
				}
			}
			return true
		})
	}
	return carries
}

// mountsAtRoot says whether a call adds the router to another one for all paths.
func (c *Candidate) mountsAtRoot(call *ast.CallExpr, carries func(ast.Expr) bool) bool {
	_, name := method(call)
	return len(call.Args) == 2 && isRoot(call.Args[0]) && (name == "Handle" || name == "Mount") && carries(call.Args[1])
}

func isError(w way) bool {
	return w.fields == "" && w.root.Type() != nil && w.root.Type().String() == "error"
}

// returnsHandler says whether a literal is a handler or middleware, in which a
// return says nothing about the function around it.
func returnsHandler(literal *ast.FuncLit) bool { return literal.Type.Results == nil }

var running = regexp.MustCompile(`(?i)serve|listen|^run|^start|newserver`)

// runs says whether a call hands the router to something that by its name
// serves it.
func (c *Candidate) runs(call *ast.CallExpr, carries func(ast.Expr) bool) bool {
	_, name := method(call)
	if ident, ok := call.Fun.(*ast.Ident); ok {
		name = ident.Name
	}
	if importPath, _ := c.file.qualified(call.Fun); strings.HasSuffix(importPath, "httptest") {
		return false
	}
	return running.MatchString(name) && slices.ContainsFunc(call.Args, carries)
}

// isSubRouter says whether the router is handed to another one here, or as a
// parameter gets parts of a router.
func (c *Candidate) isSubRouter() bool {
	if c.origin == fromDefault {
		return false
	}
	hit := false
	ast.Inspect(c.scope.function(), func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			hit = hit || c.mounts(c.file, call, c.isValue)
		}
		return !hit
	})
	return hit || c.origin == fromParameter && c.getsParts()
}

// mounts says whether a call adds a handler in which test finds the router to
// some other router, for a part of the paths.
func (c *Candidate) mounts(f *file, call *ast.CallExpr, test func(ast.Expr) bool) bool {
	receiver, name := method(call)
	if receiver == nil || !f.takesHandler(call, receiver, name) || f == c.file && c.isValue(receiver) {
		return false
	}
	return slices.ContainsFunc(call.Args, func(arg ast.Expr) bool { return slices.ContainsFunc(carried(arg), test) })
}

// takesHandler says whether a call adds a handler to a router for a part of the
// paths. The router may be of a kind that is not known otherwise.
func (f *file) takesHandler(call *ast.CallExpr, receiver ast.Expr, name string) bool {
	if prefix, ok := receiver.(*ast.CallExpr); ok && name == "Handler" {
		_, name := method(prefix)
		return name == "PathPrefix" && len(prefix.Args) == 1 && !isRoot(prefix.Args[0])
	}
	if len(call.Args) < 2 || isRoot(call.Args[0]) {
		return false
	}
	if r, ok := f.routerOf(receiver); ok {
		return slices.Contains(familyOfKind(r.Kind).mount, name)
	}
	return name == "Mount" || name == "Handle"
}

// isRoot says whether a pattern is that of all paths.
func isRoot(pattern ast.Expr) bool {
	literal, ok := pattern.(*ast.BasicLit)
	return ok && (literal.Value == `"/"` || literal.Value == `""`)
}

// getsParts says whether some call gives the candidate's function a part of a
// router.
func (c *Candidate) getsParts() bool {
	object, ok := c.file.pkg.TypesInfo.Defs[c.scope.decl.Name].(*types.Func)
	if !ok {
		return false
	}
	return c.module.facts.parts[object] || slices.ContainsFunc(c.module.facts.calls[object], func(site callSite) bool {
		return slices.ContainsFunc(site.call.Args, func(arg ast.Expr) bool { return site.isPart(arg) })
	})
}

// isPart says whether an argument is a part of a router: what Group or Route
// gives, or the parameter of a function that these call.
func (s callSite) isPart(arg ast.Expr) bool {
	if r, ok := s.file.routerOf(arg); !ok {
		return false
	} else if r.group {
		return true
	}
	d := finder{file: s.file}
	if call, ok := ast.Unparen(arg).(*ast.CallExpr); ok {
		return d.derives(call)
	}
	w := s.file.wayOf(arg)
	if !w.ok() {
		return false
	}
	for i, n := range s.stack {
		switch n := n.(type) {
		case *ast.FuncLit:
			call, ok := s.stack[max(i-1, 0)].(*ast.CallExpr)
			if ok && d.derives(call) && s.file.declares(n.Type.Params, w) {
				return true
			}
		case *ast.BlockStmt:
			for _, statement := range n.List {
				for _, def := range definitions(statement) {
					if call, ok := def.right.(*ast.CallExpr); ok && s.file.wayOf(def.left) == w && d.derives(call) {
						return true
					}
				}
			}
		}
	}
	return false
}

func (f *file) declares(fields *ast.FieldList, w way) bool {
	for _, field := range fields.List {
		for _, name := range field.Names {
			if f.wayOf(name) == w {
				return true
			}
		}
	}
	return false
}

// isMountedElsewhere says whether what the candidate's function gives is added
// to another router by its callers.
func (c *Candidate) isMountedElsewhere() bool {
	object, ok := c.file.pkg.TypesInfo.Defs[c.scope.decl.Name].(*types.Func)
	if !ok || c.scope.decl.Type.Results == nil || c.scope.function() != ast.Node(c.scope.decl) {
		return false
	}
	return slices.ContainsFunc(c.module.facts.calls[object], func(site callSite) bool {
		isCall := func(expr ast.Expr) bool { return ast.Unparen(expr) == ast.Expr(site.call) }
		var kept way
		for _, n := range slices.Backward(site.stack) {
			if call, ok := n.(*ast.CallExpr); ok && c.mounts(site.file, call, isCall) {
				return true
			}
			if statement, ok := n.(ast.Stmt); ok && !kept.ok() {
				for _, def := range definitions(statement) {
					if def.right != nil && slices.ContainsFunc(carried(def.right), isCall) {
						kept = site.file.wayOf(def.left)
					}
				}
			}
		}
		return kept.ok() && c.keptIsMounted(site, kept)
	})
}

func (c *Candidate) keptIsMounted(site callSite, kept way) bool {
	hit := false
	ast.Inspect(site.stack[0], func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			hit = hit || c.mounts(site.file, call, func(e ast.Expr) bool { return site.file.wayOf(e) == kept })
		}
		return !hit
	})
	return hit
}

var (
	machines     = regexp.MustCompile(`(?i)debug|metric|pprof|prom|health|probe|internal|admin|callback|oauth|loginflow|mock|fake|stub`)
	machinePaths = regexp.MustCompile(`(?i)^([A-Z]+ )?/(debug|metrics|pprof|health|healthz|livez?|liveness|ready|readyz|readiness|ping|status|version|callback|oauth)\b`)
)

// isForMachines says whether the router is named as one for debugging, metrics
// and the like, or has no route but for that.
func (c *Candidate) isForMachines() bool {
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
		receiver, name := method(call)
		onValue := receiver != nil && c.isValue(receiver) || c.origin == fromDefault && c.file.onDefaultMux(call)
		switch {
		case onValue && slices.Contains(familyOfKind(c.Router.Kind).routes, name) && len(call.Args) > 0:
			literal, ok := call.Args[0].(*ast.BasicLit)
			if !ok {
				all = false
				return true
			}
			paths = append(paths, strings.Trim(literal.Value, "\"`"))
		case !onValue && slices.ContainsFunc(call.Args, c.isValue) && c.module.facts.reaches(c.file.callee(call), 4, addsRoutes(c.Router.Kind)):
			all = false
		}
		return true
	})
	return paths, all
}

// Choice is the candidate to take, or why none is taken without a question.
type Choice struct {
	Taken *Candidate
	Why   string // when there is none
}

// Choose takes the best candidate when it is good enough and clearly the best.
func Choose(candidates []*Candidate) Choice {
	if len(candidates) == 0 {
		return Choice{Why: "no router was found (forge knows net/http's ServeMux, chi, gin, echo and fiber)"}
	}
	best := candidates[0]
	switch {
	case best.Doubt != "":
		return Choice{Why: fmt.Sprintf("%s in %s: %s", best.Expr, best.Function, best.Doubt)}
	case best.Score < enoughScore:
		return Choice{Why: fmt.Sprintf("%s in %s is not clearly the router that serves (score %d, %d needed)", best.Expr, best.Function, best.Score, enoughScore)}
	case best.file.pkg.broken():
		return Choice{Why: fmt.Sprintf("the types of package %s are not all known", best.file.pkg.PkgPath)}
	case len(candidates) > 1 && best.Score-candidates[1].Score < enoughLead:
		return Choice{Why: fmt.Sprintf("%s in %s and %s in %s are equally likely", best.Expr, best.Function, candidates[1].Expr, candidates[1].Function)}
	}
	return Choice{Taken: best}
}
