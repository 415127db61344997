package generator

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/render"
)

// Foreign are the answers that decide what is added to a module that forge did
// not make.
type Foreign struct {
	Module  string // its module path
	Program string // the name for the app and the issuer of tokens
	Auth    string // basic, complete
	DB      string // sqlite, postgres, mysql
	Router  Router
	Handle  string // what the wiring is given: none, sql, sqlx, pgxpool, gorm, gormv1

	// AuthDir is where package auth goes: internal/auth unless that is taken.
	AuthDir string
	// Migrations is the folder of the module's own migrations, which the tables
	// join. Empty: the wiring makes them when the program starts.
	Migrations string

	// TablePrefix begins the names of the tables, such as accounts_, and PathPrefix
	// the paths of the routes, such as /accounts. Both may be empty.
	TablePrefix, PathPrefix string

	// Features are what there is beside accounts.
	Features []string

	// Fields are what users have beside what all users have.
	Fields []project.Field
}

// Router is a router as a module imports it.
type Router struct {
	Kind   string // stdlib, gorilla, chi, gin, echo, fiber, or handler: any http.Handler
	Import string // such as github.com/labstack/echo/v4
}

// accountsDir is where everything goes that is not package auth.
const accountsDir = project.AccountsDir

// DefaultAuthDir is where package auth goes in every project.
const DefaultAuthDir = "internal/auth"

// AccountsImport is the import path of the package that wires accounts.
func (f Foreign) AccountsImport() string { return f.Module + "/" + accountsDir }

// foreignData is what the templates of accounts in another module see.
type foreignData struct {
	data
	foreign Foreign
}

// ForeignImport is the import path of the module's router.
func (d foreignData) ForeignImport() string { return d.foreign.Router.Import }

// Service reports whether the project is a service of its own.
func (d foreignData) Service() bool { return false }

// Migrations is the folder of the module's own migrations.
func (d foreignData) Migrations() string { return d.foreign.Migrations }

// Prefix begins the paths of the routes: it is empty, or like /accounts.
func (d foreignData) Prefix() string { return d.foreign.PathPrefix }

// BaseURL is where clients find what the server calls /, as Go code.
func (d foreignData) BaseURL() string { return d.URL("") }

// URL is where clients find what the server calls path, as Go code.
func (d foreignData) URL(path string) string {
	return pick(d.Complete(), "s.Settings.BasePath() + ", "") + strconv.Quote(d.foreign.PathPrefix+path)
}

// Table is the name of a table of accounts.
func (d foreignData) Table(name string) string { return d.foreign.TablePrefix + name }

// UniqueKey is what sqlerror.Unique calls the unique index of a column.
func (d foreignData) UniqueKey(table, column string) string {
	return d.data.UniqueKey(d.Table(table), column)
}

// TablePrefix begins the names of all tables; it may be empty.
func (d foreignData) TablePrefix() string { return d.foreign.TablePrefix }

// AccountColumn defines a column of the program's own users that holds the id of
// an account.
func (d foreignData) AccountColumn() string {
	if d.DB == "mysql" { // It ignores REFERENCES behind a column.
		return "BIGINT, ADD FOREIGN KEY (account_id) REFERENCES " + d.Table("users") + " (id) ON DELETE SET NULL"
	}
	return pick(d.HasServer(), "BIGINT", "INTEGER") + " REFERENCES " + d.Table("users") + " (id) ON DELETE SET NULL"
}

// OwnMigrations reports whether the tables come with the module's own migrations.
func (d foreignData) OwnMigrations() bool { return d.foreign.Migrations != "" }

// Wraps reports whether accounts stand in front of a handler, rather than on a
// router that they know.
func (d foreignData) Wraps() bool { return d.foreign.Router.Kind == "handler" }

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

// WithoutServer is what tests do that have no database server.
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

// AuthDir is where package auth is.
func (d foreignData) AuthDir() string { return d.foreign.AuthDir }

func pick(condition bool, yes, no string) string {
	if condition {
		return yes
	}
	return no
}

// NewForeign renders what is added to a module that forge did not make: the
// package auth of every project, the packages it stands on, and the wiring. It
// reads nothing but its arguments.
func NewForeign(templates fs.FS, f Foreign) (Added, error) {
	if err := errors.Join(CheckTablePrefix(f.TablePrefix), CheckPathPrefix(f.PathPrefix)); err != nil {
		return Added{}, err
	}
	o := Options{Module: f.Module, Program: f.Program, Auth: f.Auth, DB: f.DB, Router: "stdlib", Features: f.Features}
	var added Added
	all, err := field.Of(f.Fields)
	if err != nil {
		return added, err
	}
	fields := field.Present(all)
	d := foreignData{newData(o, fields), f}
	d.givenPool = f.Handle != "none"
	files, err := renderFiles(templates, render.Request{
		Tags: hostTags(o, f, fields), Data: d, Program: f.Program, Numbered: f.DB == "postgres",
		TablePrefix: f.TablePrefix, Features: len(f.Features) > 0,
	}, o)
	if err != nil {
		return added, err
	}
	for _, file := range files {
		switch file.Path {
		case "go.mod":
			added.PinnedMod = file.Content
		case "go.sum":
			added.PinnedSum = file.Content
		case readmeSection:
			added.Readme = file.Content
		default:
			file, err := f.move(file)
			if err != nil {
				return added, err
			}
			added.Files = append(added.Files, file)
		}
	}
	for _, file := range fieldMigrations(f.place(project.MigrationsDir), f.DB, all) {
		file.Content = render.WithTablePrefix(file.Content, f.TablePrefix)
		added.Files = append(added.Files, file)
	}
	added.Files = sortByPath(added.Files)
	return added, checkPaths(added.Files)
}

// newForeignPlan is NewPlan for accounts in a module that forge did not make.
func newForeignPlan(templates fs.FS, o Options) (*Plan, error) {
	added, err := NewForeign(templates, ForeignOf(o.Answers()))
	if err != nil {
		return nil, err
	}
	files, err := remember(o, added.Files)
	if err != nil {
		return nil, err
	}
	return &Plan{Options: o, Files: files, PinnedMod: added.PinnedMod, PinnedSum: added.PinnedSum}, nil
}

// ForeignOf returns the answers that accounts were added with to a module that
// forge did not make.
func ForeignOf(a project.Answers) Foreign {
	return Foreign{
		Module: a.Module, Program: a.Program, Auth: a.Auth, DB: a.DB, Router: Router{Kind: a.Router, Import: a.Foreign.Import},
		Handle: a.Foreign.Handle, AuthDir: a.Foreign.AuthDir, Migrations: a.Foreign.Migrations,
		TablePrefix: a.Foreign.TablePrefix, PathPrefix: a.Foreign.PathPrefix, Features: a.Features, Fields: a.Fields,
	}
}

// Answers are what the module remembers.
func (f Foreign) Answers() project.Answers {
	return project.Answers{
		Module: f.Module, Program: f.Program, Auth: f.Auth, DB: f.DB, Router: f.Router.Kind, Features: f.Features, Fields: f.Fields,
		Foreign: &project.Foreign{
			Import: f.Router.Import, Handle: f.Handle, AuthDir: f.AuthDir, Migrations: f.Migrations,
			TablePrefix: f.TablePrefix, PathPrefix: f.PathPrefix,
		},
	}
}

// Place is where a file of a project of its own is in the module; false for one
// that such a module does not have.
func (f Foreign) Place(name string) (string, bool) {
	return f.place(name), strings.HasPrefix(name, "internal/") || strings.HasPrefix(name, "static/")
}

const readmeSection = accountsDir + "/README.section.md"

// Added is what NewForeign returns.
type Added struct {
	Files  []File // sorted by path
	Readme []byte // a section for the module's README
	// PinnedMod and PinnedSum are the go.mod and go.sum of a forge-made project
	// with the same packages and more.
	PinnedMod, PinnedSum []byte
}

// move changes a file's path to its place in the module, and its imports to
// those of the others.
func (f Foreign) move(file File) (File, error) {
	file.Path = f.place(file.Path)
	if path.Ext(file.Path) != ".go" {
		return file, nil
	}
	source := file.Content
	for _, quoted := range importsOf(source, f.Module) {
		source = bytes.ReplaceAll(source, []byte(`"`+f.Module+"/"+quoted+`"`), []byte(`"`+f.Module+"/"+f.place(quoted)+`"`))
	}
	formatted, err := format.Source(source)
	if err != nil {
		return file, fmt.Errorf("formatting %s: %w", file.Path, err)
	}
	file.Content = formatted
	return file, nil
}

func (f Foreign) place(name string) string {
	switch {
	case name == accountsDir || strings.HasPrefix(name, accountsDir+"/"):
		return name
	case name == DefaultAuthDir || strings.HasPrefix(name, DefaultAuthDir+"/"):
		return f.AuthDir + strings.TrimPrefix(name, DefaultAuthDir)
	}
	return accountsDir + "/" + strings.TrimPrefix(name, "internal/")
}

// importsOf lists the packages of the module that source names in quotes,
// without the module's path.
func importsOf(source []byte, modulePath string) []string {
	var found []string
	for part := range strings.SplitSeq(string(source), `"`) {
		if rest, ok := strings.CutPrefix(part, modulePath+"/"); ok && !slices.Contains(found, rest) {
			found = append(found, rest)
		}
	}
	return found
}
