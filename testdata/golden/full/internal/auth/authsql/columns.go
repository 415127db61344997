package authsql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
)

// column is a column of a table, and where its value is read from and scanned
// into: a pointer to a field, or a sql.Scanner that is a driver.Valuer.
type column struct {
	name  string
	value any
}

// names lists columns as a statement does, each after prefix.
func names(prefix string, columns []column) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = prefix + c.name
	}
	return strings.Join(list, ", ")
}

func values(columns []column) []any {
	list := make([]any, len(columns))
	for i, c := range columns {
		list[i] = c.value
	}
	return list
}

// insert stores a row and returns its id.
func (tx transaction) insert(ctx context.Context, table string, columns []column) (int64, error) {
	parameters := make([]string, len(columns))
	for i := range columns {
		parameters[i] = parameter(i)
	}
	query := "INSERT INTO " + table + " (" + names("", columns) + ") VALUES (" + strings.Join(parameters, ", ") + ")"
	result, err := tx.ExecContext(ctx, query, values(columns)...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// update overwrites the row with an id.
func (tx transaction) update(ctx context.Context, table string, id int64, columns []column) error {
	changes := make([]string, len(columns))
	for i, c := range columns {
		changes[i] = c.name + " = " + parameter(i)
	}
	query := "UPDATE " + table + " SET " + strings.Join(changes, ", ") + " WHERE id = " + parameter(len(columns))
	_, err := tx.ExecContext(ctx, query, append(values(columns), id)...)
	return err
}

// exec runs a statement, whose error names what it was doing.
func (tx transaction) exec(ctx context.Context, doing, query string, args ...any) error {
	if _, err := tx.ExecContext(ctx, query, args...); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// parameter is the i-th parameter of a statement, from 0.
func parameter(int) string { return "?" }

// orNull keeps the zero value of a field as NULL.
type orNull[T comparable] struct{ field *T }

// Scan is that of sql.Scanner.
func (n orNull[T]) Scan(value any) error {
	if value == nil {
		var zero T
		*n.field = zero
		return nil
	}
	var scanned sql.Null[T]
	err := scanned.Scan(value)
	*n.field = scanned.V
	return err
}

// Value is that of driver.Valuer.
func (n orNull[T]) Value() (driver.Value, error) {
	var zero T
	if *n.field == zero {
		return nil, nil
	}
	return *n.field, nil
}

// words keeps a list as text, with one blank between two.
type words struct{ list *[]string }

// Scan is that of sql.Scanner.
func (w words) Scan(value any) error {
	if text, ok := value.(string); ok { // As most drivers have it, in every request.
		*w.list = strings.Fields(text)
		return nil
	}
	var text sql.Null[string]
	err := text.Scan(value)
	*w.list = strings.Fields(text.V)
	return err
}

// Value is that of driver.Valuer.
func (w words) Value() (driver.Value, error) { return strings.Join(*w.list, " "), nil }
