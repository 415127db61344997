package wire

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
)

var undefined = lazyregexp.New(`undefined: (?:\w+\.)?(\w+)`)

// typesUnknown returns why the types of a package are not all known: its first
// error, and the build tag or experiment behind which a file has the missing name.
func typesUnknown(p *scan.Package) Reason {
	why := Reason{fmt.Sprintf("the types of package %s are not all known", p.PkgPath), "go vet ./..., and once that succeeds: "}
	if len(p.Errors) == 0 {
		return why
	}
	first := p.Errors[0].Msg
	why.Text += ": " + first
	match := undefined.FindStringSubmatch(first)
	if match == nil {
		return why
	}
	for _, name := range p.IgnoredFiles {
		tag := tagOf(name, match[1])
		if experiment, ok := strings.CutPrefix(tag, "goexperiment."); ok {
			return Reason{why.Text + fmt.Sprintf(" (it is behind the experiment %s)", experiment), "GOEXPERIMENT=" + experiment + " "}
		}
		if tag != "" {
			return Reason{why.Text + fmt.Sprintf(" (it is behind the build tag %s)", tag), "GOFLAGS=-tags=" + tag + " "}
		}
	}
	return why
}

// tagOf returns the one build tag that a file lacks, if it declares a name.
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
		if err != nil {
			return ""
		}
		for _, tag := range tagsIn(expr) {
			if expr.Eval(func(other string) bool { return other == tag || isSet(other) }) {
				return tag
			}
		}
	}
	return ""
}

// tagsIn lists the tags of a constraint that this build does not have.
func tagsIn(expr constraint.Expr) []string {
	var all []string
	expr.Eval(func(tag string) bool {
		if !isSet(tag) {
			all = append(all, tag)
		}
		return true
	})
	return all
}

// isSet reports whether a build on this machine has a tag without being told.
func isSet(tag string) bool {
	c := build.Default
	return tag == c.GOOS || tag == c.GOARCH || tag == c.Compiler || tag == "unix" && c.GOOS != "windows" && c.GOOS != "plan9" ||
		tag == "cgo" && c.CgoEnabled || slices.Contains(c.ReleaseTags, tag)
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
