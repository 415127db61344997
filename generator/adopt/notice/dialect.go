package notice

import (
	"go/ast"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
)

// Dialects lists the databases whose drivers the module imports: sqlite,
// postgres, mysql.
func Dialects(m *scan.Module) []string {
	var found []string
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

func dialectOf(importPath string) string {
	for _, driver := range []struct{ path, dialect string }{
		{"github.com/jackc/pgx", "postgres"},
		{"github.com/lib/pq", "postgres"},
		{"github.com/uptrace/bun/driver/pgdriver", "postgres"},
		{"gorm.io/driver/postgres", "postgres"},
		{"github.com/jinzhu/gorm/dialects/postgres", "postgres"},
		{"github.com/go-sql-driver/mysql", "mysql"},
		{"gorm.io/driver/mysql", "mysql"},
		{"github.com/jinzhu/gorm/dialects/mysql", "mysql"},
		{"modernc.org/sqlite", "sqlite"},
		{"github.com/mattn/go-sqlite3", "sqlite"},
		{"github.com/ncruces/go-sqlite3", "sqlite"},
		{"github.com/glebarez", "sqlite"},
		{"github.com/uptrace/bun/driver/sqliteshim", "sqlite"},
		{"gorm.io/driver/sqlite", "sqlite"},
		{"github.com/jinzhu/gorm/dialects/sqlite", "sqlite"},
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
