package notice

import (
	"go/ast"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/project"
)

// Dialects lists the databases whose drivers the module imports: sqlite,
// postgres, mysql. Unless that is one, it is those that are opened by the names of
// their drivers, if any are.
func Dialects(m *scan.Module) []project.Database {
	var imported, opened []project.Database
	for _, f := range m.Files() {
		for _, spec := range f.AST.Imports {
			imported = append(imported, dialectOf(strings.Trim(spec.Path.Value, `"`)))
		}
	}
	for _, name := range m.Drivers() {
		opened = append(opened, dialectOfDriver(name))
	}
	if found := distinct(imported); len(found) == 1 || len(distinct(opened)) == 0 {
		return found
	}
	return distinct(opened)
}

// distinct sorts what is known, and drops what is there twice.
func distinct(dialects []project.Database) []project.Database {
	slices.Sort(dialects)
	return slices.DeleteFunc(slices.Compact(dialects), func(d project.Database) bool { return d == "" })
}

func dialectOfDriver(name string) project.Database {
	switch name {
	case "postgres", "pgx", "cloudsqlpostgres":
		return project.Postgres
	case "mysql":
		return project.MySQL
	case "sqlite", "sqlite3":
		return project.SQLite
	}
	return ""
}

func dialectOf(importPath string) project.Database {
	for _, driver := range []struct {
		path    string
		dialect project.Database
	}{
		{"github.com/jackc/pgx", project.Postgres},
		{"github.com/lib/pq", project.Postgres},
		{"github.com/uptrace/bun/driver/pgdriver", project.Postgres},
		{"gorm.io/driver/postgres", project.Postgres},
		{"github.com/jinzhu/gorm/dialects/postgres", project.Postgres},
		{"github.com/go-sql-driver/mysql", project.MySQL},
		{"gorm.io/driver/mysql", project.MySQL},
		{"github.com/jinzhu/gorm/dialects/mysql", project.MySQL},
		{"modernc.org/sqlite", project.SQLite},
		{"github.com/mattn/go-sqlite3", project.SQLite},
		{"github.com/ncruces/go-sqlite3", project.SQLite},
		{"github.com/glebarez", project.SQLite},
		{"github.com/uptrace/bun/driver/sqliteshim", project.SQLite},
		{"gorm.io/driver/sqlite", project.SQLite},
		{"github.com/jinzhu/gorm/dialects/sqlite", project.SQLite},
	} {
		if importPath == driver.path || strings.HasPrefix(importPath, driver.path+"/") {
			return driver.dialect
		}
	}
	return ""
}

// ImportedBelow reports whether some file imports a package below a path, and
// where.
func ImportedBelow(m *scan.Module, prefix string) (scan.Position, bool) {
	for _, f := range m.Files() {
		for _, spec := range f.AST.Imports {
			if strings.HasPrefix(strings.Trim(spec.Path.Value, `"`), prefix+"/") {
				return m.Position(spec.Pos()), true
			}
		}
	}
	return scan.Position{}, false
}

// Mounted finds the call of Mount or Handler of the package at importPath.
func Mounted(m *scan.Module, importPath string) (scan.Position, bool) {
	for _, f := range m.Files() {
		var at ast.Node
		ast.Inspect(f.AST, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if from, name := f.Qualified(call.Fun); from == importPath && (name == "Mount" || name == "Handler") {
					at = n
				}
			}
			return at == nil
		})
		if at != nil {
			return m.Position(at.Pos()), true
		}
	}
	return scan.Position{}, false
}
