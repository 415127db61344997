package takeover

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
)

// withoutFields returns a file of a project without what an earlier forge put
// into it for fields; false if that is nothing.
func withoutFields(name string, content []byte, fields []field.Field) ([]byte, bool) {
	text := []byte(unixLines(content))
	switch {
	case name == "README.md":
		text = readmeWithout(text, fields)
	case path.Ext(name) == ".go":
		c := cutter{source: text, set: token.NewFileSet()}
		for _, f := range fields {
			c.fields = append(c.fields, f.GoName)
			c.columns = append(c.columns, f.Name)
		}
		text = c.cut()
	default:
		return nil, false
	}
	return gotext.Like(content, text), text != nil && !bytes.Equal(text, []byte(unixLines(content)))
}

// readmeWithout takes the names of fields out of the lists that had them.
func readmeWithout(text []byte, fields []field.Field) []byte {
	for _, f := range fields {
		text = regexp.MustCompile(",[ \n]\""+f.Name+"\"").ReplaceAll(text, nil)
		text = bytes.ReplaceAll(text, []byte(", `"+f.Name+"`"), nil)
	}
	return text
}

// cutter takes fields out of a Go file.
type cutter struct {
	source          []byte
	set             *token.FileSet
	fields, columns []string // their names in Go and in SQL
	cuts            [][2]int
}

// cut returns the file without the fields, or nil if it can't be read.
func (c *cutter) cut() []byte {
	file, err := parser.ParseFile(c.set, "", c.source, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	ast.Inspect(file, func(n ast.Node) bool {
		c.visit(n)
		return true
	})
	slices.SortFunc(c.cuts, func(a, b [2]int) int { return a[0] - b[0] })
	var out []byte
	last := 0
	for _, cut := range c.cuts {
		if cut[0] >= last {
			out = append(out, c.source[last:cut[0]]...)
			last = cut[1]
		}
	}
	out = c.sql(append(out, c.source[last:]...))
	if formatted, err := format.Source(out); err == nil {
		return formatted
	}
	return nil
}

func (c *cutter) offset(pos token.Pos) int { return c.set.Position(pos).Offset }

func (c *cutter) visit(n ast.Node) {
	switch n := n.(type) {
	case *ast.StructType:
		for _, f := range n.Fields.List {
			if len(f.Names) == 1 && slices.Contains(c.fields, f.Names[0].Name) {
				c.lines(f)
			}
		}
	case *ast.IfStmt:
		if compared, ok := n.Cond.(*ast.BinaryExpr); ok && c.isField(compared.X, "c") {
			c.lines(n)
		}
	case *ast.CompositeLit:
		c.elements(n.Elts, c.offset(n.Lbrace)+1)
	case *ast.CallExpr:
		c.elements(n.Args, c.offset(n.Lparen)+1)
	case *ast.CaseClause:
		if len(n.Body) == 1 {
			if r, ok := n.Body[0].(*ast.ReturnStmt); ok && len(r.Results) == 1 && c.isRefusal(r.Results[0]) {
				c.lines(n)
			}
		}
	case *ast.ValueSpec:
		if len(n.Names) == 1 && c.isRefusal(n.Names[0]) {
			c.lines(n)
		}
	}
}

// lines cuts the lines of a node, and the blank one above it.
func (c *cutter) lines(n ast.Node) {
	start, end := c.offset(n.Pos()), c.offset(n.End())
	start = bytes.LastIndexByte(c.source[:start], '\n')
	for start > 0 && c.source[start-1] == '\n' {
		start--
	}
	line, _, _ := bytes.Cut(c.source[end:], []byte("\n"))
	c.cuts = append(c.cuts, [2]int{start, end + len(line)})
}

// elements cuts those of a list that are about a field.
func (c *cutter) elements(list []ast.Expr, begin int) {
	for _, e := range list {
		end := c.offset(e.End())
		if c.isElement(e) {
			c.cuts = append(c.cuts, [2]int{begin, end})
		}
		begin = end
	}
}

func (c *cutter) isElement(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.KeyValueExpr:
		key, ok := e.Key.(*ast.Ident)
		return ok && slices.Contains(c.fields, key.Name)
	case *ast.UnaryExpr:
		return e.Op == token.AND && c.isField(e.X, "u")
	case *ast.BasicLit:
		return e.Kind == token.STRING && slices.Contains(c.columns, strings.Trim(e.Value, `"`))
	}
	return c.isField(e, "u")
}

// isField reports whether an expression is a field of a variable.
func (c *cutter) isField(e ast.Expr, of string) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok || !slices.Contains(c.fields, s.Sel.Name) {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == of
}

// isRefusal reports whether an expression is the error of a value that is
// taken.
func (c *cutter) isRefusal(e ast.Expr) bool {
	if s, ok := e.(*ast.SelectorExpr); ok {
		e = s.Sel
	}
	name, ok := e.(*ast.Ident)
	return ok && slices.ContainsFunc(c.fields, func(f string) bool { return name.Name == "Err"+f+"Taken" })
}

var insertStatement = lazyregexp.New("(?s)`INSERT INTO users\\s*\\(([^()]*)\\)(\\s*VALUES\\s*)\\(([^()]*)\\)")

// sql takes the columns out of the statements of a file.
func (c *cutter) sql(text []byte) []byte {
	text = insertStatement.ReplaceAllFunc(text, func(statement []byte) []byte {
		m := insertStatement.FindSubmatch(statement)
		names, values := strings.Split(string(m[1]), ","), strings.Split(string(m[3]), ",")
		kept := len(names)
		for kept > 0 && slices.Contains(c.columns, strings.TrimSpace(names[kept-1])) {
			kept--
		}
		if len(names) != len(values) || kept == len(names) {
			return statement
		}
		return []byte("`INSERT INTO users (" + strings.Join(names[:kept], ",") + ")" + string(m[2]) + "(" + strings.Join(values[:kept], ",") + ")")
	})
	for _, column := range c.columns {
		text = regexp.MustCompile(`,\s*users\.`+column+`\b`).ReplaceAll(text, nil)
		text = regexp.MustCompile(`,\s*`+column+` = (\?|\$[0-9]+)`).ReplaceAll(text, nil)
	}
	return text
}
