package guard

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/adopt/wire"
	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// UnguardableError reports why a route can't be guarded where it is added.
type UnguardableError struct {
	Route Route
	Why   string
}

func (e *UnguardableError) Error() string {
	return fmt.Sprintf("%s (%s) can't be guarded there: %s", e.Route, e.Route.Position, e.Why)
}

// Edit returns the changes that put a guard of the package accounts in front of
// routes. The error is an *UnguardableError if a route has no place for one.
func Edit(routes []Route, accounts, guard string) ([]txn.Change, error) {
	files := make(map[*scan.File][]gotext.Replacement)
	edited := make(map[*ast.CallExpr]bool)
	for _, r := range routes {
		if edited[r.call] {
			continue
		}
		edited[r.call] = true
		name, lines, err := wire.Import(r.file, accounts)
		if err != nil {
			return nil, &UnguardableError{r, err.Error()}
		}
		parts, err := r.guarded(name + "." + guard)
		if err != nil {
			return nil, err
		}
		files[r.file] = append(files[r.file], parts...)
		for _, line := range lines {
			files[r.file] = append(files[r.file], gotext.Replacement{From: line.At, To: line.At, Text: line.Line + gotext.LineEnd(r.file.Source)})
		}
	}
	var changes []txn.Change
	for file, parts := range files {
		slices.SortStableFunc(parts, func(a, b gotext.Replacement) int { return cmp.Or(a.From-b.From, strings.Compare(a.Text, b.Text)) })
		text, err := gotext.Replace(file.Source, slices.Compact(parts)...)
		if err != nil {
			return nil, fmt.Errorf("guarding routes in %s: %w", file.Path, err)
		}
		changes = append(changes, txn.Change{Path: file.Path, Old: file.Source, New: text})
	}
	slices.SortFunc(changes, func(a, b txn.Change) int { return strings.Compare(a.Path, b.Path) })
	return changes, nil
}

// guarded returns the edits that put a guard in front of the route, in the way of
// its router.
func (r Route) guarded(guard string) ([]gotext.Replacement, error) {
	receiver, name := scan.Method(r.call)
	add := func(at token.Pos, text string) []gotext.Replacement {
		return []gotext.Replacement{{From: r.offset(at), To: r.offset(at), Text: text}}
	}
	if r.call.Ellipsis.IsValid() && r.kind != project.Chi {
		return nil, &UnguardableError{r, "its handlers are a slice; add " + guard + " to it"}
	}
	switch {
	case r.kind == project.Chi:
		return add(receiver.End(), ".With("+guard+")"), nil
	case r.kind == project.Fiber && r.Group && name != "Group":
		return nil, &UnguardableError{r, name + " has no parameter for handlers; protect the routes below it, or use Group"}
	case r.kind == project.Gin, r.kind == project.Fiber, r.kind == project.Echo && r.Group:
		return add(r.path.End(), ", "+guard), nil
	case r.kind == project.Echo:
		return add(r.handler.End(), ", "+guard), nil
	case name == "Subrouter":
		return r.subrouter(guard)
	}
	return r.wrapped(guard, receiver, name)
}

func (r Route) offset(p token.Pos) int { return int(p - r.file.AST.FileStart) }

// place returns the position at which people look for the route: that of the
// method that adds it.
func (r Route) place() token.Pos {
	if selector, ok := ast.Unparen(r.call.Fun).(*ast.SelectorExpr); ok {
		return selector.Sel.Pos()
	}
	return r.call.Pos()
}

// wrapped wraps a handler of net/http. A function becomes a handler first.
func (r Route) wrapped(guard string, receiver ast.Expr, name string) ([]gotext.Replacement, error) {
	open, end := guard+"(", ")"
	var parts []gotext.Replacement
	if bare, isFunc := strings.CutSuffix(name, "Func"); isFunc {
		selector, _ := ast.Unparen(r.call.Fun).(*ast.SelectorExpr)
		parts = append(parts, gotext.Replacement{From: r.offset(selector.Sel.Pos()), To: r.offset(selector.Sel.End()), Text: bare})
		if !isHandler(r.file.Pkg.TypesInfo.TypeOf(r.handler)) {
			http, lines, err := wire.Import(r.file, "net/http")
			if err != nil {
				return nil, &UnguardableError{r, err.Error()}
			}
			for _, line := range lines {
				parts = append(parts, gotext.Replacement{From: line.At, To: line.At, Text: line.Line + gotext.LineEnd(r.file.Source)})
			}
			open, end = open+http+".HandlerFunc(", "))"
		}
	}
	from, to := r.offset(r.handler.Pos()), r.offset(r.handler.End())
	return append(parts, gotext.Replacement{From: from, To: from, Text: open}, gotext.Replacement{From: to, To: to, Text: end}), nil
}

// isHandler reports whether a type has the method ServeHTTP.
func isHandler(t types.Type) bool {
	if t == nil {
		return false
	}
	object, _, _ := types.LookupFieldOrMethod(t, true, nil, "ServeHTTP")
	_, ok := object.(*types.Func)
	return ok
}

// subrouter adds the guard to a subrouter of gorilla/mux, after the statement that
// assigns it to a variable.
func (r Route) subrouter(guard string) ([]gotext.Replacement, error) {
	unnamed := &UnguardableError{r, "the subrouter has no name; give it one, as in api := r.PathPrefix(…).Subrouter()"}
	if len(r.stack) == 0 {
		return nil, unnamed
	}
	statement, ok := r.stack[len(r.stack)-1].(*ast.AssignStmt)
	if !ok || len(statement.Lhs) != 1 {
		return nil, unnamed
	}
	src := r.file.Source
	from, to := r.offset(statement.Lhs[0].Pos()), r.offset(statement.Lhs[0].End())
	begin := bytes.LastIndexByte(src[:r.offset(statement.Pos())], '\n') + 1
	end := r.offset(statement.End())
	line := bytes.IndexByte(src[end:], '\n')
	indent := src[begin:r.offset(statement.Pos())]
	if line < 0 || len(bytes.TrimSpace(indent)) > 0 || bytes.IndexByte(src[end:end+line], ';') >= 0 {
		return nil, &UnguardableError{r, "the statement shares its line with others"}
	}
	use := fmt.Sprintf("%s%s.Use(%s)%s", indent, src[from:to], guard, gotext.LineEnd(src))
	return []gotext.Replacement{{From: end + line + 1, To: end + line + 1, Text: use}}, nil
}
