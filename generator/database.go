package generator

// DefaultDatabaseURL is where a service finds its database unless told.
func (d data) DefaultDatabaseURL() string { return "file:var/" + d.Program + ".db" }

// DBRead and DBWrite name the store's fields that queries go through. SQLite
// has a pool for its one writer and another for its readers.
func (d data) DBRead() string { return "read" }

// DBWrite is the pool for statements that write.
func (d data) DBWrite() string { return "write" }

// DBHandle is the database.DB field for code that does not mind which.
func (d data) DBHandle() string { return "Write" }

// DBPools is what an authsql.Store is made from, given a database.DB db.
func (d data) DBPools() string { return "db.Write, db.Read" }

// SessionTypes is the SQL test for the token types that make up a session.
func (d data) SessionTypes() string {
	if d.Complete() {
		return "IN ('access', 'refresh')"
	}
	return "= 'access'"
}
