package field

import (
	"fmt"
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
	var up, down []string
	for _, f := range fields {
		up = append(up, "ADD COLUMN "+f.Column(db))
		down = append([]string{"DROP COLUMN " + f.Name}, down...)
	}
	if db == project.MySQL {
		// One statement, since MySQL can't take back half of a migration.
		for _, f := range fields {
			if name, unique := f.index(); name != "" {
				up = append(up, fmt.Sprintf("ADD %sKEY %s (%s)", unique, name, f.Name))
			}
		}
		return fmt.Sprintf("-- +goose Up\nALTER TABLE users\n    %s;\n\n-- +goose Down\nALTER TABLE users\n    %s;\n",
			strings.Join(up, ",\n    "), strings.Join(down, ",\n    "))
	}
	var out strings.Builder
	out.WriteString("-- +goose Up\n")
	for _, clause := range up {
		out.WriteString("ALTER TABLE users " + clause + ";\n")
	}
	for _, f := range fields {
		if name, unique := f.index(); name != "" {
			fmt.Fprintf(&out, "CREATE %sINDEX %s ON users (%s);\n", unique, name, f.Name)
		}
	}
	out.WriteString("\n-- +goose Down\n")
	for _, f := range fields {
		if name, _ := f.index(); name != "" {
			out.WriteString("DROP INDEX " + name + ";\n")
		}
	}
	for _, clause := range down {
		out.WriteString("ALTER TABLE users " + clause + ";\n")
	}
	return out.String()
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
	return "-- +goose Up\n" + f.rename(db, from, to) + "\n-- +goose Down\n" + f.rename(db, to, from)
}

func (f Field) rename(db project.Database, from, to string) string {
	before, after := f, f
	before.Name, after.Name = from, to
	old, unique := before.index()
	renamed, _ := after.index()
	column := fmt.Sprintf("RENAME COLUMN %s TO %s", from, to)
	switch {
	case old == "":
		return "ALTER TABLE users " + column + ";\n"
	case db == project.MySQL:
		return fmt.Sprintf("ALTER TABLE users\n    %s,\n    RENAME INDEX %s TO %s;\n", column, old, renamed)
	case db == project.Postgres:
		return fmt.Sprintf("ALTER TABLE users %s;\nALTER INDEX %s RENAME TO %s;\n", column, old, renamed)
	}
	return fmt.Sprintf("ALTER TABLE users %s;\nDROP INDEX %s;\nCREATE %sINDEX %s ON users (%s);\n", column, old, unique, renamed, to)
}

// DropTitle returns that of the migration that drops a field's column.
func DropTitle(name string) string { return "drop_user_" + name }

// DropMigration returns the migration that drops the column of a field, with
// what users have in it. Undone, it leaves an empty column, or the default.
func (f Field) DropMigration(db project.Database) string {
	up, down, _ := strings.Cut(strings.TrimPrefix(Migration(db, []Field{f}), "-- +goose Up\n"), "\n-- +goose Down\n")
	return "-- +goose Up\n" + down + "\n-- +goose Down\n" + up
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
