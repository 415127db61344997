package field

import (
	"strings"

	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/project"
)

var migrationPattern = lazyregexp.New(`^[0-9]{5,14}_[a-z0-9_]+$`)

// MigrationTitle returns the descriptive part of the name of the migration that adds
// fields.
func MigrationTitle(fields []Field) string {
	if len(fields) > 1 {
		return "add_user_fields_" + fields[0].Name
	}
	return "add_user_" + fields[0].Name
}

// Migration returns the migration that adds the columns of fields and their
// indexes.
func Migration(db project.Database, fields []Field) string {
	var columns []Column
	for _, f := range fields {
		columns = append(columns, f.column(db))
	}
	return AddColumns(db, "users", columns)
}

func (f Field) column(db project.Database) Column {
	c := Column{Name: f.Name, Type: strings.TrimPrefix(f.Column(db), f.Name+" "), Over: f.Name}
	c.Index, c.Unique = f.index()
	return c
}

// IsMigrationTitle reports whether a migration of that title is one of fields.
func IsMigrationTitle(title string) bool {
	return strings.HasPrefix(title, "add_user_") || strings.HasPrefix(title, "rename_user_") || strings.HasPrefix(title, "drop_user_")
}

// RenameTitle returns that of the migration that renames a field.
func RenameTitle(from string) string { return "rename_user_" + from }

// RenameMigration returns the migration that renames the column of a field, and its
// index. The data stays.
func (f Field) RenameMigration(db project.Database, from, to string) string {
	before, after := f, f
	before.Name, after.Name = from, to
	return RenameColumn(db, "users", before.column(db), after.column(db))
}

// DropTitle returns that of the migration that drops a field's column.
func DropTitle(name string) string { return "drop_user_" + name }

// DropMigration returns the migration that drops the column of a field, with
// what users have in it. Undone, it leaves an empty column, or the default.
func (f Field) DropMigration(db project.Database) string {
	return DropColumns(db, "users", []Column{f.column(db)})
}

// Added is the field as its first migration adds it: by its first name.
func (f Field) Added() Field {
	if len(f.Renames) > 0 {
		f.Name = f.Renames[0].From
	}
	return f
}

// Column is the column's definition in a database.
func (f Field) Column(db project.Database) string {
	column := f.Name + " " + f.Kind.Column(db)
	if !f.Optional {
		column += " NOT NULL"
	}
	if value, ok := f.preset(); ok {
		column += " DEFAULT " + f.Kind.SQLLiteral(db, value)
	}
	return column
}

// index returns the name of the field's index and the word for a unique one.
func (f Field) index() (name, unique string) {
	switch {
	case f.Unique:
		return "users_" + f.Name + "_key", "UNIQUE "
	case f.Index:
		return "users_" + f.Name, ""
	}
	return "", ""
}

// IndexName is the name of the field's index; empty if it has none.
func (f Field) IndexName() string {
	name, _ := f.index()
	return name
}
