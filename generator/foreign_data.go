package generator

import (
	"strconv"
	"strings"

	"github.com/forge-go/forge/generator/project"
)

// foreignData is what the templates of accounts in another module see.
type foreignData struct {
	data
	foreign Foreign
}

// ForeignImport is the import path of the module's router.
func (d foreignData) ForeignImport() string { return d.foreign.Router.Import }

// GuardFields are without that for pages of other origins, which the program knows.
func (d foreignData) GuardFields() []string { return d.featureGuards() }

// Service reports whether the project is a service of its own.
func (d foreignData) Service() bool { return false }

// CookieName is that of the cookie with a browser's session. The program may have
// a cookie named session.
func (d foreignData) CookieName() string { return "accounts_session" }

// Migrations is the folder of the module's own migrations.
func (d foreignData) Migrations() string { return d.foreign.Migrations }

// Prefix begins the paths of the routes: it is empty, or like /accounts.
func (d foreignData) Prefix() string { return d.pathPrefix }

// BaseURL is where clients find what the server calls /, as Go code.
func (d foreignData) BaseURL() string { return d.URL("") }

// URL is where clients find what the server calls path, as Go code.
func (d foreignData) URL(path string) string {
	return pick(d.Complete(), "s.Settings.BasePath() + ", "") + strconv.Quote(d.foreign.PathPrefix+path)
}

// Table is the name of a table of accounts.
func (d foreignData) Table(name string) string { return d.foreign.TablePrefix + name }

// UniqueKey is the name of the unique index of a column, as sqlerror.Unique returns
// it.
func (d foreignData) UniqueKey(table, column string) string {
	return d.data.UniqueKey(d.Table(table), column)
}

// TablePrefix begins the names of all tables; it may be empty.
func (d foreignData) TablePrefix() string { return d.foreign.TablePrefix }

// AccountColumn defines a column of the program's own users that holds the id of
// an account.
func (d foreignData) AccountColumn() string {
	if d.DB == project.MySQL { // It ignores REFERENCES behind a column.
		return "BIGINT, ADD FOREIGN KEY (account_id) REFERENCES " + d.Table("users") + " (id) ON DELETE SET NULL"
	}
	return pick(d.HasServer(), "BIGINT", "INTEGER") + " REFERENCES " + d.Table("users") + " (id) ON DELETE SET NULL"
}

// OwnMigrations reports whether the tables come with the module's own migrations.
func (d foreignData) OwnMigrations() bool { return d.foreign.Migrations != "" }

// Wraps reports whether accounts stand in front of a handler, rather than on a
// router that they know.
func (d foreignData) Wraps() bool { return d.foreign.Router.Kind == project.Handler }

// handleTypes are the packages and types of what the wiring is given.
func handleTypes() map[string][2]string {
	return map[string][2]string{
		"sql": {"database/sql", "*sql.DB"}, "sqlx": {"github.com/jmoiron/sqlx", "*sqlx.DB"},
		"pgxpool": {"github.com/jackc/pgx/v5/pgxpool", "*pgxpool.Pool"},
		"gorm":    {"gorm.io/gorm", "*gorm.DB"}, "gormv1": {"github.com/jinzhu/gorm", "*gorm.DB"},
	}
}

// HandleImport is the package of what the wiring is given.
func (d foreignData) HandleImport() string { return handleTypes()[d.foreign.Handle][0] }

// ForeignHandle reports whether that package is of another module.
func (d foreignData) ForeignHandle() bool { return strings.Contains(d.HandleImport(), ".") }

// HandleParameter is the parameter for it, after another one.
func (d foreignData) HandleParameter() string {
	return pick(d.OwnDatabase(), "", ", db "+handleTypes()[d.foreign.Handle][1])
}

// WithHandle is the argument for it, after another one.
func (d foreignData) WithHandle() string { return pick(d.OwnDatabase(), "", ", db") }

// newEcho and newFiber are the versions whose handlers take other types.
func (d foreignData) newEcho() bool  { return strings.HasSuffix(d.foreign.Router.Import, "/v5") }
func (d foreignData) newFiber() bool { return strings.HasSuffix(d.foreign.Router.Import, "/v3") }

// DatabaseVariable is the environment variable that names the database of
// accounts. DATABASE_URL is the program's, whose database may be of another kind.
func (d foreignData) DatabaseVariable() string {
	return pick(d.OwnDatabase(), "ACCOUNTS_DATABASE_URL", "DATABASE_URL")
}

// DefaultDatabaseURL is where the database of accounts is unless told.
func (d foreignData) DefaultDatabaseURL() string {
	if d.HasServer() {
		return d.data.DefaultDatabaseURL()
	}
	return "file:var/accounts/accounts.db"
}

// MigrationOptions keep the migrations of accounts apart from the program's.
func (d foreignData) MigrationOptions() string {
	return `, goose.WithTableName("accounts_migrations"), goose.WithDisableGlobalRegistry(true)`
}

// TxOptions are for connections that the program has set up otherwise.
func (d foreignData) TxOptions() string { return "&sql.TxOptions{Isolation: sql.LevelReadCommitted}" }

// WithoutServer is the function with which tests skip without a database server.
func (d foreignData) WithoutServer() string { return "t.Skipf" }

// EchoContext is the type of an echo handler's argument.
func (d foreignData) EchoContext() string { return pick(d.newEcho(), "*echo.Context", "echo.Context") }

// EchoRoute is the type that adding a route returns.
func (d foreignData) EchoRoute() string { return pick(d.newEcho(), "echo.RouteInfo", "*echo.Route") }

// FiberCtx is the type of a fiber handler's argument.
func (d foreignData) FiberCtx() string { return pick(d.newFiber(), "fiber.Ctx", "*fiber.Ctx") }

// FiberContext is the method that returns the request's context.
func (d foreignData) FiberContext() string { return pick(d.newFiber(), "Context", "UserContext") }

// FiberMethod is how a route's method is given.
func (d foreignData) FiberMethod() string { return pick(d.newFiber(), "[]string{method}", "method") }

// FiberPatience is how app.Test is told to wait for slow hashes.
func (d foreignData) FiberPatience() string {
	return pick(d.newFiber(), "fiber.TestConfig{Timeout: 0}", "-1")
}

// AccountsDir is where everything else is.
func (d foreignData) AccountsDir() string { return d.foreign.AccountsDir() }

// AuthDir is where package auth is.
func (d foreignData) AuthDir() string { return d.foreign.AuthDir }
