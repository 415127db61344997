package evolve

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/merge3"
)

// placeholder stands for the imports of a Go file while the rest is merged:
// two additions at the same place of an import list are no conflict.
const placeholder = "import forge_merges_imports_by_themselves\n"

// mergeGo merges Go files, their imports as the sets that they are. It says no
// when it can't: then the text is all there is.
func mergeGo(base, ours, theirs []byte) (merge3.Result, bool) {
	files := [3]importing{parseImports(base), parseImports(ours), parseImports(theirs)}
	for _, f := range files {
		if !f.ok {
			return merge3.Result{}, false
		}
	}
	o, a, b := files[0], files[1], files[2]
	options := sides()
	options.Resolve = bothDeclare
	result := merge3.Merge(o.without(), a.without(), b.without(), options)
	mark := []byte(placeholder[:len(placeholder)-1])
	if bytes.Count(result.Content, mark) != 1 {
		return merge3.Result{}, false // It is inside of a conflict.
	}
	at := bytes.Index(result.Content, mark)
	imports := mergeImports(o, a, b, string(result.Content))
	before := result.Content[:at]
	if imports == "" {
		before = bytes.TrimRight(before, "\r\n")
	}
	result.Content = slices.Concat(before, gotext.Like(ours, []byte(imports)), result.Content[at+len(placeholder)-1:])
	first := bytes.Count(a.source[:a.start], []byte("\n"))
	for i, line := range result.Conflicts {
		if line > first {
			result.Conflicts[i] += strings.Count(a.text(), "\n") - strings.Count(a.lead, "\n")
		}
	}
	return result, true
}

// bothDeclare merges two additions at one place, as both are when they stand at
// the end of a file: whole declarations of different names go side by side.
func bothDeclare(base, ours, theirs []byte) ([]byte, bool) {
	if len(bytes.TrimSpace(base)) > 0 {
		return nil, false
	}
	mine, ok := declared(ours)
	others, alsoOK := declared(theirs)
	if !ok || !alsoOK || slices.ContainsFunc(mine, func(name string) bool { return name != "_" && slices.Contains(others, name) }) {
		return nil, false
	}
	return slices.Concat(bytes.TrimRight(theirs, "\n"), []byte("\n\n"), bytes.TrimLeft(ours, "\n")), true
}

// declared lists the names of a text that is nothing but whole declarations.
func declared(text []byte) ([]string, bool) {
	file, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+string(text), parser.SkipObjectResolution)
	if err != nil || len(file.Decls) == 0 {
		return nil, false
	}
	var names []string
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				name = "method " + name
			}
			names = append(names, name)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					names = append(names, s.Name.Name)
				case *ast.ValueSpec:
					for _, name := range s.Names {
						names = append(names, name.Name)
					}
				case *ast.ImportSpec:
					return nil, false
				}
			}
		}
	}
	return names, true
}

// importing is a Go file and where its imports are.
type importing struct {
	source     []byte
	start, end int
	lead       string // sets imports off, where a file has none
	specs      []*ast.ImportSpec
	ok         bool
}

func parseImports(source []byte) importing {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", source, parser.ImportsOnly|parser.ParseComments)
	if err != nil || len(file.Decls) > 0 && len(file.Imports) == 0 {
		return importing{}
	}
	offset := func(pos token.Pos) int { return set.PositionFor(pos, false).Offset }
	i := importing{source: source, specs: file.Imports, ok: true}
	if len(file.Decls) == 0 {
		i.start = offset(file.Name.End())
		rest, _, _ := bytes.Cut(source[i.start:], []byte("\n"))
		i.start += len(bytes.TrimRight(rest, "\r"))
		i.end, i.lead = i.start, "\n\n"
		if bytes.HasSuffix(rest, []byte("\r")) {
			i.lead = "\r\n\r\n"
		}
		return i
	}
	i.start, i.end = offset(file.Decls[0].Pos()), offset(file.Decls[len(file.Decls)-1].End())
	return i
}

func (i importing) text() string { return string(i.source[i.start:i.end]) }

// without gives the file with the placeholder for its imports, or in the place
// where it would have some.
func (i importing) without() []byte {
	return slices.Concat(i.source[:i.start], []byte(i.lead+placeholder[:len(placeholder)-1]), i.source[i.end:])
}

// spec is an import as it is written, comments included.
func (i importing) spec(s *ast.ImportSpec) string {
	text := s.Path.Value
	if s.Name != nil {
		text = s.Name.Name + " " + text
	}
	if s.Doc != nil {
		var doc strings.Builder
		for _, c := range s.Doc.List {
			doc.WriteString(c.Text + "\n\t")
		}
		text = doc.String() + text
	}
	if s.Comment != nil {
		text += " " + s.Comment.List[0].Text
	}
	return text
}

func has(specs []*ast.ImportSpec, s *ast.ImportSpec) bool {
	return slices.ContainsFunc(specs, func(other *ast.ImportSpec) bool {
		return other.Path.Value == s.Path.Value && nameOf(other) == nameOf(s)
	})
}

func nameOf(s *ast.ImportSpec) string {
	if s.Name == nil {
		return ""
	}
	return s.Name.Name
}

// mergeImports gives the imports of the merged body: the user's, what forge
// added, less what forge removed and nothing uses.
func mergeImports(o, a, b importing, body string) string {
	switch {
	case gotext.SameLines([]byte(o.text()), []byte(a.text())):
		return withUsed(b, o, body)
	case gotext.SameLines([]byte(o.text()), []byte(b.text())):
		return a.text()
	}
	var groups [3][]string
	add := func(i importing, s *ast.ImportSpec) {
		g := groupOf(s.Path.Value, b)
		groups[g] = append(groups[g], i.spec(s))
	}
	for _, s := range a.specs {
		if has(b.specs, s) || !has(o.specs, s) || uses(body, s) {
			add(a, s)
		}
	}
	for _, s := range b.specs {
		if !has(a.specs, s) && (!has(o.specs, s) || uses(body, s)) {
			add(b, s)
		}
	}
	return writeImports(groups)
}

// withUsed gives forge's imports, and those of the base that forge removed but
// the user's code still needs.
func withUsed(b, o importing, body string) string {
	var groups [3][]string
	kept := false
	for _, s := range b.specs {
		groups[groupOf(s.Path.Value, b)] = append(groups[groupOf(s.Path.Value, b)], b.spec(s))
	}
	for _, s := range o.specs {
		if !has(b.specs, s) && uses(body, s) {
			groups[groupOf(s.Path.Value, b)] = append(groups[groupOf(s.Path.Value, b)], o.spec(s))
			kept = true
		}
	}
	if !kept {
		return b.text()
	}
	return writeImports(groups)
}

func writeImports(groups [3][]string) string {
	switch all := slices.Concat(groups[:]...); len(all) {
	case 0:
		return ""
	case 1:
		return "import " + all[0]
	}
	var out strings.Builder
	out.WriteString("import (\n")
	for _, group := range groups {
		if len(group) == 0 {
			continue
		}
		if out.Len() > len("import (\n") {
			out.WriteString("\n")
		}
		slices.SortFunc(group, func(x, y string) int { return strings.Compare(importPath(x), importPath(y)) })
		for _, spec := range group {
			out.WriteString("\t" + spec + "\n")
		}
	}
	out.WriteString(")")
	return out.String()
}

func importPath(spec string) string {
	if at := strings.Index(spec, `"`); at >= 0 {
		return spec[at:]
	}
	return spec
}

// groupOf sorts an import: the standard library's, those of other modules,
// the project's own.
func groupOf(quoted string, b importing) int {
	path := strings.Trim(quoted, `"`)
	first, _, _ := strings.Cut(path, "/")
	switch at := strings.Index(path, "/internal/"); {
	case at > 0 && slices.ContainsFunc(b.specs, func(s *ast.ImportSpec) bool { return strings.HasPrefix(s.Path.Value, `"`+path[:at]+"/internal/") }):
		return 2
	case strings.Contains(first, "."):
		return 1
	}
	return 0
}

// uses says that a body has the name of an imported package before a dot.
func uses(body string, s *ast.ImportSpec) bool {
	name := nameOf(s)
	if name == "_" || name == "." {
		return true
	}
	if name == "" {
		elements := strings.Split(strings.Trim(s.Path.Value, `"`), "/")
		name = elements[len(elements)-1]
		if len(elements) > 1 && len(name) > 1 && name[0] == 'v' && strings.Trim(name[1:], "0123456789") == "" {
			name = elements[len(elements)-2]
		}
	}
	// A path whose end is no identifier does not tell the name.
	return strings.ContainsAny(name, ".-") || strings.Contains(body, name+".")
}
