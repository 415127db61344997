package render

import (
	"bytes"
	"go/scanner"
	"go/token"
	"strconv"

	"github.com/forge-go/forge/generator/internal/lazyregexp"
)

var statement = lazyregexp.New("^`\\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\\b")

// numbered returns Go source with the "?" of its SQL statements written $1, $2
// and so on, as PostgreSQL wants them. The numbers run through all texts of a
// statement.
func numbered(source []byte) []byte {
	next := 1
	return inStatements(source, func(text []byte, first bool) []byte {
		if first {
			next = 1
		}
		var out []byte
		for _, c := range text {
			if c != '?' {
				out = append(out, c)
				continue
			}
			out = strconv.AppendInt(append(out, '$'), int64(next), 10)
			next++
		}
		return out
	})
}

// inStatements returns Go source with the texts of its SQL statements changed.
// A statement is an expression of texts, names and calls without arguments
// joined by "+" whose first text begins with a verb of SQL; first is set for
// that one.
func inStatements(source []byte, change func(text []byte, first bool) []byte) []byte {
	file := token.NewFileSet().AddFile("", -1, len(source))
	var s scanner.Scanner
	s.Init(file, source, nil, 0) // Faults show when the project is compiled.
	var out bytes.Buffer
	copied, inside, last := 0, false, token.ILLEGAL
	for {
		pos, tok, text := s.Scan()
		switch {
		case tok == token.EOF:
			out.Write(source[copied:])
			return out.Bytes()
		case tok == token.STRING && (inside || statement.MatchString(text)):
			at := file.Offset(pos)
			out.Write(source[copied:at])
			copied = at + len(text)
			out.Write(change([]byte(text), !inside))
			inside = true
		case tok == token.ADD || tok == token.IDENT || tok == token.PERIOD:
		case tok == token.LPAREN && last == token.IDENT, tok == token.RPAREN && last == token.LPAREN:
		default:
			inside = false
		}
		last = tok
	}
}
