// Package takeover finds what earlier forges put into projects and remembered
// nowhere: fields of users (fields.go), which it takes out of the code again to
// learn what forge had written (cut.go). Where a project has lost all that it
// remembered, it finds its fields (recorded.go) and resources (resources.go) by their
// migrations.
package takeover

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/merge3"
	"github.com/forge-go/forge/generator/project"
)

// Fields returns the fields of a project's users. Before fields were answers,
// forge put them into the files of a project and remembered nothing: where there
// are such fields, it returns these and the base as if forge had written them.
// What it inserted then is its own again and no change of the user's.
func Fields(a project.Answers, base map[string][]byte, current fs.FS) ([]project.Field, map[string][]byte, error) {
	if len(a.Fields) > 0 || !a.HasAccounts() || a.Foreign != nil {
		return a.Fields, base, nil
	}
	fields, err := inserted(a.DB, base, current)
	if err != nil || len(fields) == 0 {
		return nil, base, err
	}
	base = maps.Clone(base)
	for name, written := range base {
		content, err := project.ReadFile(current, name)
		if err != nil {
			return nil, nil, err
		}
		if content == nil || gotext.SameLines(content, written) {
			continue
		}
		if without, ok := withoutFields(name, content, fields); ok {
			base[name] = merge3.Merge(without, written, content, merge3.Options{Resolve: keepOurs}).Content
		}
	}
	var answers []project.Field
	for _, f := range fields {
		answers = append(answers, f.Answer())
		if err := takeTest(base, current, a.Module, f); err != nil {
			return nil, nil, err
		}
	}
	return answers, base, takeHelpers(base, current)
}

// keepOurs leaves a place of the base as it is where the user changed the very
// lines that forge had changed.
func keepOurs(_, ours, _ []byte) ([]byte, bool) { return ours, true }

// inserted lists the fields whose migration is in the project as forge
// wrote it, and whose lines are in the code.
func inserted(db project.Database, base map[string][]byte, current fs.FS) ([]field.Field, error) {
	entries, err := fs.ReadDir(current, project.MigrationsDir)
	if err != nil {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	code := "" // Most projects have no such migration, and their code is not read.
	var fields []field.Field
	for _, entry := range entries {
		name := path.Join(project.MigrationsDir, entry.Name())
		if _, written := base[name]; written || path.Ext(name) != ".sql" || !entry.Type().IsRegular() {
			continue
		}
		content, err := fs.ReadFile(current, name)
		text := unixLines(content)
		if err == nil && code == "" && addedColumn.MatchString(text) {
			code, err = codeOfAuth(current)
		}
		if err != nil {
			return nil, err
		}
		fields = append(fields, fieldsOf(db, strings.TrimSuffix(entry.Name(), ".sql"), text, code)...)
	}
	return fields, nil
}

// codeOfAuth is the Go code of package auth, or all code if its owner has moved it.
func codeOfAuth(current fs.FS) (string, error) {
	code, err := codeBelow(current, "internal/auth")
	if errors.Is(err, fs.ErrNotExist) {
		return codeBelow(current, ".")
	}
	return code, err
}

// codeBelow is the Go code of a folder with single blanks, tests aside.
func codeBelow(current fs.FS, folder string) (string, error) {
	var all strings.Builder
	isCode := func(name string) bool { return path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go") }
	err := project.Walk(current, folder, isCode, func(_ string, content []byte) error {
		all.WriteString(strings.Join(strings.Fields(string(content)), " ") + "\n")
		return nil
	})
	return all.String(), err
}

func unixLines(text []byte) string { return strings.ReplaceAll(string(text), "\r\n", "\n") }

var addedColumn = lazyregexp.New(`(?m)^(?:ALTER TABLE users|   ) ADD COLUMN ([a-z0-9_]+) (.*?)[,;]$`)

// fieldsOf returns the fields that a migration adds, or nil when forge did not
// write it.
func fieldsOf(db project.Database, name, migration, code string) []field.Field {
	var fields []field.Field
	for _, column := range addedColumn.FindAllStringSubmatch(migration, -1) {
		f, ok := fieldOf(db, column[1], column[2], migration, code)
		if !ok {
			return nil
		}
		f.Migration = name
		fields = append(fields, f)
	}
	if len(fields) == 0 || field.Migration(db, fields) != migration {
		return nil
	}
	return fields
}

// readings lists the fields, of every type, that a column's name and definition
// could come from.
func readings(name, definition string) []field.Field {
	var all []field.Field
	_, preset, hasDefault := strings.Cut(definition, " DEFAULT ")
	for _, kind := range field.KindNames() {
		specs := []string{name + ":" + kind, name + ":" + kind + "?"}
		if hasDefault {
			specs = append(specs, specs[0]+"="+typed(preset), specs[1]+"="+typed(preset))
		}
		for _, spec := range specs {
			if f, err := field.ParseOld(spec); err == nil {
				all = append(all, f)
			}
		}
	}
	return all
}

// fieldOf finds the field of a column by trying every type.
func fieldOf(db project.Database, name, definition, migration, code string) (field.Field, bool) {
	for _, f := range readings(name, definition) {
		if !strings.Contains(migration, "ADD COLUMN "+f.Column(db)+";") && !strings.Contains(migration, "ADD COLUMN "+f.Column(db)+",") {
			continue
		}
		f.Unique = regexp.MustCompile(`\busers_` + name + `_key\b`).MatchString(migration)
		f.Index = !f.Unique && regexp.MustCompile(`\busers_`+name+`\b`).MatchString(migration)
		requests := strings.Count(code, insertedInput(f))
		if requests == 0 || !strings.Contains(code, " "+f.GoName+" "+insertedType(f)+" ") {
			continue
		}
		f.BySuperuser = requests == 1
		return f, true
	}
	return field.Field{}, false
}

// typed is the value of a literal of SQL as one would type it.
func typed(literal string) string {
	value := strings.Trim(literal, "()")
	if quoted, ok := strings.CutPrefix(value, "'"); ok {
		value = strings.ReplaceAll(strings.TrimSuffix(quoted, "'"), "''", "'")
	}
	for _, layout := range []string{"2006-01-02 15:04:05-07:00", time.DateTime} {
		if at, err := time.Parse(layout, value); err == nil {
			return at.UTC().Format(time.RFC3339)
		}
	}
	if value == "TRUE" || value == "FALSE" {
		return strings.ToLower(value)
	}
	return value
}

// insertedType is the type that a field had in package auth, which had a type for
// days of its own, and none for decimals.
func insertedType(f field.Field) string {
	return strings.NewReplacer("calendar.Date", "Date", "decimal.Number", "string").Replace(f.Type())
}

// insertedInput is the line of a request's body that was inserted, with single
// blanks.
func insertedInput(f field.Field) string {
	const withoutNUL = ` pattern:"^[^\\x00]*$" patternDescription:"text without NUL"`
	tags := map[field.Kind]string{
		field.String: ` maxLength:"255"` + withoutNUL, field.Text: ` maxLength:"10000"` + withoutNUL, field.Date: ` format:"date"`,
		field.Decimal: ` pattern:"^-?[0-9]{1,14}(\\.[0-9]{1,4})?$" example:"12.5"`,
	}
	kind := strings.TrimPrefix(insertedType(f), "*")
	if f.Kind == field.Date {
		kind = "auth." + kind
	}
	return fmt.Sprintf(" %s *%s `json:\"%s,omitempty\"%s` ", f.GoName, kind, f.Name, tags[f.Kind])
}

// takeHelpers takes the two helpers that were added with some fields.
func takeHelpers(base map[string][]byte, current fs.FS) error {
	for name, begin := range map[string]string{
		"internal/auth/date.go": "package auth\n\nimport (\n\t\"fmt\"\n\t\"time\"\n)\n\n// Date is a day of the calendar, such as 2001-02-03.\ntype Date string\n",
		"internal/auth/authhttp/utc.go": "package authhttp\n\nimport \"time\"\n\n// utc gives a point in time, if there is one, in UTC.\nfunc utc(t *time.Time) *time.Time {\n" +
			"\tif t == nil {\n\t\treturn nil\n\t}\n\treturn new(t.UTC())\n}\n",
	} {
		content, err := project.ReadFile(current, name)
		if err != nil {
			return err
		}
		if _, written := base[name]; !written && strings.HasPrefix(unixLines(content), begin) {
			base[name] = content
		}
	}
	return nil
}

// takeTest takes the test that was added with a field, if it is as it was.
func takeTest(base map[string][]byte, current fs.FS, module string, f field.Field) error {
	name := "internal/auth/authhttp/custom_" + f.Name + "_field_test.go"
	content, err := project.ReadFile(current, name)
	if err != nil || content == nil {
		return err
	}
	known := shapeOf(insertedTest, module, f)
	for line := range strings.Lines(unixLines(content)) {
		if line = strings.TrimSpace(line); !slices.Contains(known, line) {
			return nil // The user changed it.
		}
	}
	if bytes.Contains(content, []byte("func TestField"+f.GoName+"(t *testing.T) {")) {
		base[name] = content
	}
	return nil
}

// shapeOf lists the lines that such a test may have.
func shapeOf(lines, module string, f field.Field) []string {
	filled := strings.NewReplacer("MODULE", module, "FIELD", f.GoName, "NAME", f.Name, "FIRST", f.First(), "SAMPLE", f.Sample(), "LABEL", f.Label()).Replace(lines)
	var all []string
	for line := range strings.Lines(filled) {
		all = append(all, strings.TrimSpace(line))
	}
	return all
}

const insertedTest = "package authhttp_test\n\nimport (\n\"encoding/json\"\n\"fmt\"\n\"strings\"\n\"testing\"\n\"MODULE/internal/testkit\"\n)\n" + `
func TestFieldFIELD(t *testing.T) {
svc := testkit.New(t, testkit.Options{})
_ = svc.Register(t, "fielded")
user := svc.Register(t, "fielded")
token := svc.Login(t, "fielded")
me := testkit.Request{Method: "GET", Path: "/api/v1/users/me", Token: token}
if first := svc.Expect(t, 200, me).Body; !strings.Contains(first, ` + "`\"NAME\":FIRST`" + `) {
t.Errorf("a new user is %s", first)
}
body := map[string]any{"NAME": json.RawMessage(` + "`SAMPLE`" + `)}
svc.Expect(t, 422, testkit.Request{Method: "PUT", Path: "/api/v1/users/me", Token: token, Body: body}) // Nobody changes it for themselves.
svc.Superuser(t, "superuser")
changed := svc.Expect(t, 200, testkit.Request{Method: "PUT", Path: "/api/v1/users/me", Token: token, Body: body}).Body
changed := svc.Expect(t, 200, testkit.Request{Method: "PUT", Path: fmt.Sprintf("/api/v1/users/%d", user.ID), Token: svc.Login(t, "superuser"), Body: body}).Body
for _, body := range []string{changed, svc.Expect(t, 200, me).Body} {
if !strings.Contains(body, ` + "`\"NAME\":SAMPLE`" + `) {
t.Errorf("a changed user is %s", body)
}
}
svc.Register(t, "other")
other := svc.Register(t, "other")
if problem := svc.Expect(t, 409, testkit.Request{Method: "PUT", Path: "/api/v1/users/me", Token: svc.Login(t, "other"), Body: body}).Problem(t); problem.Detail != "LABEL already taken" {
if problem := svc.Expect(t, 409, testkit.Request{Method: "PUT", Path: fmt.Sprintf("/api/v1/users/%d", other.ID), Token: svc.Login(t, "superuser"), Body: body}).Problem(t); problem.Detail != "LABEL already taken" {
t.Errorf("a value that another has: %+v", problem)
}
}
`
