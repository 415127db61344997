package evolve

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
)

// NewFields returns fields as answers, with the migration that adds them, or a
// *field.Error for one that users have already or whose index is there. One that
// was removed and whose column is still there comes back with its data, or is a
// *ColumnLeftError if it is another than it was.
func NewFields(p *project.Project, current fs.FS, fields []field.Field, now time.Time) ([]project.Field, error) {
	have, err := userFields(p, current)
	if err != nil {
		return nil, err
	}
	content := field.Migration(p.Manifest.Answers.DB, fields)
	migration, err := freshMigration(p, current, field.MigrationTitle(fields), content, now)
	if err != nil {
		return nil, err
	}
	var answers []project.Field
	for _, f := range fields {
		if left, ok := leftColumn(p.Manifest.Answers, f.Name); ok {
			f.Migration, f.Renames = left.Migration, left.Renames()
			if f.Answer() != restored(left, f.BySuperuser) {
				return nil, &ColumnLeftError{Name: f.Name}
			}
			answers = append(answers, f.Answer())
			continue
		}
		key := keyOf(f.GoName)
		if where := have[key]; where != "" {
			return nil, &field.Error{Spec: f.Name + ":" + string(f.Kind), Reason: "users have a field of that name already, in " + where}
		}
		have[key] = "this command"
		if err := checkIndex(p, current, f, f.Name+":"+string(f.Kind), migration); err != nil {
			return nil, err
		}
		f.Migration = migration
		answers = append(answers, f.Answer())
	}
	return answers, nil
}

// keyOf is a field's name in Go as userFields has it.
func keyOf(name string) string { return strings.ToLower(name) }

// userFields maps the fields that users have, in lower case, to where they are.
func userFields(p *project.Project, current fs.FS) (map[string]string, error) {
	have := make(map[string]string)
	for _, f := range p.Manifest.Answers.Fields {
		if f.Removed {
			continue
		}
		have[strings.ReplaceAll(f.Name, "_", "")] = project.ManifestPath
	}
	declared, err := structFields(current, p.Manifest.Answers.AuthDir(), "User")
	maps.Copy(have, declared)
	return have, err
}

// structFields maps the fields of a struct of the package in a folder, in lower
// case, to the files that they are in.
func structFields(current fs.FS, folder, name string) (map[string]string, error) {
	have := make(map[string]string)
	names, err := fs.Glob(current, path.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, at := range names {
		if strings.HasPrefix(path.Base(at), ".") {
			continue // The go command passes over it, too: an editor's, perhaps, and no file at all.
		}
		content, err := project.ReadFile(current, at)
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(token.NewFileSet(), at, content, parser.SkipObjectResolution)
		if err != nil {
			continue // Its merge will report that.
		}
		for _, declared := range fieldsOf(file, name) {
			have[strings.ToLower(declared)] = at
		}
	}
	return have, nil
}

// fieldsOf lists the fields of a struct type of a file.
func fieldsOf(file *ast.File, name string) []string {
	var names []string
	for _, decl := range file.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range d.Specs {
			t, ok := spec.(*ast.TypeSpec)
			if !ok || t.Name.Name != name {
				continue
			}
			if body, ok := t.Type.(*ast.StructType); ok {
				for _, f := range body.Fields.List {
					for _, name := range f.Names {
						names = append(names, name.Name)
					}
				}
			}
		}
	}
	return names
}

// checkIndex refuses a field whose index would have the name of another. Those of
// fields are no such names: users have one field of a name at a time.
func checkIndex(p *project.Project, current fs.FS, f field.Field, spec, migration string) error {
	except := []string{migration + ".sql"}
	for name := range p.Base {
		if _, title := splitMigration(name); path.Dir(name) == p.Manifest.Answers.MigrationsDir() && field.IsMigrationTitle(title) {
			except = append(except, path.Base(name))
		}
	}
	where, err := usesName(current, p.Manifest.Answers.MigrationsDir(), f.IndexName(), except...)
	if err == nil && where != "" {
		err = &field.Error{Spec: spec, Reason: fmt.Sprintf("its index would be %s, and that name is taken in %s", f.IndexName(), where)}
	}
	return err
}

// usesName returns the migration, other than those named, that has a name in it;
// empty if none has.
func usesName(current fs.FS, folder, name string, except ...string) (string, error) {
	entries, err := migrations(current, folder)
	if err != nil || name == "" {
		return "", err
	}
	word := regexp.MustCompile(`(?i)\b` + regexp.QuoteMeta(name) + `\b`)
	for _, entry := range entries {
		if slices.Contains(except, entry.Name()) || !entry.Type().IsRegular() {
			continue
		}
		at := path.Join(folder, entry.Name())
		content, err := fs.ReadFile(current, at)
		if err != nil {
			return "", err
		}
		if word.Match(content) {
			return at, nil
		}
	}
	return "", nil
}
