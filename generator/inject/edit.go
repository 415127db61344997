package inject

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
)

// Edit is a file of the user with the line in it.
type Edit struct {
	Path     string // relative to the module's root
	Old, New []byte
	Import   Line
	Call     Line
}

// Line is an added line and its number in the new file.
type Line struct {
	Number int    `json:"line"`
	Text   string `json:"text"`
}

// Edit adds the import of the package at importPath, and the line that calls
// its function Mount. Nothing else of the file changes.
func (c *Candidate) Edit(importPath string) (Edit, error) {
	at, indent, err := c.offset()
	if err != nil {
		return Edit{}, err
	}
	name, alias := c.importName(importPath)
	src := c.file.src
	spec, specAt, err := c.file.importLine(importPath, pick(alias, name+" ", ""))
	if err != nil {
		return Edit{}, err
	}
	end := lineEnd(src)
	call := indent + name + ".Mount(" + c.arguments() + ")"
	var out bytes.Buffer
	out.Write(src[:specAt])
	out.WriteString(spec + end)
	out.Write(src[specAt:at])
	out.WriteString(call + end)
	out.Write(src[at:])
	text := out.Bytes()
	if Formatted(src) && !Formatted(text) {
		if text, err = format.Source(text); err != nil {
			return Edit{}, fmt.Errorf("adding a line to %s: %w", c.file.path, err)
		}
	}
	edit := Edit{
		Path: c.file.path, Old: src, New: text,
		Import: Line{1 + bytes.Count(src[:specAt], []byte("\n")), strings.TrimSpace(spec)},
		Call:   Line{2 + bytes.Count(src[:at], []byte("\n")), strings.TrimSpace(call)},
	}
	if _, err := parser.ParseFile(token.NewFileSet(), c.file.path, edit.New, 0); err != nil {
		return Edit{}, fmt.Errorf("adding a line to %s: %w", c.file.path, err)
	}
	return edit, nil
}

func (c *Candidate) arguments() string {
	if c.Handle.Kind == "none" {
		return c.Expr
	}
	return c.Expr + ", " + c.Handle.Expr
}

func pick(condition bool, yes, no string) string {
	if condition {
		return yes
	}
	return no
}

func lineEnd(src []byte) string {
	if bytes.Contains(src, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// offset gives the beginning of the line that the new one goes before, and the
// indentation of the new one.
func (c *Candidate) offset() (at int, indent string, err error) {
	list := c.scope.block.List
	file := c.module.fset.File(c.file.ast.FileStart)
	offset := func(p token.Pos) int { return file.Offset(p) }
	index := min(c.place.index, len(list))
	after := offset(c.scope.block.Lbrace) + 1
	if index > 0 {
		after = offset(list[index-1].End())
	}
	src := c.file.src
	rest := src[after:]
	newline := bytes.IndexByte(rest, '\n')
	if newline < 0 {
		return 0, "", errors.New("there is no line to add after")
	}
	if text := strings.TrimSpace(string(rest[:newline])); text != "" && !strings.HasPrefix(text, "//") {
		return 0, "", fmt.Errorf("%s has more than one statement on a line", c.After)
	}
	if index > 0 {
		return after + newline + 1, indentAt(src, offset(list[index-1].Pos())), nil
	}
	if len(list) > 0 {
		return after + newline + 1, indentAt(src, offset(list[0].Pos())), nil
	}
	return after + newline + 1, indentAt(src, offset(c.scope.block.Lbrace)) + "\t", nil
}

// indentAt gives the white space that begins the line of an offset.
func indentAt(src []byte, offset int) string {
	begin := bytes.LastIndexByte(src[:offset], '\n') + 1
	line := src[begin:offset]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// positionAfter is the line that the new one follows.
func (c *Candidate) positionAfter() Position {
	list := c.scope.block.List
	if index := min(c.place.index, len(list)); index > 0 {
		return c.module.position(list[index-1].End())
	}
	return c.module.position(c.scope.block.Lbrace)
}

// importName gives the name that the file can use for the package, and whether
// the import has to say it.
func (c *Candidate) importName(importPath string) (name string, alias bool) {
	base := importPath[strings.LastIndex(importPath, "/")+1:]
	taken := c.takenNames()
	if !taken[base] {
		return base, false
	}
	for i := 1; ; i++ {
		name := "forge" + base
		if i > 1 {
			name += strconv.Itoa(i)
		}
		if !taken[name] {
			return name, true
		}
	}
}

// takenNames are all names that the file or its package use for anything.
func (c *Candidate) takenNames() map[string]bool {
	taken := make(map[string]bool)
	ast.Inspect(c.file.ast, func(n ast.Node) bool {
		if ident, ok := n.(*ast.Ident); ok {
			taken[ident.Name] = true
		}
		return true
	})
	for _, spec := range c.file.ast.Imports {
		taken[importName(spec, strings.Trim(spec.Path.Value, `"`))] = true
	}
	for _, name := range c.file.pkg.Types.Scope().Names() {
		taken[name] = true
	}
	return taken
}

// importLine gives the line for the import and the offset of the line that it
// goes before. In a file that gofmt has formatted, it stays so.
func (f *file) importLine(importPath, alias string) (line string, at int, err error) {
	quoted := alias + strconv.Quote(importPath)
	group := f.importGroup()
	switch {
	case group != nil && group.Lparen.IsValid() && len(group.Specs) > 0:
		return f.inGroup(group, importPath, quoted)
	case group != nil:
		return "import " + quoted, f.nextLine(group.End()), nil
	}
	return "import " + quoted, f.nextLine(f.ast.Name.End()), nil
}

// importGroup is the last import declaration that is not cgo's.
func (f *file) importGroup() *ast.GenDecl {
	var group *ast.GenDecl
	for _, decl := range f.ast.Decls {
		decl, ok := decl.(*ast.GenDecl)
		if !ok || decl.Tok != token.IMPORT {
			continue
		}
		if spec, ok := decl.Specs[0].(*ast.ImportSpec); len(decl.Specs) == 1 && ok && spec.Path.Value == `"C"` {
			continue
		}
		if group == nil || decl.Lparen.IsValid() || !group.Lparen.IsValid() {
			group = decl
		}
	}
	return group
}

// inGroup gives the line beside the group's import that is most alike, in the
// order of their paths: the module's own, or else the last block.
func (f *file) inGroup(group *ast.GenDecl, importPath, quoted string) (string, int, error) {
	beside, most := 0, -1
	for i, spec := range group.Specs {
		other := pathOf(spec)
		alike := sharedSegments(other, importPath)
		newBlock := i > 0 && f.line(spec.Pos()) > f.line(group.Specs[i-1].End())+1
		if alike > most || alike == most && (newBlock && most == 0 || other < importPath) {
			beside, most = i, alike
		}
	}
	line := indentAt(f.src, f.offset(group.Specs[beside].Pos())) + quoted
	if pathOf(group.Specs[beside]) > importPath && f.isGap(group, beside) {
		return line, f.lineStart(begin(group.Specs[beside])), nil
	}
	for _, gap := range []int{beside + 1, beside, len(group.Specs)} {
		if gap > 0 && f.isGap(group, gap) {
			return line, f.nextLine(group.Specs[gap-1].End()), nil
		}
	}
	return "", 0, fmt.Errorf("%s has its imports on one line", f.path)
}

// isGap says whether a line can stand before the import with that index.
func (f *file) isGap(group *ast.GenDecl, index int) bool {
	before, after := group.Lparen, group.Rparen
	if index > 0 {
		before = group.Specs[index-1].End()
	}
	if index < len(group.Specs) {
		after = group.Specs[index].Pos()
	}
	return f.line(before) < f.line(after)
}

func pathOf(spec ast.Spec) string {
	if spec, ok := spec.(*ast.ImportSpec); ok {
		return strings.Trim(spec.Path.Value, `"`)
	}
	return ""
}

// begin is where an import begins with its comment.
func begin(spec ast.Spec) token.Pos {
	if spec, ok := spec.(*ast.ImportSpec); ok && spec.Doc != nil {
		return spec.Doc.Pos()
	}
	return spec.Pos()
}

func (f *file) line(p token.Pos) int { return bytes.Count(f.src[:f.offset(p)], []byte("\n")) }

func sharedSegments(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

func (f *file) offset(p token.Pos) int { return int(p - f.ast.FileStart) }

func (f *file) lineStart(p token.Pos) int {
	return bytes.LastIndexByte(f.src[:f.offset(p)], '\n') + 1
}

func (f *file) nextLine(p token.Pos) int {
	at := f.offset(p)
	if n := bytes.IndexByte(f.src[at:], '\n'); n >= 0 {
		return at + n + 1
	}
	return len(f.src)
}

// Formatted says whether gofmt would leave a file as it is.
func Formatted(src []byte) bool {
	formatted, err := format.Source(src)
	return err == nil && bytes.Equal(formatted, src)
}
