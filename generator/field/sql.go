package field

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

func inColumns(s *source, lines []string) error {
	var found *ast.BasicLit
	for _, decl := range s.file.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok || d.Tok != token.CONST {
			continue
		}
		for _, spec := range d.Specs {
			v := spec.(*ast.ValueSpec)
			if len(v.Names) == 1 && v.Names[0].Name == "userColumns" && len(v.Values) == 1 {
				found, _ = v.Values[0].(*ast.BasicLit)
			}
		}
	}
	if found == nil || !strings.HasPrefix(found.Value, "`") {
		return errors.New("there is no constant userColumns that is one raw string")
	}
	s.insert(s.offset(found.End())-1, ",\n\t"+strings.Join(lines, ", "))
	return nil
}

func inUserFields(s *source, lines []string) error {
	function, err := s.function("userFields")
	if err != nil {
		return err
	}
	if parameters(function) != "u" || len(function.Body.List) != 1 {
		return errors.New("userFields is not one statement about u")
	}
	result, ok := function.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(result.Results) != 1 {
		return errors.New("userFields does not return one slice")
	}
	lit, ok := result.Results[0].(*ast.CompositeLit)
	if !ok || nameOfType(lit.Type) != "[]any" {
		return errors.New("userFields does not return a slice of any")
	}
	return s.addToLiteral(lit, lines)
}

var insertInto = regexp.MustCompile(`^INSERT INTO users\s*\([^()]*(\))\s*VALUES\s*\([^()]*(\))$`)

// inInsert adds columns to the statement of CreateUser.
func (r Request) inInsert(s *source, lines []string) error {
	call, statement, err := s.statement("CreateUser", "INSERT INTO users")
	if err != nil {
		return err
	}
	ends := insertInto.FindStringSubmatchIndex(statement)
	arguments := call.Args[2:]
	if ends == nil || len(arguments) == 0 {
		return errors.New("the statement in CreateUser is not one list of columns and one of parameters")
	}
	if count := parametersOf(statement); count != len(arguments) {
		return fmt.Errorf("the statement in CreateUser has %d parameters and %d arguments", count, len(arguments))
	}
	var parameters, values []string
	for i := range lines {
		parameter := "?"
		if strings.Contains(statement, "$") {
			parameter = "$" + strconv.Itoa(len(arguments)+i+1)
		}
		parameters, values = append(parameters, parameter), append(values, "u."+r.Fields[i].GoName)
	}
	begin := s.offset(call.Args[1].Pos()) + 1
	s.insert(begin+ends[2], ",\n\t\t\t"+strings.Join(lines, ", "))
	s.insert(begin+ends[4], ", "+strings.Join(parameters, ", "))
	s.insert(s.offset(arguments[len(arguments)-1].End()), ",\n\t\t"+strings.Join(values, ", "))
	return nil
}

// statement gives the one call in a function that has a statement of SQL which
// begins like this, and the statement.
func (s *source) statement(name, begins string) (*ast.CallExpr, string, error) {
	function, err := s.function(name)
	if err != nil {
		return nil, "", err
	}
	var calls []*ast.CallExpr
	ast.Inspect(function, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && len(call.Args) > 2 {
			if lit, ok := call.Args[1].(*ast.BasicLit); ok && strings.HasPrefix(lit.Value, "`"+begins) {
				calls = append(calls, call)
			}
		}
		return true
	})
	if len(calls) != 1 {
		return nil, "", fmt.Errorf("%s has %d statements that begin with %s, not one", name, len(calls), begins)
	}
	return calls[0], strings.Trim(calls[0].Args[1].(*ast.BasicLit).Value, "`"), nil
}

func parametersOf(statement string) int {
	return strings.Count(statement, "?") + strings.Count(statement, "$")
}

var whereID = regexp.MustCompile(`\s*\bWHERE id = (\?|\$[0-9]+)$`)

// inUpdate adds columns to the statement of UpdateUser. Numbered parameters
// come behind the others, so that those keep their numbers.
func (r Request) inUpdate(s *source, lines []string) error {
	call, statement, err := s.statement("UpdateUser", "UPDATE users SET")
	if err != nil {
		return err
	}
	where := whereID.FindStringIndex(statement)
	arguments := call.Args[2:]
	if where == nil {
		return errors.New("the statement in UpdateUser does not end with WHERE id")
	}
	numbered := strings.Contains(statement, "$")
	id := len(arguments)
	if numbered {
		id, _ = strconv.Atoi(statement[strings.LastIndex(statement, "$")+1:])
	}
	if id < 1 || id > len(arguments) || nameOfType(arguments[id-1]) != "u.ID" {
		return errors.New("the id in the statement of UpdateUser is not u.ID")
	}
	if count := parametersOf(statement); count != len(arguments) {
		return fmt.Errorf("the statement in UpdateUser has %d parameters and %d arguments", count, len(arguments))
	}
	set, values := []string{}, []string{}
	for i, line := range lines {
		if numbered {
			line = strings.TrimSuffix(line, "?") + "$" + strconv.Itoa(len(arguments)+i+1)
		}
		set, values = append(set, line), append(values, "u."+r.Fields[i].GoName)
	}
	s.insert(s.offset(call.Args[1].Pos())+1+where[0], ",\n\t\t"+strings.Join(set, ", "))
	after := arguments[len(arguments)-1]
	if !numbered {
		if len(arguments) < 2 {
			return errors.New("the statement in UpdateUser sets nothing")
		}
		after = arguments[len(arguments)-2]
	}
	s.insert(s.offset(after.End()), ",\n\t\t"+strings.Join(values, ", "))
	return nil
}
