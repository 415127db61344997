package authsql

import (
	"context"
	"database/sql"
	"sync"
)

// transaction is an auth.Tx. It runs statements that earlier ones have run as
// prepared ones. Its statements wait for nobody, so only the transaction is watched
// for the end of its request: watching each would take a goroutine each time.
type transaction struct {
	*sql.Tx
	statements *statements
}

// ExecContext is that of sql.Tx.
func (tx transaction) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx = context.WithoutCancel(ctx)
	if statement := tx.statements.find(query); statement != nil {
		return tx.StmtContext(ctx, statement).ExecContext(ctx, args...)
	}
	return tx.Tx.ExecContext(ctx, query, args...)
}

// QueryContext is that of sql.Tx.
func (tx transaction) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx = context.WithoutCancel(ctx)
	if statement := tx.statements.find(query); statement != nil {
		return tx.StmtContext(ctx, statement).QueryContext(ctx, args...)
	}
	return tx.Tx.QueryContext(ctx, query, args...)
}

// QueryRowContext is that of sql.Tx.
func (tx transaction) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx = context.WithoutCancel(ctx)
	if statement := tx.statements.find(query); statement != nil {
		return tx.StmtContext(ctx, statement).QueryRowContext(ctx, args...)
	}
	return tx.Tx.QueryRowContext(ctx, query, args...)
}

// reader is the pool that reads. It runs all statements as prepared ones.
type reader struct {
	*sql.DB
	statements *statements
}

// QueryContext is that of sql.DB.
func (r reader) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if statement := r.prepared(ctx, query); statement != nil {
		return statement.QueryContext(ctx, args...)
	}
	return r.DB.QueryContext(ctx, query, args...)
}

// QueryRowContext is that of sql.DB.
func (r reader) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if statement := r.prepared(ctx, query); statement != nil {
		return statement.QueryRowContext(ctx, args...)
	}
	return r.DB.QueryRowContext(ctx, query, args...)
}

// prepared returns nil for what can't be prepared, or just is being prepared.
func (r reader) prepared(ctx context.Context, query string) *sql.Stmt {
	if statement := r.statements.find(query); statement != nil {
		return statement
	}
	r.statements.prepare(ctx, r.DB)
	return r.statements.find(query)
}

// mostStatements bounds how many statements stay prepared; others run as they are.
const mostStatements = 100

// statements are what transactions or readers have run. SQLite reads the SQL of a
// prepared one once on each connection and not each time. A transaction has the one
// connection that writes, so its statements are prepared when it has ended.
type statements struct {
	mu       sync.Mutex
	prepared map[string]*sql.Stmt // They end with their database.
	missing  map[string]bool
}

// find returns the prepared statement of a query. If there is none, it returns nil,
// and prepare makes one.
func (s *statements) find(query string) *sql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	statement := s.prepared[query]
	if statement == nil && len(s.prepared)+len(s.missing) < mostStatements {
		if s.missing == nil {
			s.missing = make(map[string]bool)
		}
		s.missing[query] = true
	}
	return statement
}

// prepare prepares what find did not. What can't be prepared is missing until the
// next time.
func (s *statements) prepare(ctx context.Context, db *sql.DB) {
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
func (s *statements) takeMissing() map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	missing := s.missing
	s.missing = nil
	return missing
}

func (s *statements) keep(query string, statement *sql.Stmt) {
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
