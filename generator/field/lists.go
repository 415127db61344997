package field

import (
	"errors"
	"go/ast"
	"go/token"
	"strings"
)

func inErrors(s *source, lines []string) error {
	for _, decl := range s.file.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok || d.Tok != token.VAR || !d.Rparen.IsValid() {
			continue
		}
		for _, spec := range d.Specs {
			if v := spec.(*ast.ValueSpec); v.Names[0].Name == "ErrUsernameTaken" {
				s.addToBlock("var ", d.Lparen, d.Rparen, lines)
				return nil
			}
		}
	}
	return errors.New("there is no list of refusals with ErrUsernameTaken")
}

func inTaken(s *source, lines []string) error {
	function, err := s.function("taken")
	if err != nil {
		return err
	}
	for _, statement := range function.Body.List {
		if choice, ok := statement.(*ast.SwitchStmt); ok {
			s.insert(s.offset(choice.Body.Rbrace), strings.Join(lines, "\n\t")+"\n\t")
			return nil
		}
	}
	return errors.New("taken has no switch")
}

// inKeys adds to a list of strings.
func inKeys(s *source, lines []string) error {
	for _, decl := range s.file.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok || d.Tok != token.VAR {
			continue
		}
		for _, spec := range d.Specs {
			v := spec.(*ast.ValueSpec)
			if len(v.Names) != 1 || v.Names[0].Name != "userKeys" || len(v.Values) != 1 {
				continue
			}
			if lit, ok := v.Values[0].(*ast.CompositeLit); ok {
				return s.addToLiteral(lit, lines)
			}
		}
	}
	return errors.New("there is no list userKeys")
}
