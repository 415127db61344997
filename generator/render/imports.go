package render

import (
	"bytes"
	"go/parser"
	"go/scanner"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/forge-go/forge/generator/internal/lazyregexp"
)

// lonely is a list of imports with a single one.
var lonely = lazyregexp.New(`import \(\s*("[^"]*")\s*\)`)

var majorVersion = lazyregexp.New(`/v[0-9]+$`)

// withoutUnused returns Go source without the imports that nothing in it uses:
// what a file needs of a resource, of users' fields or of features depends on them.
// Imports stand on lines of their own.
func withoutUnused(source []byte) ([]byte, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", source, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	used := selected(source)
	for _, spec := range slices.Backward(file.Imports) {
		if spec.Name != nil {
			continue
		}
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		if used[strings.TrimPrefix(path.Base(majorVersion.ReplaceAllString(name, "")), "go-")] {
			continue
		}
		from, to := files.Position(spec.Pos()).Offset, files.Position(spec.End()).Offset
		from = bytes.LastIndexByte(source[:from], '\n') + 1
		to += bytes.IndexByte(source[to:], '\n') + 1
		source = append(source[:from:from], source[to:]...)
	}
	// The last group leaves its blank line.
	if end := bytes.Index(source, []byte("\n)")); end > 0 && source[end-1] == '\n' {
		source = append(source[:end:end], source[end+1:]...)
	}
	return lonely.ReplaceAll(source, []byte("import $1")), nil
}

// selected returns the names in Go source that begin a selector, as a package's does
// in fmt.Println. Tokens tell, which takes half the time that parsing takes.
func selected(source []byte) map[string]bool {
	names := make(map[string]bool)
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(source)), source, nil, 0)
	var name string
	before := token.ILLEGAL
	for {
		_, now, text := s.Scan()
		switch {
		case now == token.EOF:
			return names
		case now == token.IDENT && before != token.PERIOD:
			name = text
		case now == token.PERIOD && before == token.IDENT && name != "":
			names[name] = true
			name = ""
		case now == token.IDENT:
			name = ""
		}
		before = now
	}
}
