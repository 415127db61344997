package field

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// newFiles are the migration, a test for each field, and the types that the
// project lacks.
func (r Request) newFiles(current fs.FS) ([]txn.Change, error) {
	files := []txn.Change{{Path: r.Migration, New: []byte(r.migration())}}
	for _, f := range r.Fields {
		test, err := format.Source([]byte(r.test(f)))
		if err != nil {
			return nil, fmt.Errorf("writing the test of %s: %w", f.Name, err)
		}
		files = append(files, txn.Change{Path: "internal/auth/authhttp/custom_" + f.Name + "_field_test.go", New: test})
	}
	var problem error
	for _, helper := range []struct {
		path, declares, text string
		needed               bool
	}{
		{"internal/auth/date.go", "type Date ", dateSource,
			slices.ContainsFunc(r.Fields, func(f Field) bool { return f.Kind == Date })},
		{"internal/auth/authhttp/utc.go", "func utc(", utcSource,
			slices.ContainsFunc(r.Fields, func(f Field) bool { return f.Kind == Time && f.Optional })},
	} {
		if !helper.needed {
			continue
		}
		there, err := project.ReadFile(current, helper.path)
		switch {
		case err != nil:
			problem = errors.Join(problem, err)
		case bytes.Contains(there, []byte(helper.declares)):
			continue
		case there != nil:
			problem = errors.Join(problem, fmt.Errorf("%s: it is there, and does not declare %s", helper.path, strings.TrimRight(helper.declares, " (")))
		}
		files = append(files, txn.Change{Path: helper.path, New: []byte(helper.text)})
	}
	for _, f := range files {
		if _, err := fs.Stat(current, f.Path); err == nil && problem == nil {
			problem = fmt.Errorf("%s: it is there already", f.Path)
		}
	}
	return files, problem
}

const dateSource = `package auth

import (
	"fmt"
	"time"
)

// Date is a day of the calendar, such as 2001-02-03.
type Date string

// Scan reads a date from the database, which may know it as a point in time.
func (d *Date) Scan(value any) error {
	switch v := value.(type) {
	case time.Time:
		*d = Date(v.Format(time.DateOnly))
	case string:
		*d = Date(v)
	case []byte:
		*d = Date(v)
	default:
		return fmt.Errorf("%T is no date", value)
	}
	return nil
}
`

const utcSource = `package authhttp

import "time"

// utc gives a point in time, if there is one, in UTC.
func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	return new(t.UTC())
}
`

// test reads and changes the field through the API.
func (r Request) test(f Field) string {
	first := `"` + f.Name + `":`
	switch value, ok := f.preset(); {
	case !ok:
		first += "null"
	case f.Kind == String || f.Kind == Text || f.Kind == Date:
		first += fmt.Sprintf("%q", value)
	case f.Kind == Int || f.Kind == Bool:
		first += value
	}
	change := `testkit.Request{Method: "PUT", Path: "/api/v1/users/me", Token: token, Body: body}`
	own := ""
	if f.BySuperuser {
		own = "\tsvc.Expect(t, 422, " + change + ") // Nobody changes it for themselves.\n\tsvc.Superuser(t, \"superuser\")\n"
		change = `testkit.Request{Method: "PUT", Path: fmt.Sprintf("/api/v1/users/%d", user.ID), Token: svc.Login(t, "superuser"), Body: body}`
	}
	imports, variable := "", "_ ="
	if f.BySuperuser {
		imports, variable = "\t\"fmt\"\n", "user :="
	}
	unique := ""
	if f.Unique {
		target := `testkit.Request{Method: "PUT", Path: "/api/v1/users/me", Token: svc.Login(t, "other"), Body: body}`
		register := "\tsvc.Register(t, \"other\")\n"
		if f.BySuperuser {
			register = "\tother := svc.Register(t, \"other\")\n"
			target = `testkit.Request{Method: "PUT", Path: fmt.Sprintf("/api/v1/users/%d", other.ID), Token: svc.Login(t, "superuser"), Body: body}`
		}
		unique = register + "\tif problem := svc.Expect(t, 409, " + target + ").Problem(t); problem.Detail != \"" + f.label() + " already taken\" {\n\t\tt.Errorf(\"a value that another has: %+v\", problem)\n\t}\n"
	}
	replacer := strings.NewReplacer("MODULE", r.Module, "FIELD", f.GoName, "NAME", f.Name, "IMPORTS", imports, "USER", variable,
		"FIRST", first, "SAMPLE", f.Kind.sample(), "OWN", own, "CHANGE", change, "UNIQUE", unique)
	return replacer.Replace(testSource)
}

const testSource = "package authhttp_test\n\nimport (\n\t\"encoding/json\"\nIMPORTS\t\"strings\"\n\t\"testing\"\n\n\t\"MODULE/internal/testkit\"\n)\n" + `
func TestFieldFIELD(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	USER svc.Register(t, "fielded")
	token := svc.Login(t, "fielded")
	me := testkit.Request{Method: "GET", Path: "/api/v1/users/me", Token: token}
	if first := svc.Expect(t, 200, me).Body; !strings.Contains(first, ` + "`FIRST`" + `) {
		t.Errorf("a new user is %s", first)
	}
	body := map[string]any{"NAME": json.RawMessage(` + "`SAMPLE`" + `)}
OWN	changed := svc.Expect(t, 200, CHANGE).Body
	for _, body := range []string{changed, svc.Expect(t, 200, me).Body} {
		if !strings.Contains(body, ` + "`\"NAME\":SAMPLE`" + `) {
			t.Errorf("a changed user is %s", body)
		}
	}
UNIQUE}
`
