package inject

import (
	"go/ast"
	"slices"
	"strings"
)

// Dialects lists the databases whose drivers the module imports: sqlite,
// postgres, mysql.
func (m *Module) Dialects() []string {
	var found []string
	for _, f := range m.files() {
		for _, spec := range f.ast.Imports {
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
		{"gorm.io/driver/postgres", "postgres"},
		{"github.com/jinzhu/gorm/dialects/postgres", "postgres"},
		{"github.com/go-sql-driver/mysql", "mysql"},
		{"gorm.io/driver/mysql", "mysql"},
		{"github.com/jinzhu/gorm/dialects/mysql", "mysql"},
		{"modernc.org/sqlite", "sqlite"},
		{"github.com/mattn/go-sqlite3", "sqlite"},
		{"github.com/ncruces/go-sqlite3", "sqlite"},
		{"github.com/glebarez", "sqlite"},
		{"gorm.io/driver/sqlite", "sqlite"},
		{"github.com/jinzhu/gorm/dialects/sqlite", "sqlite"},
	} {
		if importPath == driver.path || strings.HasPrefix(importPath, driver.path+"/") {
			return driver.dialect
		}
	}
	return ""
}

// ImportedBelow says whether some file imports a package below a path, and
// where.
func (m *Module) ImportedBelow(prefix string) (Position, bool) {
	for _, f := range m.files() {
		for _, spec := range f.ast.Imports {
			if strings.HasPrefix(strings.Trim(spec.Path.Value, `"`), prefix+"/") {
				return m.position(spec.Pos()), true
			}
		}
	}
	return Position{}, false
}

// Mounted finds the call of Mount of the package at importPath.
func (m *Module) Mounted(importPath string) (Position, bool) {
	for _, f := range m.files() {
		var at ast.Node
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if from, name := f.qualified(call.Fun); from == importPath && name == "Mount" {
					at = n
				}
			}
			return at == nil
		})
		if at != nil {
			return m.position(at.Pos()), true
		}
	}
	return Position{}, false
}
