package field

import (
	"errors"
	"fmt"
	"go/ast"
	"slices"
	"strconv"
	"strings"
)

// The files that know a user's fields.
const (
	userFile     = "internal/auth/user.go"
	changesFile  = userFile
	registerFile = "internal/auth/register.go"
	errorsFile   = "internal/auth/errors.go"
	rowFile      = "internal/auth/authsql/users.go"
	takenFile    = rowFile
	responseFile = "internal/auth/authhttp/authhttp.go"
	adminFile    = "internal/auth/authhttp/users.go"
	selfFile     = "internal/auth/authhttp/me.go"
	keysFile     = "internal/auth/authhttp/keys_test.go"
)

const userPlace = "the end of the struct User"

// steps are the changes of Go files, those of a file together.
func (r Request) steps() []step {
	steps := []step{
		{userFile, userPlace, r.each(nil, func(f Field) string { return f.GoName + " " + f.fieldType("") }), inStruct("User", false)},
		{changesFile, "the end of the struct Changes", r.each(nil, func(f Field) string { return f.GoName + " *" + f.Kind.goType("") }), inStruct("Changes", false)},
		{changesFile, "apply, before its return", r.each(nil, Field.applyLines), beforeReturn},
		{rowFile, "the end of the slice in userColumns", r.each(nil, func(f Field) string { return fmt.Sprintf("{%q, &u.%s}", f.Name, f.GoName) }), inUserColumns},
		{responseFile, "the end of the struct UserResponse", r.each(nil, Field.responseLine), inStruct("UserResponse", false)},
		{responseFile, "newUserResponse", r.each(nil, Field.showLine), r.inResponse},
		{adminFile, "the end of the request's Body", r.each(nil, Field.requestLine), inStruct("updateUserInput", true)},
		{adminFile, "the auth.Changes that UpdateUser gets", r.each(nil, Field.changeLine), inChanges},
		{adminFile, "imports", r.each(isTime, importTime), importsTime},
	}
	if own := r.each(isOwn, Field.requestLine); len(own) > 0 {
		steps = append(steps,
			step{selfFile, "the end of the request's Body", own, inStruct("updateMeInput", true)},
			step{selfFile, "the auth.Changes that UpdateSelf gets", r.each(isOwn, Field.changeLine), inChanges},
			step{selfFile, "imports", r.each(func(f Field) bool { return isOwn(f) && isTime(f) }, importTime), importsTime})
	}
	steps = append(steps, step{keysFile, "the list userKeys", r.each(nil, func(f Field) string { return strconv.Quote(f.Name) }), inKeys})
	if presets := r.each(Field.hasPreset, Field.presetLine); len(presets) > 0 {
		steps = append(steps,
			step{registerFile, "the User that create makes", presets, inNewUser},
			step{registerFile, "imports", r.each(func(f Field) bool { return isTime(f) && f.hasPreset() }, importTime), importsTime})
	}
	if unique := r.each(isUnique, Field.errorLine); len(unique) > 0 {
		steps = append(steps,
			step{errorsFile, "the list of refusals", unique, inErrors},
			step{takenFile, "the switch in taken", r.each(isUnique, r.takenCase), inTaken})
	}
	steps = append(steps, step{userFile, "imports", r.each(isTime, importTime), importsTime}, step{changesFile, "imports", r.each(isTime, importTime), importsTime})
	return together(slices.DeleteFunc(steps, func(s step) bool { return len(s.lines) == 0 }))
}

// together puts the steps of a file side by side.
func together(steps []step) []step {
	slices.SortStableFunc(steps, func(a, b step) int { return strings.Compare(a.path, b.path) })
	return steps
}

func isTime(f Field) bool   { return f.Kind == Time }
func isOwn(f Field) bool    { return !f.BySuperuser }
func isUnique(f Field) bool { return f.Unique }

func importTime(Field) string { return `"time"` }

func importsTime(s *source, _ []string) error {
	s.addImport("time")
	return nil
}

func inStruct(name string, body bool) func(*source, []string) error {
	return func(s *source, lines []string) error {
		t, err := s.structNamed(name, body)
		if err == nil {
			s.addToStruct(t, lines)
		}
		return err
	}
}

func beforeReturn(s *source, lines []string) error {
	apply, err := s.function("apply")
	if err != nil {
		return err
	}
	if parameters(apply) != "c user" {
		return errors.New("apply does not call its receiver c and its user user")
	}
	last, ok := apply.Body.List[len(apply.Body.List)-1].(*ast.ReturnStmt)
	if !ok {
		return errors.New("apply does not end with a return")
	}
	s.insert(s.offset(last.Pos()), strings.Join(lines, "\n\t")+"\n\t")
	return nil
}

// parameters gives the names of a function's receiver and parameters.
func parameters(f *ast.FuncDecl) string {
	var names []string
	lists := []*ast.FieldList{f.Type.Params}
	if f.Recv != nil {
		lists = []*ast.FieldList{f.Recv, f.Type.Params}
	}
	for _, list := range lists {
		for _, field := range list.List {
			for _, name := range field.Names {
				names = append(names, name.Name)
			}
		}
	}
	return strings.Join(names, " ")
}

func (r Request) inResponse(s *source, lines []string) error {
	function, err := s.function("newUserResponse")
	if err != nil {
		return err
	}
	if parameters(function) != "u" {
		return errors.New("newUserResponse does not call its user u")
	}
	lit, err := s.literal(function, "UserResponse", "ID")
	if err != nil {
		return err
	}
	return s.addToLiteral(lit, lines)
}

func inChanges(s *source, lines []string) error {
	lit, err := s.literal(s.file, "auth.Changes", "Username")
	if err != nil {
		return err
	}
	for _, element := range lit.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok || nameOfType(unconverted(pair.Value)) != "in.Body."+nameOfType(pair.Key) {
			return errors.New("auth.Changes is not filled from in.Body")
		}
	}
	return s.addToLiteral(lit, lines)
}

// unconverted gives x of a conversion such as (*string)(x).
func unconverted(expr ast.Expr) ast.Expr {
	if call, ok := expr.(*ast.CallExpr); ok && len(call.Args) == 1 {
		if _, ok := call.Fun.(*ast.ParenExpr); ok {
			return call.Args[0]
		}
	}
	return expr
}

func inNewUser(s *source, lines []string) error {
	function, err := s.function("create")
	if err != nil {
		return err
	}
	lit, err := s.literal(function, "User", "HashedPassword")
	if err != nil {
		return err
	}
	return s.addToLiteral(lit, lines)
}
