package authsql

import (
	"context"
	"database/sql"
	"sync"
)

// prepared is a statement that the first who needs it prepares. It is for what
// every request asks: the database then reads the SQL once on each connection,
// not each time.
type prepared struct {
	mu        sync.Mutex
	statement *sql.Stmt // It ends with its database.
}

func (p *prepared) on(ctx context.Context, db *sql.DB, query string) (*sql.Stmt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.statement != nil {
		return p.statement, nil
	}
	statement, err := db.PrepareContext(ctx, query)
	if err == nil {
		p.statement = statement
	}
	return statement, err
}
