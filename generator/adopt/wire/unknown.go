package wire

import (
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
)

var undefined = regexp.MustCompile(`undefined: (?:\w+\.)?(\w+)`)

// typesUnknown returns why not all types of a package are known: its first error,
// and the build tag of a file that has the missing name.
func typesUnknown(p *scan.Package) string {
	why := fmt.Sprintf("the types of package %s are not all known", p.PkgPath)
	if len(p.Errors) == 0 {
		return why
	}
	first := p.Errors[0].Msg
	why += ": " + first
	match := undefined.FindStringSubmatch(first)
	if match == nil {
		return why
	}
	for _, name := range p.IgnoredFiles {
		if tag := tagOf(name, match[1]); tag != "" {
			return why + fmt.Sprintf(" (it is behind a build tag: set GOFLAGS=-tags=%s and run the command again)", tag)
		}
	}
	return why
}

// tagOf returns the one build tag that a file asks for, if it declares a name.
func tagOf(file, name string) string {
	source, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	syntax, err := parser.ParseFile(token.NewFileSet(), file, source, parser.SkipObjectResolution)
	if err != nil || !declares(syntax, name) {
		return ""
	}
	for line := range strings.Lines(string(source)) {
		if !constraint.IsGoBuild(line) {
			continue
		}
		expr, err := constraint.Parse(strings.TrimSpace(line))
		if tag, ok := expr.(*constraint.TagExpr); err == nil && ok {
			return tag.Tag
		}
	}
	return ""
}

// declares reports whether a file has a name on its top level.
func declares(file *ast.File, name string) bool {
	hit := false
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			hit = hit || n.Recv == nil && n.Name.Name == name
			return false
		case *ast.TypeSpec:
			hit = hit || n.Name.Name == name
			return false
		case *ast.ValueSpec:
			hit = hit || slices.ContainsFunc(n.Names, func(ident *ast.Ident) bool { return ident.Name == name })
			return false
		}
		return !hit
	})
	return hit
}
