package wire

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"strconv"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/internal/gotext"
)

// Edit is a file of the user with the line in it.
type Edit struct {
	Path     string // relative to the module's root
	Old, New []byte
	Import   Line
	Call     Line     // the one that adds accounts
	Changed  []Change // Call, and what it takes besides
}

// Change is a line that is new, or what became of a line of the user's, which Was
// is then.
type Change struct {
	Line
	Was string `json:"was,omitempty"`
}

// Line is an added line and its number in the new file.
type Line struct {
	Number int    `json:"line"`
	Text   string `json:"text"`
}

// Edit adds the import of the package at importPath, and the line that calls
// its function Mount, or puts its Handler before the one that is served. Nothing
// else of the file changes, except that a router without a name is assigned to a
// variable.
func (c *Candidate) Edit(importPath string) (Edit, error) {
	name, alias := importName(c.file, importPath)
	spec, at, err := importLine(c.file, importPath, pick(alias, name+" ", ""))
	if err != nil {
		return Edit{}, err
	}
	src := c.file.Source
	var wired wiring
	switch {
	case c.Wraps():
		wired = c.wrap(name)
	case c.made != nil:
		wired = c.keep(name)
	default:
		if wired, err = c.insert(name); err != nil {
			return Edit{}, err
		}
	}
	imported := gotext.Replacement{From: at, To: at, Text: spec + gotext.LineEnd(src)}
	text, err := gotext.Replace(src, append([]gotext.Replacement{imported}, wired.parts...)...)
	if err != nil {
		return Edit{}, fmt.Errorf("changing %s: %w", c.file.Path, err)
	}
	edit := Edit{Path: c.file.Path, Old: src, New: text, Import: Line{lineAt(src, at), strings.TrimSpace(spec)}, Changed: wired.changed}
	for i := range edit.Changed {
		change := &edit.Changed[i]
		change.Number++ // below the import
		if change.Text == "" {
			change.Text = lineText(text, change.Number)
		}
	}
	edit.Call = edit.Changed[wired.call].Line
	return edit, nil
}

// wiring is what adds accounts, besides the import. The numbers of its lines are
// those without the import; a text that is empty is what becomes of the line.
type wiring struct {
	parts   []gotext.Replacement
	changed []Change
	call    int // the one of changed that adds accounts
}

// insert adds the line that calls Mount.
func (c *Candidate) insert(name string) (wiring, error) {
	at, indent, err := c.offset()
	if err != nil {
		return wiring{}, err
	}
	src, call := c.file.Source, name+".Mount("+c.arguments()+")"
	return wiring{
		parts:   []gotext.Replacement{{From: at, To: at, Text: indent + call + gotext.LineEnd(src)}},
		changed: []Change{{Line: Line{lineAt(src, at), call}}},
	}, nil
}

// lineAt returns the number of the line that an offset is on.
func lineAt(text []byte, offset int) int { return 1 + bytes.Count(text[:offset], []byte("\n")) }

// lineText returns a line of a text, without the space around it.
func lineText(text []byte, number int) string {
	return string(bytes.TrimSpace(bytes.Split(text, []byte("\n"))[number-1]))
}

// UnformattedError reports that there is no place for a line in a file until gofmt
// has formatted it.
type UnformattedError struct{ Path, Text string }

func (e *UnformattedError) Error() string { return e.Text }

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

// offset returns the beginning of the line that the new one goes before, and the
// indentation of the new one.
func (c *Candidate) offset() (at int, indent string, err error) {
	list := c.scope.block.List
	file := c.module.Fset.File(c.file.AST.FileStart)
	offset := func(p token.Pos) int { return file.Offset(p) }
	index := min(c.spot.index, len(list))
	after := offset(c.scope.block.Lbrace) + 1
	if index > 0 {
		after = offset(list[index-1].End())
	}
	src := c.file.Source
	rest := src[after:]
	newline := bytes.IndexByte(rest, '\n')
	if newline < 0 {
		return 0, "", errors.New("there is no line to add after")
	}
	if text := strings.TrimSpace(string(rest[:newline])); text != "" && !strings.HasPrefix(text, "//") {
		shared := fmt.Sprintf("%s has more than one statement on a line", c.After)
		if formatted, err := format.Source(src); err == nil && bytes.Equal(formatted, src) {
			return 0, "", errors.New(shared + ", which gofmt leaves so: put each on a line of its own")
		}
		return 0, "", &UnformattedError{c.file.Path, shared}
	}
	if index > 0 {
		return after + newline + 1, indentAt(src, offset(list[index-1].Pos())), nil
	}
	if len(list) > 0 {
		return after + newline + 1, indentAt(src, offset(list[0].Pos())), nil
	}
	return after + newline + 1, indentAt(src, offset(c.scope.block.Lbrace)) + "\t", nil
}

// indentAt returns the white space that begins the line of an offset.
func indentAt(src []byte, offset int) string {
	begin := bytes.LastIndexByte(src[:offset], '\n') + 1
	line := src[begin:offset]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// positionAfter is the line that the new one follows.
func (c *Candidate) positionAfter() scan.Position {
	list := c.scope.block.List
	if index := min(c.spot.index, len(list)); index > 0 {
		return c.module.Position(list[index-1].End())
	}
	return c.module.Position(c.scope.block.Lbrace)
}

// Import returns the name by which a file can use a package, and the line that
// imports it, or none where the file does so already.
func Import(f *scan.File, importPath string) (name string, lines []gotext.Insertion, err error) {
	for _, spec := range f.AST.Imports {
		if pathOf(spec) == importPath {
			return scan.ImportName(spec, importPath), nil, nil
		}
	}
	name, alias := importName(f, importPath)
	line, at, err := importLine(f, importPath, pick(alias, name+" ", ""))
	return name, []gotext.Insertion{{At: at, Line: line}}, err
}

// importName returns the name that the file can use for the package, and whether
// the import needs it as an alias.
func importName(f *scan.File, importPath string) (name string, alias bool) {
	base := importPath[strings.LastIndex(importPath, "/")+1:]
	taken := takenNames(f)
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
func takenNames(f *scan.File) map[string]bool {
	taken := make(map[string]bool)
	ast.Inspect(f.AST, func(n ast.Node) bool {
		if ident, ok := n.(*ast.Ident); ok {
			taken[ident.Name] = true
		}
		return true
	})
	for _, spec := range f.AST.Imports {
		taken[scan.ImportName(spec, strings.Trim(spec.Path.Value, `"`))] = true
	}
	for _, name := range f.Pkg.Types.Scope().Names() {
		taken[name] = true
	}
	return taken
}

// importLine returns the line for the import and the offset of the line that it
// goes before. In a file that gofmt has formatted, it stays so.
func importLine(f *scan.File, importPath, alias string) (line string, at int, err error) {
	quoted := alias + strconv.Quote(importPath)
	group := importGroup(f)
	switch {
	case group != nil && group.Lparen.IsValid() && len(group.Specs) > 0:
		return inGroup(f, group, importPath, quoted)
	case group != nil:
		return "import " + quoted, nextLine(f, group.End()), nil
	}
	return "import " + quoted, nextLine(f, f.AST.Name.End()), nil
}

// importGroup is the last import declaration that is not cgo's.
func importGroup(f *scan.File) *ast.GenDecl {
	var group *ast.GenDecl
	for _, decl := range f.AST.Decls {
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

// inGroup returns the line beside the group's import that is most alike, in the
// order of their paths: the module's own, or else the last block.
func inGroup(f *scan.File, group *ast.GenDecl, importPath, quoted string) (string, int, error) {
	beside, most := 0, -1
	for i, spec := range group.Specs {
		other := pathOf(spec)
		alike := sharedSegments(other, importPath)
		newBlock := i > 0 && lineOf(f, spec.Pos()) > lineOf(f, group.Specs[i-1].End())+1
		if alike > most || alike == most && (newBlock && most == 0 || other < importPath) {
			beside, most = i, alike
		}
	}
	line := indentAt(f.Source, offsetOf(f, group.Specs[beside].Pos())) + quoted
	if pathOf(group.Specs[beside]) > importPath && isGap(f, group, beside) {
		return line, lineStart(f, begin(group.Specs[beside])), nil
	}
	for _, gap := range []int{beside + 1, beside, len(group.Specs)} {
		if gap > 0 && isGap(f, group, gap) {
			return line, nextLine(f, group.Specs[gap-1].End()), nil
		}
	}
	return "", 0, &UnformattedError{f.Path, f.Path + " has its imports on one line"}
}

// isGap reports whether a line can stand before the import with that index.
func isGap(f *scan.File, group *ast.GenDecl, index int) bool {
	before, after := group.Lparen, group.Rparen
	if index > 0 {
		before = group.Specs[index-1].End()
	}
	if index < len(group.Specs) {
		after = group.Specs[index].Pos()
	}
	return lineOf(f, before) < lineOf(f, after)
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

func lineOf(f *scan.File, p token.Pos) int {
	return bytes.Count(f.Source[:offsetOf(f, p)], []byte("\n"))
}

func sharedSegments(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

func offsetOf(f *scan.File, p token.Pos) int { return int(p - f.AST.FileStart) }

func lineStart(f *scan.File, p token.Pos) int {
	return bytes.LastIndexByte(f.Source[:offsetOf(f, p)], '\n') + 1
}

func nextLine(f *scan.File, p token.Pos) int {
	at := offsetOf(f, p)
	if n := bytes.IndexByte(f.Source[at:], '\n'); n >= 0 {
		return at + n + 1
	}
	return len(f.Source)
}
