package scan

import (
	"go/types"
	"slices"
)

// databaseKinds are the types of a database, the handiest first.
func databaseKinds() []struct{ kind, importPath, name string } {
	return []struct{ kind, importPath, name string }{
		{"sql", "database/sql", "DB"},
		{"sqlx", "github.com/jmoiron/sqlx", "DB"},
		{"pgxpool", "github.com/jackc/pgx/v5/pgxpool", "Pool"},
		{"gorm", "gorm.io/gorm", "DB"},
		{"gormv1", "github.com/jinzhu/gorm", "DB"},
	}
}

// DatabaseType reports whether a type is a database's.
func DatabaseType(t types.Type) (kind string, ok bool) {
	pointer, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return "", false
	}
	named, ok := types.Unalias(pointer.Elem()).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return "", false
	}
	for _, k := range databaseKinds() {
		if named.Obj().Pkg().Path() == k.importPath && named.Obj().Name() == k.name {
			return k.kind, true
		}
	}
	return "", false
}

func RankOfDatabase(kind string) int {
	return slices.IndexFunc(databaseKinds(), func(k struct{ kind, importPath, name string }) bool { return k.kind == kind })
}
