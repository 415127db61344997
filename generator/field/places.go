package field

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// source is a Go file into which text is put.
type source struct {
	path    string
	content []byte
	file    *ast.File
	set     *token.FileSet
	inserts []insert
}

type insert struct {
	at   int
	text string
}

func parseSource(path string, content []byte) (*source, error) {
	s := &source{path: path, content: content, set: token.NewFileSet()}
	var err error
	s.file, err = parser.ParseFile(s.set, path, content, parser.ParseComments|parser.SkipObjectResolution)
	return s, err
}

func (s *source) offset(pos token.Pos) int { return s.set.Position(pos).Offset }

func (s *source) insert(at int, text string) { s.inserts = append(s.inserts, insert{at, text}) }

// result gives the file with what was put in: formatted if it was before, and
// with its own line ends.
func (s *source) result() ([]byte, error) {
	slices.SortStableFunc(s.inserts, func(a, b insert) int { return a.at - b.at })
	var out bytes.Buffer
	last := 0
	for _, i := range s.inserts {
		out.Write(s.content[last:i.at])
		out.WriteString(i.text)
		last = i.at
	}
	out.Write(s.content[last:])
	crlf := bytes.Contains(s.content, []byte("\r\n"))
	plain := func(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) }
	changed := plain(out.Bytes())
	formatted, err := format.Source(changed)
	if err != nil {
		return nil, err
	}
	if before, err := format.Source(plain(s.content)); err == nil && bytes.Equal(before, plain(s.content)) {
		changed = formatted
	}
	if crlf {
		changed = bytes.ReplaceAll(changed, []byte("\n"), []byte("\r\n"))
	}
	return changed, nil
}

// structNamed gives the struct type of a name, or the struct of its field Body.
func (s *source) structNamed(name string, body bool) (*ast.StructType, error) {
	for _, decl := range s.file.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range d.Specs {
			t, ok := spec.(*ast.TypeSpec)
			if !ok || t.Name.Name != name {
				continue
			}
			found, ok := t.Type.(*ast.StructType)
			if ok && body {
				found, ok = bodyOf(found)
			}
			if ok {
				return found, nil
			}
		}
	}
	return nil, fmt.Errorf("there is no struct type %s as forge wrote it", name)
}

func bodyOf(t *ast.StructType) (*ast.StructType, bool) {
	for _, f := range t.Fields.List {
		if len(f.Names) == 1 && f.Names[0].Name == "Body" {
			body, ok := f.Type.(*ast.StructType)
			return body, ok
		}
	}
	return nil, false
}

// fieldNames lists a struct's fields in order.
func fieldNames(t *ast.StructType) []string {
	var names []string
	for _, f := range t.Fields.List {
		for _, name := range f.Names {
			names = append(names, name.Name)
		}
	}
	return names
}

// addToStruct puts lines at the end of a struct.
func (s *source) addToStruct(t *ast.StructType, lines []string) {
	s.addToBlock("type t struct ", t.Fields.Opening, t.Fields.Closing, lines)
}

// addToBlock puts lines at the end of a block, which together with what comes
// before it is Go. Where gofmt would line up the lines above with them, they
// are set apart: those lines may be changed by others.
func (s *source) addToBlock(before string, open, closing token.Pos, lines []string) {
	start, end := s.offset(open), s.offset(closing)
	text := "\t" + strings.Join(lines, "\n\t") + "\n"
	there, closer := before+string(s.content[start:end]), string(s.content[end])
	if !keepsLines(there+closer, there+text+closer) {
		text = "\n" + text
	}
	s.insert(end, text)
}

// keepsLines says that gofmt leaves the lines of one declaration in another,
// which has more.
func keepsLines(before, after string) bool {
	const clause = "package p\n\n"
	old, err := format.Source([]byte(clause + before))
	now, alsoErr := format.Source([]byte(clause + after))
	if err != nil || alsoErr != nil {
		return true
	}
	rest := string(now)
	for line := range strings.Lines(string(old)) {
		at := strings.Index("\n"+rest, "\n"+line)
		if at < 0 {
			return false
		}
		rest = rest[at+len(line):]
	}
	return true
}

// function gives the one function of a name.
func (s *source) function(name string) (*ast.FuncDecl, error) {
	var found *ast.FuncDecl
	for _, decl := range s.file.Decls {
		if d, ok := decl.(*ast.FuncDecl); ok && d.Name.Name == name && d.Body != nil {
			if found != nil {
				return nil, fmt.Errorf("there are two functions %s", name)
			}
			found = d
		}
	}
	if found == nil {
		return nil, fmt.Errorf("there is no function %s", name)
	}
	return found, nil
}

// literal gives the one composite literal of a type in a node that has a key.
func (s *source) literal(in ast.Node, typeName, key string) (*ast.CompositeLit, error) {
	var found []*ast.CompositeLit
	ast.Inspect(in, func(n ast.Node) bool {
		if lit, ok := n.(*ast.CompositeLit); ok && nameOfType(lit.Type) == typeName && slices.Contains(keysOf(lit), key) {
			found = append(found, lit)
		}
		return true
	})
	if len(found) != 1 {
		return nil, fmt.Errorf("there are %d literals of %s with %s, not one", len(found), typeName, key)
	}
	return found[0], nil
}

func nameOfType(expr ast.Expr) string {
	switch t := expr.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.SelectorExpr:
		return nameOfType(t.X) + "." + t.Sel.Name
	case *ast.ArrayType:
		return "[]" + nameOfType(t.Elt)
	}
	return ""
}

func keysOf(lit *ast.CompositeLit) []string {
	var keys []string
	for _, element := range lit.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			keys = append(keys, nameOfType(pair.Key))
		}
	}
	return keys
}

// addToLiteral puts elements behind the last one of a literal.
func (s *source) addToLiteral(lit *ast.CompositeLit, elements []string) error {
	if len(lit.Elts) == 0 {
		return errors.New("the literal is empty")
	}
	end := s.offset(lit.Elts[len(lit.Elts)-1].End())
	text := ",\n" + strings.Join(elements, ", ")
	there := "var _ = " + string(s.content[s.offset(lit.Pos()):end])
	if !keepsLines(there+",\n}", there+text+",\n}") {
		text = ",\n" + text[1:]
	}
	s.insert(end, text)
	return nil
}

// addImport imports a package of the standard library, unless it is imported.
func (s *source) addImport(path string) {
	var last *ast.ImportSpec
	for _, spec := range s.file.Imports {
		if spec.Path.Value == `"`+path+`"` {
			return
		}
		if first, _, _ := strings.Cut(strings.Trim(spec.Path.Value, `"`), "/"); !strings.Contains(first, ".") {
			last = spec
		}
	}
	if last == nil {
		s.insert(s.offset(s.file.Name.End()), "\n\nimport \""+path+"\"")
		return
	}
	if list, ok := s.file.Decls[0].(*ast.GenDecl); !ok || !list.Lparen.IsValid() || last.Pos() > list.Rparen {
		s.insert(s.offset(last.End()), "\nimport \""+path+"\"")
		return
	}
	s.insert(s.offset(last.End()), "\n\t\""+path+"\"")
}
