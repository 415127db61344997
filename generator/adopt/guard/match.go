package guard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/internal/lazyregexp"
)

// Target is what is to be protected: a path, with one method or, if Method is
// empty, with all.
type Target struct{ Method, Path string }

// ParseTarget reads a target as people write it: GET /todos, or /api.
func ParseTarget(text string) (Target, error) {
	method, path, ok := strings.Cut(strings.TrimSpace(text), " ")
	if !ok {
		method, path = "", method
	}
	path = strings.TrimSpace(path)
	if !strings.HasPrefix(path, "/") || !verb.MatchString(method) {
		return Target{}, fmt.Errorf("%q is not a route: a route is a path that begins with /, or a method and a path", text)
	}
	return Target{strings.ToUpper(method), path}, nil
}

var (
	verb     = lazyregexp.New(`^[A-Za-z]*$`)
	wildcard = lazyregexp.New(`/(\{[^/]*\}|:[^/]+|\*[^/]*)`)
)

// Select returns the routes that match a target: those of its path, or else, for a
// target without a method, all routes below it.
func Select(routes []Route, t Target) []Route {
	path := plain(t.Path)
	var groups, same, below []Route
	for _, r := range routes {
		own := plain(r.Path)
		switch {
		case own == path && r.Group:
			groups = append(groups, r)
		case own == path && (t.Method == "" || r.Method == t.Method):
			same = append(same, r)
		case strings.HasPrefix(own, strings.TrimSuffix(path, "/")+"/") && path != "/":
			below = append(below, r)
		}
	}
	if t.Method != "" {
		if len(same) == 0 { // A route for all methods has this one too.
			same = slices.DeleteFunc(Select(routes, Target{Path: t.Path}), func(r Route) bool { return r.Method != "" || r.Group && r.handler == nil || plain(r.Path) != path })
		}
		return same
	}
	for _, found := range [][]Route{groups, same} {
		if len(found) > 0 {
			return found
		}
	}
	return below
}

// plain returns a path without the names of its parameters, and without what marks
// its end.
func plain(path string) string {
	path = strings.TrimSuffix(path, "{$}")
	path = wildcard.ReplaceAllString(path, "/{}")
	if len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	return path
}

// Ambiguous returns the routes that are registered in more than one place, as by
// two programs of one module: only the user knows which of them is meant.
func Ambiguous(routes []Route) []Route {
	var twice []Route
	for i, r := range routes {
		for j, other := range routes {
			if i != j && r.Method == other.Method && plain(r.Path) == plain(other.Path) && r.call != other.call {
				twice = append(twice, r)
				break
			}
		}
	}
	return twice
}

// SharedWith returns the routes that are not among some, but are added by the same
// calls: to guard one route of a call is to guard them all.
func SharedWith(all, some []Route) []Route {
	var shared []Route
	for _, r := range all {
		isOne := func(other Route) bool { return other.call == r.call && other.Path == r.Path }
		if !slices.ContainsFunc(some, isOne) && slices.ContainsFunc(some, func(other Route) bool { return other.call == r.call }) {
			shared = append(shared, r)
		}
	}
	return shared
}
