package resource

import (
	"fmt"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
)

// AddTitle is the descriptive part of the name of the migration that adds fields.
func (r Resource) AddTitle(fields []Field) string {
	if len(fields) > 1 {
		return "add_" + fields[0].Name + "_and_more_to_" + r.Plural
	}
	return "add_" + fields[0].Name + "_to_" + r.Plural
}

// RenameFieldTitle is that of the migration that renames a field.
func (r Resource) RenameFieldTitle(from string) string { return "rename_" + from + "_of_" + r.Plural }

// DropFieldTitle is that of the migration that drops a field's column.
func (r Resource) DropFieldTitle(name string) string { return "drop_" + name + "_of_" + r.Plural }

// AddFields returns the migration that adds the columns of fields.
func (r Resource) AddFields(db project.Database, fields []Field) string {
	var columns []field.Column
	for _, f := range fields {
		f.Field = f.Added()
		columns = append(columns, r.columnOf(db, f))
	}
	return field.AddColumns(db, r.TableName(), columns)
}

// RenameField returns the migration that renames the column of a field, and its
// index. The data stays.
func (r Resource) RenameField(db project.Database, f Field, from, to string) string {
	before, after := f, f
	before.Name, after.Name = from, to
	return field.RenameColumn(db, r.TableName(), r.columnOf(db, before), r.columnOf(db, after))
}

// DropField returns the migration that drops the column of a field, with what rows
// have in it. Undone, it leaves an empty column, or the default.
func (r Resource) DropField(db project.Database, f Field) string {
	column := r.columnOf(db, f)
	column.Type = f.refilled(db)
	return field.DropColumns(db, r.TableName(), []field.Column{column})
}

// FieldMigrations returns the migrations of the fields that came, got another name
// or went after the table, by their names without .sql.
func (r Resource) FieldMigrations(db project.Database) map[string]string {
	all, together := make(map[string]string), make(map[string][]Field)
	for _, f := range r.Fields {
		if f.Migration != "" {
			together[f.Migration] = append(together[f.Migration], f)
		}
		for i, earlier := range f.Renames {
			to := f.Name
			if i+1 < len(f.Renames) {
				to = f.Renames[i+1].From
			}
			all[earlier.Migration] = r.RenameField(db, f, earlier.From, to)
		}
		if f.Dropped != "" {
			all[f.Dropped] = r.DropField(db, f)
		}
	}
	for name, fields := range together {
		all[name] = r.AddFields(db, fields)
	}
	return all
}

func (r Resource) columnOf(db project.Database, f Field) field.Column {
	k := r.keyOf(f)
	c := field.Column{Name: f.Name, Type: f.column(db), Index: k.name, Unique: k.unique, Over: k.columns}
	if f.Kind == Ref && db == project.MySQL {
		c.ForeignKey, c.References = r.foreignKey(f), f.foreignKey()
	}
	return c
}

// refilled is the definition of a column that comes back to rows that are there: a
// required one has a default, or is empty.
func (f Field) refilled(db project.Database) string {
	if !f.required() {
		return f.column(db)
	}
	switch {
	case f.Unique:
	case f.Kind == field.String, f.Kind == field.Text:
		return f.define(db, f.Kind.SQLLiteral(db, ""))
	case f.Kind == field.Int, f.Kind == field.Decimal:
		return f.define(db, f.Kind.SQLLiteral(db, "0"))
	case f.Kind == field.Bool:
		return f.define(db, "FALSE")
	case f.Kind == Enum:
		return f.define(db, fmt.Sprintf("'%s'", f.Words[0]))
	}
	f.Optional = true
	return f.column(db)
}
