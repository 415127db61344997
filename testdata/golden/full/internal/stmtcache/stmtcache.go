// Package stmtcache runs statements of SQLite that were run before as prepared ones:
// their SQL is then read once on each connection, and not each time.
package stmtcache

import (
	"context"
	"database/sql"
	"sync"
)

// Reader is a pool that reads. It runs all statements as prepared ones.
type Reader struct {
	*sql.DB
	statements *Statements
}

// NewReader returns a Reader of a pool.
func NewReader(db *sql.DB) Reader { return Reader{db, &Statements{}} }

// QueryContext is that of sql.DB.
func (r Reader) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if statement := r.prepared(ctx, query); statement != nil {
		return statement.QueryContext(ctx, args...)
	}
	return r.DB.QueryContext(ctx, query, args...)
}

// QueryRowContext is that of sql.DB.
func (r Reader) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if statement := r.prepared(ctx, query); statement != nil {
		return statement.QueryRowContext(ctx, args...)
	}
	return r.DB.QueryRowContext(ctx, query, args...)
}

// prepared returns nil for what can't be prepared, or just is being prepared.
func (r Reader) prepared(ctx context.Context, query string) *sql.Stmt {
	if statement := r.statements.Find(query); statement != nil {
		return statement
	}
	r.statements.Prepare(ctx, r.DB)
	return r.statements.Find(query)
}

// most bounds how many statements stay prepared; others run as they are.
const most = 100

// Statements are what transactions or a Reader have run. A transaction has the one
// connection that writes, so its statements are prepared when it has ended.
type Statements struct {
	mu       sync.Mutex
	prepared map[string]*sql.Stmt // They end with their database.
	missing  map[string]bool
}

// Find returns the prepared statement of a query. If there is none, it returns nil,
// and Prepare makes one.
func (s *Statements) Find(query string) *sql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	statement := s.prepared[query]
	if statement == nil && len(s.prepared)+len(s.missing) < most {
		if s.missing == nil {
			s.missing = make(map[string]bool)
		}
		s.missing[query] = true
	}
	return statement
}

// Prepare prepares what Find did not find. What can't be prepared is missing until the
// next time.
func (s *Statements) Prepare(ctx context.Context, db *sql.DB) {
	for query := range s.takeMissing() {
		statement, err := db.PrepareContext(ctx, query)
		if err != nil {
			continue
		}
		s.keep(query, statement)
	}
}

// takeMissing empties the list, so that of two transactions one prepares. Nobody
// may wait for the lock while a connection is waited for, which a transaction that
// needs the lock may have.
func (s *Statements) takeMissing() map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	missing := s.missing
	s.missing = nil
	return missing
}

func (s *Statements) keep(query string, statement *sql.Stmt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.prepared == nil {
		s.prepared = make(map[string]*sql.Stmt)
	}
	if s.prepared[query] != nil { // by two readers at once
		_ = statement.Close()
		return
	}
	s.prepared[query] = statement
}
