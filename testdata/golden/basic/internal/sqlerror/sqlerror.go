// Package sqlerror classifies errors of the database for the service.
package sqlerror

import (
	"errors"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Unavailable reports whether the file cannot be used at present, such as while
// another program has locked it or the disk is full.
func Unavailable(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff { // The rest of the code is detail.
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
		return true
	}
	return false
}

// Unique returns the column, as table.column, whose unique index refused a
// row, or "" for any other error.
func Unique(err error) string {
	var e *sqlite.Error
	if !errors.As(err, &e) || e.Code() != sqlite3.SQLITE_CONSTRAINT_UNIQUE {
		return ""
	}
	_, columns, _ := strings.Cut(e.Error(), "UNIQUE constraint failed: ")
	column, _, _ := strings.Cut(columns, " ")
	return column
}
