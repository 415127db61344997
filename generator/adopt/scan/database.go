package scan

import (
	"go/types"
	"slices"
)

// Database is a type that holds a database.
type Database struct {
	Kind string // what accounts take: sql, sqlx, pgxpool, gorm, gormv1
	// Within selects the database in a value of the type, as in .DB; or is empty.
	Within string

	importPath, name string
}

// databases are the types of a database, the handiest first.
func databases() []Database {
	return []Database{
		{"sql", "", "database/sql", "DB"},
		{"sqlx", "", "github.com/jmoiron/sqlx", "DB"},
		{"pgxpool", "", "github.com/jackc/pgx/v5/pgxpool", "Pool"},
		{"gorm", "", "gorm.io/gorm", "DB"},
		{"gormv1", "", "github.com/jinzhu/gorm", "DB"},
		{"sql", ".DB", "github.com/uptrace/bun", "DB"},
		{"sql", ".DB()", "entgo.io/ent/dialect/sql", "Driver"},
		{"sql", ".DB().DB", "xorm.io/xorm", "Engine"},
		{"sql", ".DB", "github.com/gocraft/dbr/v2", "Connection"},
		{"sql", ".Db", "github.com/go-gorp/gorp/v3", "DbMap"},
	}
}

// DatabaseType returns the database that values of a type are, or hold, if they
// do.
func DatabaseType(t types.Type) (Database, bool) {
	pointer, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return Database{}, false
	}
	named, ok := types.Unalias(pointer.Elem()).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return Database{}, false
	}
	all := databases()
	i := slices.IndexFunc(all, func(d Database) bool {
		return named.Obj().Pkg().Path() == d.importPath && named.Obj().Name() == d.name
	})
	if i < 0 {
		return Database{}, false
	}
	return all[i], true
}

// RankOfDatabase returns the place of a kind among all, the handiest first.
func RankOfDatabase(kind string) int {
	return slices.IndexFunc(databases(), func(d Database) bool { return d.Kind == kind })
}
