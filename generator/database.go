package generator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/project"
)

// The methods of this file are what databases differ by where a file of its
// own would repeat the rest. Statements are written with "?"; see numbered.

// DBTitle is the database's name in a text.
func (d data) DBTitle() string {
	return map[project.Database]string{project.SQLite: "SQLite", project.Postgres: "PostgreSQL", project.MySQL: "MySQL"}[d.DB]
}

// Parameter is the n-th of a statement, where a text shows one.
func (d data) Parameter(n int) string {
	if d.DB == project.Postgres {
		return fmt.Sprintf("$%d", n)
	}
	return "?"
}

// HasServer reports whether the database is a server, with replicas of the
// service around it.
func (d data) HasServer() bool { return d.DB != project.SQLite }

// DefaultDatabaseURL is where a service finds its database unless told.
func (d data) DefaultDatabaseURL() string {
	switch d.DB {
	case project.Postgres:
		return fmt.Sprintf("postgres://%[1]s:%[1]s@127.0.0.1:5432/%[1]s?sslmode=disable", d.Program)
	case project.MySQL:
		return fmt.Sprintf("mysql://root:%[1]s@127.0.0.1:3306/%[1]s?ssl-mode=DISABLED", d.Program)
	}
	return "file:var/" + d.Program + ".db"
}

// DatabaseVariable is the environment variable that names the database.
func (d data) DatabaseVariable() string { return "DATABASE_URL" }

// DBOpen is the call that opens the database of a service that starts.
func (d data) DBOpen() string {
	if d.HasServer() {
		return "Await(ctx, config.DatabaseURL, log)"
	}
	return "Open(ctx, config.DatabaseURL)"
}

// DBRead and DBWrite name the store's fields that queries go through. SQLite
// has a pool for its one writer and another for its readers.
func (d data) DBRead() string {
	if d.HasServer() {
		return "db"
	}
	return "read"
}

// DBWrite is the pool for statements that write.
func (d data) DBWrite() string {
	if d.HasServer() {
		return "db"
	}
	return "write"
}

// Limited ends the call for a list's query. On SQLite, one prepared statement serves
// all limits; a server plans each query for the limit in its text.
func (d data) Limited() string {
	return pick(d.HasServer(), `" LIMIT "+strconv.Itoa(q.Limit), args...`, `" LIMIT ?", append(args, q.Limit)...`)
}

// DBHandle is the database.DB field for code that does not mind which.
func (d data) DBHandle() string {
	if d.HasServer() {
		return "Pool"
	}
	return "Write"
}

// DBPools is what a store is made from, given a database.DB db.
func (d data) DBPools() string {
	if d.HasServer() {
		return "db.Pool"
	}
	return "db.Write, db.Read"
}

// OwnDatabase reports whether the code opens its database, and is not given a
// pool.
func (d data) OwnDatabase() bool { return !d.givenPool }

// OwnFile reports whether the code opens an SQLite file for itself.
func (d data) OwnFile() bool { return d.OwnDatabase() && !d.HasServer() }

// EveryPool lists the pools of a test's database.
func (d data) EveryPool() string { return strings.ReplaceAll(d.AuthPools(), "db.", "svc.DB.") }

// AuthPools is what an authsql.Store is made from, given a database.DB db.
func (d data) AuthPools() string { return d.DBPools() + pick(d.OwnFile(), ", db.Lookup", "") }

// SessionPool is the store's field that sessions are looked up through.
func (d data) SessionPool() string { return pick(d.OwnFile(), "lookup", d.DBRead()) }

// SessionContext is the context in which a session is looked up.
func (d data) SessionContext() string {
	return pick(d.OwnFile(), "context.WithoutCancel(ctx)", "ctx")
}

// ForUpdate locks the rows of a SELECT until the transaction ends. SQLite's
// one writer needs no locks.
func (d data) ForUpdate() string {
	if d.HasServer() {
		return " FOR UPDATE"
	}
	return ""
}

// SkipLocked makes ForUpdate pass over the rows that others have locked.
func (d data) SkipLocked() string {
	if d.HasServer() {
		return " SKIP LOCKED"
	}
	return ""
}

// EmailIs finds the user with an address in lower case.
func (d data) EmailIs() string {
	if d.DB == project.Postgres {
		return "lower(email) = ?"
	}
	return "email = ?"
}

// UsernameIs finds the user with a name in lower case, by an index.
func (d data) UsernameIs() string {
	switch d.DB {
	case project.Postgres:
		return "lower(username) = ?"
	case project.MySQL: // The column is ASCII; any other letter becomes "?", which no name has.
		return "username = CONVERT(? USING ascii)"
	}
	return "username = ?"
}

// Table is the name of a table of accounts.
func (d data) Table(name string) string { return name }

// UniqueKey is the name of the unique index of a column, as sqlerror.Unique returns
// it.
func (d data) UniqueKey(table, column string) string {
	if d.HasServer() {
		return table + "_" + column + "_key"
	}
	return table + "." + column
}

// Purge deletes up to 1000 of a table's rows that meet a condition, and
// leaves those alone that others have locked where the database can.
func (d data) Purge(table, condition string) string {
	switch d.DB {
	case project.Postgres:
		return fmt.Sprintf("DELETE FROM %[1]s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %[1]s WHERE %[2]s LIMIT 1000 FOR UPDATE SKIP LOCKED))", table, condition)
	case project.MySQL:
		return fmt.Sprintf("DELETE FROM %s WHERE %s LIMIT 1000", table, condition)
	}
	return fmt.Sprintf("DELETE FROM %[1]s WHERE rowid IN (SELECT rowid FROM %[1]s WHERE %[2]s LIMIT 1000)", table, condition)
}

// DropForce ends the connections to a database that is dropped.
func (d data) DropForce() string {
	if d.DB == project.Postgres {
		return " WITH (FORCE)"
	}
	return ""
}

// TimeType is the type of a column for an instant, to the microsecond.
func (d data) TimeType() string {
	if d.DB == project.MySQL {
		return "DATETIME(6)"
	}
	return "TIMESTAMPTZ"
}

// EndConnection is a statement that makes the server end its connection.
func (d data) EndConnection() string {
	if d.DB == project.MySQL {
		return "KILL CONNECTION_ID()"
	}
	return "SELECT pg_terminate_backend(pg_backend_pid())"
}

// SessionTypes is the SQL test for the token types that make up a session.
func (d data) SessionTypes() string {
	switch {
	case d.inCookies():
		return "IN ('access', 'refresh', 'cookie')"
	case d.Complete():
		return "IN ('access', 'refresh')"
	}
	return "= 'access'"
}

// LiveTypes is the SQL test for the token types that requests are sent with.
func (d data) LiveTypes() string {
	return pick(d.inCookies(), "IN ('access', 'cookie')", "= 'access'")
}

// LastingTypes is the SQL test for the token types of which each session has one.
func (d data) LastingTypes() string {
	return pick(d.inCookies(), "IN ('refresh', 'cookie')", "= 'refresh'")
}

func (d data) inCookies() bool { return slices.Contains(d.features, "cookies") }

// MigrationOptions, TxOptions and WithoutServer are what differs where accounts
// are added to a module that forge did not make: options of goose besides those
// that are always given,
func (d data) MigrationOptions() string { return "" }

// TxOptions of a transaction that locks what it reads,
func (d data) TxOptions() string { return "nil" }

// WithoutServer and the function with which a test ends that has no server.
func (d data) WithoutServer() string { return "t.Fatalf" }

// fieldAllocations is what GET /users/me allocates at most for a field of users.
const fieldAllocations = 8

// MostAllocations is what GET /users/me may allocate: more than it does, since owners
// add columns by hand, and fewer than it would with another statement.
func (d data) MostAllocations() int {
	most := map[project.Database]int{project.SQLite: 115, project.Postgres: 115, project.MySQL: 93}[d.DB]
	if d.has["login-steps"] { // a column of the session
		most += 6
	}
	switch d.Router {
	case project.Chi, project.Gin, project.Echo:
		most += 2
	case project.Fiber: // with the connection
		most += 7
	}
	return most + fieldAllocations*len(d.fields)
}

// ByDue names the index of mails that are due, which SQLite does not choose by itself.
func (d data) ByDue() string { return pick(d.HasServer(), "", " INDEXED BY outbox_due_at") }

// WithoutIndex keeps SQLite from an index of the column that follows.
func (d data) WithoutIndex() string { return pick(d.HasServer(), "", "+") }
