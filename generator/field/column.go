package field

import (
	"fmt"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/project"
)

// Column is a column of a table that is there already, with what belongs to it.
type Column struct {
	Name  string
	Type  string // what follows the name in its definition
	Index string // the name of its index; empty if it has none
	// Unique is the word for an index that is unique, and Over lists the index's
	// columns.
	Unique, Over string
	// ForeignKey and References are the name and the rest of a constraint that is
	// apart from the definition; both are empty if there is none.
	ForeignKey, References string
}

// AddColumns returns the migration that adds columns to a table, with their indexes.
func AddColumns(db project.Database, table string, columns []Column) string {
	return migration(addition(db, table, columns), removal(db, table, columns))
}

// DropColumns returns the migration that drops columns, with the data in them.
// Undone, it leaves them empty, or with their defaults.
func DropColumns(db project.Database, table string, columns []Column) string {
	return migration(removal(db, table, columns), addition(db, table, columns))
}

// RenameColumn returns the migration that gives a column and its index the names of
// another. The data stays.
func RenameColumn(db project.Database, table string, from, to Column) string {
	return migration(renaming(db, table, from, to), renaming(db, table, to, from))
}

func migration(up, down string) string {
	return "-- +goose Up\n" + up + "\n-- +goose Down\n" + down
}

func addition(db project.Database, table string, columns []Column) string {
	var clauses, indexes []string
	for _, c := range columns {
		clauses = append(clauses, "ADD COLUMN "+c.Name+" "+c.Type)
	}
	for _, c := range columns {
		if c.Index == "" {
			continue
		}
		if db == project.MySQL {
			clauses = append(clauses, fmt.Sprintf("ADD %sKEY %s (%s)", c.Unique, c.Index, c.Over))
		} else {
			indexes = append(indexes, fmt.Sprintf("CREATE %sINDEX %s ON %s (%s);\n", c.Unique, c.Index, table, c.Over))
		}
	}
	for _, c := range columns {
		if c.ForeignKey != "" {
			clauses = append(clauses, fmt.Sprintf("ADD CONSTRAINT %s %s", c.ForeignKey, c.References))
		}
	}
	return alter(db, table, clauses) + strings.Join(indexes, "")
}

func removal(db project.Database, table string, columns []Column) string {
	var clauses, indexes []string
	for _, c := range columns {
		if c.ForeignKey != "" {
			clauses = append(clauses, "DROP FOREIGN KEY "+c.ForeignKey)
		}
		switch {
		case c.Index == "":
		case db != project.MySQL:
			indexes = append(indexes, "DROP INDEX "+c.Index+";\n")
		case c.Over != c.Name: // It would stay, over the other columns.
			clauses = append(clauses, "DROP KEY "+c.Index)
		}
	}
	for _, c := range slices.Backward(columns) {
		clauses = append(clauses, "DROP COLUMN "+c.Name)
	}
	return strings.Join(indexes, "") + alter(db, table, clauses)
}

func renaming(db project.Database, table string, from, to Column) string {
	clause := fmt.Sprintf("RENAME COLUMN %s TO %s", from.Name, to.Name)
	column := "ALTER TABLE " + table + " " + clause + ";\n"
	switch {
	case from.Index == "":
		return column
	case db == project.MySQL:
		return alter(db, table, []string{clause, fmt.Sprintf("RENAME INDEX %s TO %s", from.Index, to.Index)})
	case db == project.Postgres:
		return column + fmt.Sprintf("ALTER INDEX %s RENAME TO %s;\n", from.Index, to.Index)
	}
	return column + fmt.Sprintf("DROP INDEX %s;\nCREATE %sINDEX %s ON %s (%s);\n", from.Index, to.Unique, to.Index, table, to.Over)
}

// alter returns the statements that change a table: one for MySQL, which can't take
// back half of a migration.
func alter(db project.Database, table string, clauses []string) string {
	begin := "ALTER TABLE " + table
	if db == project.MySQL {
		return begin + "\n    " + strings.Join(clauses, ",\n    ") + ";\n"
	}
	var out strings.Builder
	for _, clause := range clauses {
		out.WriteString(begin + " " + clause + ";\n")
	}
	return out.String()
}
