package sqlerror

import (
	"errors"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Unique returns the column, as table.column, whose unique index refused a
// row, or "" for any other error.
func Unique(err error) string {
	var e *sqlite.Error
	if !errors.As(err, &e) || e.Code() != sqlite3.SQLITE_CONSTRAINT_UNIQUE {
		return ""
	}
	_, column, _ := strings.Cut(e.Error(), "UNIQUE constraint failed: ")
	column, _, _ = strings.Cut(column, " ")
	return column
}
