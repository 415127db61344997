package takeover

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/project"
)

// migration is one that a project has.
type migration struct{ name, title, content string }

// Recorded lists the fields that forge gave to the users of a project, those that
// were renamed or removed since among them. Their migrations tell which columns
// forge added, renamed and dropped; the code tells what a column doesn't, and
// whether users have the field still.
func Recorded(db project.Database, current fs.FS) ([]field.Field, error) {
	all, code, err := readAll(current)
	if err != nil {
		return nil, err
	}
	var fields []field.Field
	for i, m := range all {
		for _, f := range recordedIn(db, m, all[i+1:], code) {
			// A column that was dropped may have been added again.
			fields = slices.DeleteFunc(fields, func(o field.Field) bool { return o.Name == f.Name })
			fields = append(fields, f)
		}
	}
	return fields, nil
}

// readAll reads the migrations of a project, in their order, and its code.
func readAll(current fs.FS) (all []migration, code string, err error) {
	if all, err = migrationsIn(current); err != nil {
		return nil, "", err
	}
	code, err = codeBelow(current, ".")
	return all, code, err
}

// migrationsIn reads the migrations of a project, in their order.
func migrationsIn(current fs.FS) ([]migration, error) {
	entries, err := fs.ReadDir(current, project.MigrationsDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	var all []migration
	for _, entry := range entries {
		if path.Ext(entry.Name()) != ".sql" || !entry.Type().IsRegular() {
			continue
		}
		content, err := fs.ReadFile(current, path.Join(project.MigrationsDir, entry.Name()))
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(entry.Name(), ".sql")
		_, title, _ := strings.Cut(name, "_")
		all = append(all, migration{name, title, unixLines(content)})
	}
	return all, nil
}

// recordedIn returns the fields that a migration adds, with what became of them
// since, or nil when forge did not write it.
func recordedIn(db project.Database, m migration, later []migration, code string) []field.Field {
	var added, fields []field.Field
	for _, column := range addedColumn.FindAllStringSubmatch(m.content, -1) {
		f, ok := recorded(db, column[1], column[2], m, later, code)
		if !ok {
			return nil
		}
		first := f
		first.Name = column[1]
		added, fields = append(added, first), append(fields, f)
	}
	if len(fields) == 0 || m.title != field.MigrationTitle(added) || field.Migration(db, added) != m.content {
		return nil
	}
	return fields
}

// recorded finds the field of a column: of all types that the column could be of,
// the one that the code has. If it has none, users have the field no more.
func recorded(db project.Database, name, definition string, m migration, later []migration, code string) (field.Field, bool) {
	var all []column
	for _, f := range ofColumn(db, name, definition) {
		f.Migration = m.name
		f.Unique = regexp.MustCompile(`\busers_` + name + `_key\b`).MatchString(m.content)
		f.Index = !f.Unique && regexp.MustCompile(`\busers_`+name+`\b`).MatchString(m.content)
		f = f.since(later, db)
		all = append(all, f)
	}
	for _, requests := range []func(field.Field, string) int{requestsOf, changedRequestsOf} {
		for _, f := range all {
			if f.Dropped == "" && requests(f.Field, code) > 0 && strings.Contains(code, " "+f.GoName+" "+f.Type()+" ") {
				f.BySuperuser = changedRequestsOf(f.Field, code) == 1
				return f.Field, true
			}
		}
	}
	if len(all) == 0 {
		return field.Field{}, false
	}
	all[0].Removed = true
	return all[0].Field, true
}

// requestsOf counts the requests that have a field, as a forge has written it.
func requestsOf(f field.Field, code string) int {
	return max(strings.Count(code, " "+f.Input("nullable")+" "), strings.Count(code, " "+f.Input("httpkit.Nullable")+" "),
		strings.Count(code, insertedInput(f)))
}

// changedRequestsOf is requestsOf, also where the owner has changed what is accepted.
func changedRequestsOf(f field.Field, code string) int {
	most := 0
	for _, input := range []string{f.Input("nullable"), f.Input("httpkit.Nullable"), strings.TrimSpace(insertedInput(f))} {
		name, _, _ := strings.Cut(input, `,omitempty"`)
		most = max(most, strings.Count(code, " "+name+`,omitempty"`))
	}
	return most
}

// column is a field as its column allows it.
type column struct{ field.Field }

// ofColumn lists the fields that a column's definition could be of.
func ofColumn(db project.Database, name, definition string) []column {
	var all []column
	for _, f := range readings(name, definition) {
		if f.Column(db) == name+" "+definition {
			all = append(all, column{f})
		}
	}
	return all
}

var renamedColumn = lazyregexp.New(`RENAME COLUMN ([a-z0-9_]+) TO ([a-z0-9_]+)`)

// since is the field after later migrations that renamed its column or dropped
// it, as far as forge wrote them.
func (f column) since(later []migration, db project.Database) column {
	for _, m := range later {
		if m.title == field.DropTitle(f.Name) && m.content == f.DropMigration(db) {
			f.Dropped = m.name
			return f
		}
		step := renamedColumn.FindStringSubmatch(m.content)
		if step == nil || step[1] != f.Name || m.title != field.RenameTitle(f.Name) || m.content != f.RenameMigration(db, step[1], step[2]) {
			continue
		}
		f.Renames = append(slices.Clone(f.Renames), project.Rename{From: f.Name, Migration: m.name})
		f.Name, f.GoName = step[2], field.GoName(step[2])
	}
	return f
}
