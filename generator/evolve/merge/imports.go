package merge

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/internal/gotext"
)

// importing is a Go file and where its imports are.
type importing struct {
	source     []byte
	start, end int
	text       string // what stands there, with Unix line ends
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
	if last := file.Imports[len(file.Imports)-1]; last.Comment != nil {
		i.end = max(i.end, offset(last.Comment.End()))
	}
	i.text = string(gotext.Unix(source[i.start:i.end]))
	return i
}

// without returns the file with the placeholder for its imports, or in the
// place where it would have some.
func (i importing) without() []byte {
	return slices.Concat(i.source[:i.start], []byte(i.lead+placeholder[:len(placeholder)-1]), i.source[i.end:])
}

// mergeImports returns the imports of the merged body: those that one side has
// as they stand there, less what forge removed and nothing uses, and what the
// other side has besides. Comments, groups and order stay.
func mergeImports(o, a, b importing, body []byte) string {
	used := usedNames(body)
	if o.text == a.text {
		text := b.text
		for _, s := range o.specs {
			if !has(b.specs, s) && used.has(s) {
				text = addImport(text, s, b.specs)
			}
		}
		return text
	}
	text := a.text
	for _, s := range a.specs {
		if has(o.specs, s) && !has(b.specs, s) && !used.has(s) {
			text = removeImport(text, s)
		}
	}
	for _, s := range b.specs {
		if !has(a.specs, s) && (!has(o.specs, s) || used.has(s)) {
			text = addImport(text, s, b.specs)
		}
	}
	return text
}

func has(specs []*ast.ImportSpec, s *ast.ImportSpec) bool {
	return slices.ContainsFunc(specs, func(other *ast.ImportSpec) bool { return isSame(other, s) })
}

func isSame(a, b *ast.ImportSpec) bool {
	return a.Path.Value == b.Path.Value && nameOf(a) == nameOf(b)
}

func nameOf(s *ast.ImportSpec) string {
	if s.Name == nil {
		return ""
	}
	return s.Name.Name
}

// names are those that a file takes from elsewhere; nil: nobody knows.
type names map[string]bool

// usedNames returns what a merged file uses and does not declare; nothing is
// known of one with conflicts in it.
func usedNames(body []byte) names {
	file, err := parser.ParseFile(token.NewFileSet(), "", body, 0)
	if err != nil {
		return nil
	}
	used := make(names)
	for _, id := range file.Unresolved {
		used[id.Name] = true
	}
	return used
}

// has reports whether an import is used, or may be.
func (used names) has(s *ast.ImportSpec) bool {
	name := nameOf(s)
	if used == nil || name == "_" || name == "." || used[name] {
		return true
	}
	return name == "" && slices.ContainsFunc(packageNames(strings.Trim(s.Path.Value, `"`)), func(name string) bool { return used[name] })
}

// packageNames lists the names that a package at a path may have.
func packageNames(path string) []string {
	elements := strings.Split(path, "/")
	name := elements[len(elements)-1]
	if len(elements) > 1 && len(name) > 1 && name[0] == 'v' && strings.Trim(name[1:], "0123456789") == "" {
		name = elements[len(elements)-2]
	}
	name, _, _ = strings.Cut(name, ".") // as in yaml.v3
	all := []string{name, strings.TrimPrefix(name, "go-"), strings.TrimSuffix(name, "-go"), strings.ReplaceAll(name, "-", ""), strings.ReplaceAll(name, "-", "_")}
	return append(all, strings.Split(name, "-")...)
}
