package render

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"strconv"
)

var majorVersion = regexp.MustCompile(`/v[0-9]+$`)

// withoutUnused returns Go source without the imports that nothing in it uses:
// what a resource's files need depends on its fields. Imports have no names of
// their own there, and stand on lines of their own.
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
	for i := len(file.Imports) - 1; i >= 0; i-- {
		spec := file.Imports[i]
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		if used[path.Base(majorVersion.ReplaceAllString(name, ""))] {
			continue
		}
		from, to := files.Position(spec.Pos()).Offset, files.Position(spec.End()).Offset
		source = append(source[:from:from], source[to:]...)
	}
	return source, nil
}
