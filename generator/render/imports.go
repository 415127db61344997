package render

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/forge-go/forge/generator/internal/lazyregexp"
)

// lonely is a list of imports with a single one.
var lonely = lazyregexp.New(`import \(\s*("[^"]*")\s*\)`)

var majorVersion = lazyregexp.New(`/v[0-9]+$`)

// withoutUnused returns Go source without the imports that nothing in it uses:
// what a file needs of a resource, of users' fields or of features depends on them.
// Imports stand on lines of their own.
func withoutUnused(source []byte) ([]byte, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	used := make(map[string]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if of, ok := selector.X.(*ast.Ident); ok {
				used[of.Name] = true
			}
		}
		return true
	})
	for _, spec := range slices.Backward(file.Imports) {
		if spec.Name != nil {
			continue
		}
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		if used[strings.TrimPrefix(path.Base(majorVersion.ReplaceAllString(name, "")), "go-")] {
			continue
		}
		from, to := files.Position(spec.Pos()).Offset, files.Position(spec.End()).Offset
		from = bytes.LastIndexByte(source[:from], '\n') + 1
		to += bytes.IndexByte(source[to:], '\n') + 1
		source = append(source[:from:from], source[to:]...)
	}
	return lonely.ReplaceAll(source, []byte("import $1")), nil
}
