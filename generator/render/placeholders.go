package render

import (
	"bytes"
	"go/scanner"
	"go/token"
	"regexp"
	"strconv"
)

var statement = regexp.MustCompile("^`\\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\\b")

// numbered returns Go source with the "?" of its SQL statements written $1, $2
// and so on, as PostgreSQL wants them. A statement is an expression of texts
// in backquotes, names and calls without arguments joined by "+" whose first
// text begins with a verb of SQL; the numbers run through all of its texts.
func numbered(source []byte) []byte {
	file := token.NewFileSet().AddFile("", -1, len(source))
	var s scanner.Scanner
	s.Init(file, source, nil, 0) // Faults show when the project is compiled.
	var out bytes.Buffer
	copied, inside, next, last := 0, false, 1, token.ILLEGAL
	for {
		pos, tok, text := s.Scan()
		switch {
		case tok == token.EOF:
			out.Write(source[copied:])
			return out.Bytes()
		case tok == token.STRING && (inside || statement.MatchString(text)):
			if !inside {
				inside, next = true, 1
			}
			at := file.Offset(pos)
			out.Write(source[copied:at])
			copied = at + len(text)
			for _, c := range []byte(text) {
				if c != '?' {
					out.WriteByte(c)
					continue
				}
				out.WriteString("$" + strconv.Itoa(next))
				next++
			}
		case tok == token.ADD || tok == token.IDENT || tok == token.PERIOD:
		case tok == token.LPAREN && last == token.IDENT, tok == token.RPAREN && last == token.LPAREN:
		default:
			inside = false
		}
		last = tok
	}
}
