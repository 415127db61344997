package scan

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/forge-go/forge/generator/project"
)

// Facts are what is known of the module's functions as a whole.
type Facts struct {
	Functions map[*types.Func]Function
	Calls     map[*types.Func][]CallSite
	// Parts are functions that a router calls with a part of itself.
	Parts map[*types.Func]bool
	// Databases are the package variables that are a database, or a struct of the
	// module with one in a field.
	Databases []Path
	// Routers are the package variables that are a router.
	Routers []*types.Var
	// Served are fields and package variables that some function serves.
	Served map[types.Object]bool
	// opened are the calls that open a database.
	opened []CallSite
	// OneDatabase reports whether all values of a database are of the same one.
	OneDatabase bool
}

type Function struct {
	File *File
	Decl *ast.FuncDecl
}

// CallSite is a call, with what surrounds it.
type CallSite struct {
	File  *File
	Call  *ast.CallExpr
	Stack []ast.Node // from the declaration down to the call, without it
}

func collect(m *Module) *Facts {
	known := &Facts{
		Functions: make(map[*types.Func]Function),
		Calls:     make(map[*types.Func][]CallSite),
		Parts:     make(map[*types.Func]bool),
		Served:    make(map[types.Object]bool),
	}
	for _, f := range m.Files() {
		for _, decl := range f.Functions {
			if object, ok := f.Pkg.TypesInfo.Defs[decl.Name].(*types.Func); ok {
				known.Functions[object] = Function{f, decl}
			}
			f.EachCall(decl, known.collectCall)
		}
	}
	for _, f := range m.Files() {
		known.collectServed(f)
	}
	for _, p := range m.Packages {
		known.collectVariables(m, p)
	}
	known.collectOpened()
	known.OneDatabase = known.opensOne(m.Files())
	return known
}

// EachCall visits the calls in a node of the file, outer ones first.
func (f *File) EachCall(root ast.Node, visit func(CallSite)) {
	ast.PreorderStack(root, nil, func(n ast.Node, stack []ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			visit(CallSite{File: f, Call: call, Stack: slices.Clone(stack)})
		}
		return true
	})
}

func (k *Facts) collectCall(site CallSite) {
	k.collectParts(site.File, site.Call)
	if function := site.File.Callee(site.Call); function != nil {
		k.Calls[function] = append(k.Calls[function], site)
	}
}

// collectParts finds functions that are given to a router's Route or Group.
func (k *Facts) collectParts(f *File, call *ast.CallExpr) {
	if !f.Derives(call) {
		return
	}
	for _, arg := range call.Args {
		if function := f.FunctionOf(arg); function != nil {
			k.Parts[function] = true
		}
	}
}

// Reaches reports whether a function, or one of the module's that it calls, has a
// node for which test holds.
func (k *Facts) Reaches(function *types.Func, depth int, test func(f *File, n ast.Node) bool) bool {
	body, ok := k.Functions[function]
	if !ok || depth == 0 {
		return false
	}
	hit := false
	ast.Inspect(body.Decl.Body, func(n ast.Node) bool {
		if hit || n == nil {
			return false
		}
		if test(body.File, n) {
			hit = true
		} else if call, ok := n.(*ast.CallExpr); ok {
			if callee := body.File.Callee(call); callee != nil && callee != function {
				hit = k.Reaches(callee, depth-1, test)
			}
		}
		return !hit
	})
	return hit
}

// UsesMiddleware reports whether a node adds middleware to a router that is not
// made inside of it: a method Use called on anything of the kind.
func UsesMiddleware(kind project.Router) func(f *File, n ast.Node) bool {
	return methodCalled(kind, FamilyOfKind(kind).Middleware)
}

// AddsRoutes reports whether a node adds a route to a router of the kind.
func AddsRoutes(kind project.Router) func(f *File, n ast.Node) bool {
	return methodCalled(kind, FamilyOfKind(kind).Routes)
}

func methodCalled(kind project.Router, names []string) func(f *File, n ast.Node) bool {
	return func(f *File, n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return false
		}
		receiver, name := Method(call)
		if receiver == nil || !slices.Contains(names, name) {
			return false
		}
		r, ok := f.RouterOf(receiver)
		return ok && r.Kind == kind
	}
}
