package authsql

import (
	"context"
	"database/sql"

	"example.com/myapi/internal/stmtcache"
)

// transaction is an auth.Tx. It runs statements that earlier ones have run as
// prepared ones. Its statements wait for nobody, so only the transaction is watched
// for the end of its request: watching each would take a goroutine each time.
type transaction struct {
	*sql.Tx
	statements *stmtcache.Statements
}

// ExecContext is that of sql.Tx.
func (tx transaction) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx = context.WithoutCancel(ctx)
	if statement := tx.statements.Find(query); statement != nil {
		return tx.StmtContext(ctx, statement).ExecContext(ctx, args...)
	}
	return tx.Tx.ExecContext(ctx, query, args...)
}

// QueryContext is that of sql.Tx.
func (tx transaction) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx = context.WithoutCancel(ctx)
	if statement := tx.statements.Find(query); statement != nil {
		return tx.StmtContext(ctx, statement).QueryContext(ctx, args...)
	}
	return tx.Tx.QueryContext(ctx, query, args...)
}

// QueryRowContext is that of sql.Tx.
func (tx transaction) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx = context.WithoutCancel(ctx)
	if statement := tx.statements.Find(query); statement != nil {
		return tx.StmtContext(ctx, statement).QueryRowContext(ctx, args...)
	}
	return tx.Tx.QueryRowContext(ctx, query, args...)
}
