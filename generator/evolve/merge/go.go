package merge

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

// mergeGo merges Go files, their imports as the sets that they are. It reports false
// if it can't, which leaves merging the text.
func mergeGo(base, ours, theirs []byte) (merge3.Result, bool) {
	files := [3]importing{parseImports(base), parseImports(ours), parseImports(theirs)}
	for _, f := range files {
		if !f.ok {
			return merge3.Result{}, false
		}
	}
	o, a, b := files[0], files[1], files[2]
	options := sides()
	resolver := &resolver{}
	options.Resolve = resolver.resolve
	result := merge3.Merge(o.without(), a.without(), b.without(), options)
	mark := []byte(placeholder[:len(placeholder)-1])
	if bytes.Count(result.Content, mark) != 1 {
		return merge3.Result{}, false // It is inside of a conflict.
	}
	at := bytes.Index(result.Content, mark)
	imports := mergeImports(o, a, b, bytes.Replace(result.Content, mark, nil, 1))
	before := result.Content[:at]
	if imports == "" {
		before = bytes.TrimRight(before, "\r\n")
	}
	result.Content = slices.Concat(before, gotext.Like(ours, []byte(imports)), result.Content[at+len(placeholder)-1:])
	first := bytes.Count(a.source[:a.start], []byte("\n"))
	for i, line := range result.Conflicts {
		if line > first {
			result.Conflicts[i] += strings.Count(a.text, "\n") - strings.Count(a.lead, "\n")
		}
	}
	result.Content = resolver.formatted(ours, result.Content)
	return result, true
}

// bothDeclare merges whole declarations: two additions at one place, as both are
// when they stand at the end of a file, go side by side; and what one side adds
// next to declarations of base stays, when the other changes these or takes them
// out.
func bothDeclare(base, ours, theirs []byte) ([]byte, bool) {
	blank := len(bytes.TrimSpace(base)) == 0
	if _, ok := declared(base); !ok && !blank {
		return nil, false
	}
	if blank {
		return declarations(theirs, ours)
	}
	before, after, ok := added(base, theirs)
	other := ours
	if !ok {
		before, after, ok = added(base, ours)
		other = theirs
	}
	if !ok {
		return nil, false
	}
	merged, ok := declarations(before, other, after)
	if !ok {
		return nil, false
	}
	begin, end := blanks(base)
	return slices.Concat(begin, bytes.Trim(merged, "\n"), end), true
}

// declarations puts whole declarations of different names one after the other. A
// part may be empty.
func declarations(parts ...[]byte) ([]byte, bool) {
	var names []string
	var texts [][]byte
	for _, part := range parts {
		if len(bytes.TrimSpace(part)) == 0 {
			continue
		}
		more, ok := declared(part)
		if !ok || slices.ContainsFunc(more, func(name string) bool { return name != "_" && slices.Contains(names, name) }) {
			return nil, false
		}
		names, texts = append(names, more...), append(texts, bytes.Trim(part, "\n"))
	}
	if len(texts) == 0 {
		return nil, false
	}
	begin, _ := blanks(parts[0])
	_, end := blanks(parts[len(parts)-1])
	return slices.Concat(begin, bytes.Join(texts, []byte("\n\n")), end), true
}

// blanks returns the line ends that a text begins and ends with.
func blanks(text []byte) (begin, end []byte) {
	return text[:len(text)-len(bytes.TrimLeft(text, "\n"))], text[len(bytes.TrimRight(text, "\n")):]
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
