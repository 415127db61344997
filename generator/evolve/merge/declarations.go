package merge

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

// goFile is a Go file in pieces, which put together again are its text.
type goFile struct {
	before string // comments above the package clause
	clause string // the package clause
	after  string // comments between it and the imports
	// imports is what parseImports knows.
	imports importing
	pieces  []piece // its declarations, and what stands behind the last one
}

// piece is a declaration with the comments above it.
type piece struct {
	names []string // what it declares, such as "func f", "method T.m", "value x"
	gap   string   // the line ends in front of it
	text  string
	line  int // where text begins, from 1
}

// splitGo takes a Go file into its pieces; false if it can't be read as one.
// Line ends become "\n".
func splitGo(source []byte) (goFile, bool) {
	source = bytes.ReplaceAll(source, []byte("\r\n"), []byte("\n"))
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", source, parser.ParseComments|parser.SkipObjectResolution)
	imports := parseImports(source)
	if err != nil || !imports.ok {
		return goFile{}, false
	}
	offset := func(pos token.Pos) int { return set.PositionFor(pos, false).Offset }
	begin, end := offset(file.Package), lineEnd(source, offset(file.Name.End()))
	f := goFile{
		before: string(source[:begin]), clause: string(source[begin:end]),
		after: strings.TrimSpace(string(source[end:max(end, imports.start)])), imports: imports,
	}
	last := max(end, imports.end)
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.IMPORT {
			continue
		}
		until := lineEnd(source, offset(decl.End()))
		f.pieces = append(f.pieces, pieceOf(source, last, until, namesOf(decl)))
		last = until
	}
	if rest := bytes.TrimSpace(source[last:]); len(rest) > 0 {
		f.pieces = append(f.pieces, pieceOf(source, last, len(source), nil))
	}
	return f, true
}

// Declarations returns the names that a Go file declares, such as "func f" or
// "method T.m", and the text of its declarations; false if it is no Go.
func Declarations(source []byte) (names []string, text string, ok bool) {
	file, ok := splitGo(source)
	var all strings.Builder
	for _, p := range file.pieces {
		names = append(names, p.names...)
		all.WriteString(p.text + "\n")
	}
	return names, all.String(), ok
}

// lineEnd returns the end of the line that an offset is in.
func lineEnd(source []byte, at int) int {
	if end := bytes.IndexByte(source[at:], '\n'); end >= 0 {
		return at + end
	}
	return len(source)
}

func pieceOf(source []byte, start, end int, names []string) piece {
	raw := string(source[start:end])
	text := strings.TrimLeft(raw, "\n")
	begin := end - len(text)
	return piece{
		names: names, gap: raw[:len(raw)-len(text)], text: strings.TrimRight(text, "\n"),
		line: 1 + bytes.Count(source[:begin], []byte("\n")),
	}
}

// namesOf lists what a declaration declares; nothing for one that has no name.
func namesOf(decl ast.Decl) []string {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Recv != nil && len(d.Recv.List) == 1 {
			return []string{"method " + receiver(d.Recv.List[0].Type) + "." + d.Name.Name}
		}
		if d.Name.Name != "init" && d.Name.Name != "_" {
			return []string{"func " + d.Name.Name}
		}
	case *ast.GenDecl:
		var names []string
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, "type "+s.Name.Name)
			case *ast.ValueSpec:
				for _, name := range s.Names {
					if name.Name != "_" {
						names = append(names, "value "+name.Name)
					}
				}
			}
		}
		return names
	}
	return nil
}

// receiver is the name of a method's type.
func receiver(expr ast.Expr) string {
	switch t := expr.(type) {
	case *ast.StarExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.IndexListExpr:
		return receiver(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}
