package notice

import (
	"go/ast"
	"go/token"
	"strconv"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
)

// Grade is how much a notice speaks against accounts.
type Grade string

// The grades.
const (
	// Beside is no reason against them, but worth mentioning.
	Beside Grade = "beside"
	// LogIn is a log-in that the program has already.
	LogIn Grade = "log-in"
	// Doubt is what may be in the way.
	Doubt Grade = "doubt"
	// Clash is what both can't have: the program would not start.
	Clash Grade = "clash"
)

// The grades of what depends on the rest of the module: libraries for log-ins
// are one where a password is read, and nothing in the way where none is, as a
// token may be checked that somebody else signs; a route like ours is the same
// where our prefix is that of a group.
const (
	ungraded     Grade = ""
	ungradedPath Grade = "path"
)

// gradeAll grades the notices that are still open: as bad, or as no reason against
// accounts.
func gradeAll(all []Notice, open Grade, isBad bool, bad Grade) {
	for i := range all {
		switch {
		case all[i].Grade != open:
		case isBad:
			all[i].Grade = bad
		default:
			all[i].Grade = Beside
		}
	}
}

var (
	ourPrefix = lazyregexp.New(`(^|/)v1/?$`)
	password  = lazyregexp.New(`(?i)^(pass(word|wd)?|pwd)$|json:"(password|passwd|pwd)\b|form:"(password|passwd|pwd)\b`)
)

// hasLiteral reports whether some string of the module, or a field's tag, matches.
func hasLiteral(m *scan.Module, pattern *lazyregexp.Regexp) bool {
	for _, f := range m.Files() {
		hit := false
		ast.Inspect(f.AST, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if ok && literal.Kind == token.STRING {
				text, err := strconv.Unquote(literal.Value)
				hit = hit || err == nil && pattern.MatchString(text)
			}
			return !hit
		})
		if hit {
			return true
		}
	}
	return false
}
