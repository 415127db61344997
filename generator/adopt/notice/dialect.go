package notice

import (
	"go/ast"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/project"
)

// Dialects lists the databases whose drivers the module imports: sqlite,
// postgres, mysql.
func Dialects(m *scan.Module) []project.Database {
	var found []project.Database
	for _, f := range m.Files() {
		for _, spec := range f.AST.Imports {
			if dialect := dialectOf(strings.Trim(spec.Path.Value, `"`)); dialect != "" && !slices.Contains(found, dialect) {
				found = append(found, dialect)
			}
		}
	}
	slices.Sort(found)
	return found
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
