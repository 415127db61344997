package merge

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// importList is the text of a file's imports, read.
type importList struct {
	text  string
	set   *token.FileSet
	decls []*ast.GenDecl
}

const listHead = "package p\n\n"

func readImports(text string) importList {
	l := importList{text: text, set: token.NewFileSet()}
	file, err := parser.ParseFile(l.set, "", listHead+text, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return l // It was parsed a moment ago.
	}
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.GenDecl); ok {
			l.decls = append(l.decls, d)
		}
	}
	return l
}

func (l importList) offset(pos token.Pos) int {
	return l.set.PositionFor(pos, false).Offset - len(listHead)
}

// begin and end are where an import stands, with its comments.
func (l importList) begin(s *ast.ImportSpec) int {
	if s.Doc != nil {
		return l.offset(s.Doc.Pos())
	}
	return l.offset(s.Pos())
}

func (l importList) end(s *ast.ImportSpec) int {
	if s.Comment != nil {
		return l.offset(s.Comment.End())
	}
	return l.offset(s.End())
}

func specsOf(d *ast.GenDecl) []*ast.ImportSpec {
	var specs []*ast.ImportSpec
	for _, spec := range d.Specs {
		if s, ok := spec.(*ast.ImportSpec); ok {
			specs = append(specs, s)
		}
	}
	return specs
}

// removeImport takes an import and its comments out of a text of imports.
func removeImport(text string, gone *ast.ImportSpec) string {
	l := readImports(text)
	for _, d := range l.decls {
		for _, s := range specsOf(d) {
			if !isSame(s, gone) {
				continue
			}
			begin, end := l.begin(s), l.end(s)
			if len(d.Specs) == 1 { // comments in its brackets stay
				inside := ""
				if d.Lparen.IsValid() {
					inside = text[l.offset(d.Lparen)+1:begin] + text[end:l.offset(d.Rparen)]
				}
				if strings.TrimSpace(inside) == "" {
					begin, end = l.offset(d.Pos()), max(end, l.offset(d.End()))
				}
			}
			return cutLines(text, begin, end)
		}
	}
	return text
}

// cutLines removes a part of a text, and lines that are empty without it.
func cutLines(text string, begin, end int) string {
	before := strings.TrimRight(text[:begin], " \t")
	after := strings.TrimLeft(text[end:], " \t")
	after = strings.TrimPrefix(after, "\n")
	if strings.HasSuffix(before, "\n\n") || strings.HasSuffix(before, "(\n") || before == "" {
		after = strings.TrimLeft(after, "\n")
	}
	if strings.HasPrefix(after, ")") {
		before = strings.TrimRight(before, "\n") + "\n"
	}
	if after == "" {
		before = strings.TrimRight(before, "\n")
	}
	return before + after
}

// addImport puts an import where it belongs in a text of imports: into the
// group of its like, among those that forge has too, in order if these are.
func addImport(text string, s *ast.ImportSpec, forges []*ast.ImportSpec) string {
	l := readImports(text)
	groups := l.groups()
	if len(groups) == 0 {
		return l.addSingle(s, forges)
	}
	kind := kindOf(s, groups)
	best, most := -1, -1
	for i, g := range groups {
		share := g.share(s)
		if len(g.of(forges)) > 0 { // before any group that only the owner has
			share += 1 << 16
		}
		if kindOf(g.specs[0], groups) == kind && share > most {
			best, most = i, share
		}
	}
	if best >= 0 {
		return groups[best].insert(l, s, forges)
	}
	for _, g := range slices.Backward(groups) {
		if kindOf(g.specs[0], groups) < kind {
			end := l.end(g.specs[len(g.specs)-1])
			return text[:end] + "\n\n\t" + written(s) + text[end:]
		}
	}
	begin := l.begin(groups[0].specs[0])
	return text[:begin] + written(s) + "\n\n\t" + text[begin:]
}

// addSingle adds an import to a text without brackets.
func (l importList) addSingle(s *ast.ImportSpec, forges []*ast.ImportSpec) string {
	switch {
	case len(l.decls) == 0:
		return "import " + written(s)
	case len(l.decls) == 1 && l.text == "import "+written(specsOf(l.decls[0])[0]) && !isC(l.decls[0]):
		return addImport("import (\n\t"+strings.TrimPrefix(l.text, "import ")+"\n)", s, forges)
	case isC(l.decls[len(l.decls)-1]):
		return l.text + "\n\nimport " + written(s)
	}
	return l.text + "\nimport " + written(s)
}

// isC reports whether a declaration is that of C code, whose comment has to
// stand before it alone.
func isC(d *ast.GenDecl) bool {
	return slices.ContainsFunc(specsOf(d), func(s *ast.ImportSpec) bool { return s.Path.Value == `"C"` })
}

// group is a run of imports without an empty line between them.
type group struct{ specs []*ast.ImportSpec }

func (l importList) groups() []group {
	var all []group
	for _, d := range l.decls {
		if !d.Lparen.IsValid() || isC(d) {
			continue
		}
		before := -1
		for _, s := range specsOf(d) {
			if before < 0 || hasEmptyLine(l.text[before:l.begin(s)]) {
				all = append(all, group{})
			}
			last := &all[len(all)-1]
			last.specs = append(last.specs, s)
			before = l.end(s)
		}
	}
	return all
}

func hasEmptyLine(text string) bool {
	lines := strings.Split(text, "\n")
	return len(lines) > 2 && slices.ContainsFunc(lines[1:len(lines)-1], func(line string) bool { return strings.TrimSpace(line) == "" })
}

// of returns the group's imports that forge has too.
func (g group) of(forges []*ast.ImportSpec) []*ast.ImportSpec {
	return slices.DeleteFunc(slices.Clone(g.specs), func(s *ast.ImportSpec) bool { return !has(forges, s) })
}

// insert puts an import into the group: in order if the whole group is, or else
// if the part that forge has too is.
func (g group) insert(l importList, s *ast.ImportSpec, forges []*ast.ImportSpec) string {
	byPath := func(a, b *ast.ImportSpec) int { return strings.Compare(a.Path.Value, b.Path.Value) }
	after := g.specs[len(g.specs)-1]
	for _, specs := range [][]*ast.ImportSpec{g.specs, g.of(forges)} {
		if len(specs) == 0 || !slices.IsSortedFunc(specs, byPath) {
			continue
		}
		if i := slices.IndexFunc(specs, func(other *ast.ImportSpec) bool { return byPath(other, s) > 0 }); i >= 0 {
			begin := l.begin(specs[i])
			return l.text[:begin] + written(s) + "\n\t" + l.text[begin:]
		}
		after = specs[len(specs)-1]
		break
	}
	end := l.end(after)
	return l.text[:end] + "\n\t" + written(s) + l.text[end:]
}

// share is how much of its path an import has in common with one of the group.
func (g group) share(s *ast.ImportSpec) int {
	most := 0
	for _, other := range g.specs {
		n := 0
		for n < min(len(s.Path.Value), len(other.Path.Value)) && s.Path.Value[n] == other.Path.Value[n] {
			n++
		}
		most = max(most, n)
	}
	return most
}

// kindOf sorts an import: the standard library's, those of other modules, the
// project's own.
func kindOf(s *ast.ImportSpec, groups []group) int {
	path := strings.Trim(s.Path.Value, `"`)
	first, _, _ := strings.Cut(path, "/")
	own, _, isOwn := strings.Cut(path, "/internal/")
	switch {
	case isOwn && strings.Contains(first, "."):
		return 2
	case isOwn && slices.ContainsFunc(groups, func(g group) bool {
		return slices.ContainsFunc(g.specs, func(other *ast.ImportSpec) bool { return strings.HasPrefix(other.Path.Value, `"`+own+"/internal/") })
	}):
		return 2
	case strings.Contains(first, "."):
		return 1
	}
	return 0
}

// written is an import as it stands in its file, comments included.
func written(s *ast.ImportSpec) string {
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
