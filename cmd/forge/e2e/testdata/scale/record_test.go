package scale_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"strings"
	"sync"
)

// recording is a connector whose connections tell a recorder of every
// statement that may read rows.
type recording struct {
	driver.Connector
	mu  *sync.Mutex
	log *recorder
}

func (r recording) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := r.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return recordedConn{conn, r}, nil
}

func (r recording) note(query string, args []driver.NamedValue) {
	verb, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	if verb != "SELECT" && verb != "UPDATE" && verb != "DELETE" || strings.Contains(query, "pg_advisory") {
		return
	}
	values := make([]any, len(args))
	for i, arg := range args {
		values[i] = arg.Value
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log.add(query, values)
}

type recordedConn struct {
	driver.Conn
	recording recording
}

func (c recordedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.recording.note(query, args)
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

func (c recordedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.recording.note(query, args)
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func (c recordedConn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, options)
}

func (c recordedConn) CheckNamedValue(value *driver.NamedValue) error {
	if checker, ok := c.Conn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(value)
	}
	return driver.ErrSkip
}

func (c recordedConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	statement, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return recordedStatement{statement, c, query}, nil
}

type recordedStatement struct {
	driver.Stmt
	conn  recordedConn
	query string
}

func (s recordedStatement) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	s.conn.recording.note(s.query, args)
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

func (s recordedStatement) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	s.conn.recording.note(s.query, args)
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

func (s recordedStatement) CheckNamedValue(value *driver.NamedValue) error {
	if checker, ok := s.Stmt.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(value)
	}
	return s.conn.CheckNamedValue(value)
}

// dbConnector makes a pool's connector out of the pool.
type dbConnector struct{ pool *sql.DB }

func (c dbConnector) Driver() driver.Driver { return c.pool.Driver() }

// Connect takes a connection out of the pool for good.
func (c dbConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	var raw driver.Conn // The pool keeps counting it as in use until it is closed itself.
	err = conn.Raw(func(inner any) error { raw = inner.(driver.Conn); return nil })
	return raw, err
}
