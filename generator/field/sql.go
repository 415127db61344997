package field

import (
	"errors"
	"go/ast"
)

func inUserColumns(s *source, lines []string) error {
	function, err := s.function("userColumns")
	if err != nil {
		return err
	}
	if parameters(function) != "u" || len(function.Body.List) != 1 {
		return errors.New("userColumns is not one statement about u")
	}
	result, ok := function.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(result.Results) != 1 {
		return errors.New("userColumns does not return one slice")
	}
	lit, ok := result.Results[0].(*ast.CompositeLit)
	if !ok || nameOfType(lit.Type) != "[]column" {
		return errors.New("userColumns does not return a slice of columns")
	}
	return s.addToLiteral(lit, lines)
}
