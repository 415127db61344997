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

var (
	undefined  = lazyregexp.New(`undefined: (?:\w+\.)?(\w+)`)
	unimported = lazyregexp.New(`could not import (\S+) `)
)

// typesUnknown returns why the types of a package are not all known: its first
// error, and the build tag or experiment behind which a file has the missing name.
func typesUnknown(p *scan.Package) Reason {
	why := Reason{fmt.Sprintf("the types of package %s are not all known", p.PkgPath), "go vet ./..., and once that succeeds: "}
	if len(p.Errors) == 0 {
		return why
	}
	first := p.Errors[0].Msg
	why.Text += ": " + first
	for _, tag := range tagsFor(p, first) {
		if experiment, ok := strings.CutPrefix(tag, "goexperiment."); ok {
			return Reason{why.Text + fmt.Sprintf(" (it is behind the experiment %s)", experiment), "GOEXPERIMENT=" + experiment + " "}
		}
		if tag != "" {
			return Reason{why.Text + fmt.Sprintf(" (it is behind the build tag %s)", tag), "GOFLAGS=-tags=" + tag + " "}
		}
	}
	return why
}

// tagsFor lists the build tags that files lack which have what an error misses: a
// name of the package, or a package that is imported.
func tagsFor(p *scan.Package, message string) []string {
	var files []string
	name := ""
	if match := undefined.FindStringSubmatch(message); match != nil {
		files, name = p.IgnoredFiles, match[1]
	}
	if match := unimported.FindStringSubmatch(message); match != nil && p.Imports[match[1]] != nil {
		files = p.Imports[match[1]].IgnoredFiles
	}
	var tags []string
	for _, file := range files {
		tags = append(tags, tagOf(file, name))
	}
	return tags
}

// tagOf returns the one build tag that a file lacks, if it declares a name, or for any
// file if the name is empty.
func tagOf(file, name string) string {
	source, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	syntax, err := parser.ParseFile(token.NewFileSet(), file, source, parser.SkipObjectResolution)
	if err != nil || name != "" && !declares(syntax, name) {
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
