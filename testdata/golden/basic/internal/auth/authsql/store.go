// Package authsql keeps accounts in SQLite. Most methods are one statement; what
// belongs together runs in Update.
package authsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/sqlerror"
	"example.com/myapi/internal/stmtcache"
)

// Store is an auth.Store.
type Store struct {
	write   *sql.DB
	read    stmtcache.Reader
	lookup  *sql.DB // of sessions, for every request; see database.DB
	session prepared
	inside  stmtcache.Statements // of transactions
}

// New returns a Store that writes through one pool, which must have a single
// connection, and reads through the others.
func New(write, read, lookup *sql.DB) *Store {
	return &Store{write: write, read: stmtcache.NewReader(read), lookup: lookup}
}

// Update runs fn in a transaction. There is one writer, so nothing read in it
// can be changed by others before it ends.
func (s *Store) Update(ctx context.Context, fn func(auth.Tx) error) (err error) {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	defer func() {
		if rollback := tx.Rollback(); rollback != nil && !errors.Is(rollback, sql.ErrTxDone) {
			err = errors.Join(err, rollback)
		}
	}()
	if err := fn(transaction{tx, &s.inside}); errors.Is(err, sql.ErrTxDone) { // since ctx has ended
		return errors.Join(err, ctx.Err())
	} else if err != nil {
		return err
	}
	if err := tx.Commit(); err != nil { // Perhaps because ctx has ended, which it does not report.
		return fmt.Errorf("committing: %w", errors.Join(err, ctx.Err()))
	}
	s.inside.Prepare(ctx, s.write)
	return nil
}

// Unavailable is as in auth.Store.
func (s *Store) Unavailable(err error) bool { return sqlerror.Unavailable(err) }

// prepared is a statement that the first who needs it prepares. It is for what
// every request asks: the database then reads the SQL once on each connection,
// not each time.
type prepared struct {
	mu        sync.Mutex
	statement *sql.Stmt // It ends with its database.
}

func (p *prepared) on(ctx context.Context, db preparer, query func() string) (*sql.Stmt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.statement != nil {
		return p.statement, nil
	}
	statement, err := db.PrepareContext(ctx, query())
	if err == nil {
		p.statement = statement
	}
	return statement, err
}

// preparer is a pool of connections.
type preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}
