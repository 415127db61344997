package scale_test

import (
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"

	"example.com/myapi/internal/article/articlesql"
	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authsql"
	"example.com/myapi/internal/database"
	"example.com/myapi/internal/note/notesql"
	"example.com/myapi/internal/task/tasksql"
)

func handle(db *database.DB) *sql.DB { return db.Pool }

func plainStore(db *database.DB) auth.Store { return authsql.New(db.Pool) }

func recordedStore(t testing.TB, db *database.DB, log *recorder) auth.Store {
	pool := sql.OpenDB(recording{dbConnector{db.Pool}, &sync.Mutex{}, log})
	t.Cleanup(func() { _ = pool.Close() })
	return authsql.New(pool)
}

func newLists(db *sql.DB) lists {
	return lists{notesql.New(db), tasksql.New(db), articlesql.New(db)}
}

func plainLists(db *database.DB) lists { return newLists(db.Pool) }

func recordedLists(t testing.TB, db *database.DB, log *recorder) lists {
	pool := sql.OpenDB(recording{dbConnector{db.Pool}, &sync.Mutex{}, log})
	pool.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = pool.Close() })
	return newLists(pool)
}

// numbers are tables of the numbers n from 1 to last.
func numbers(last int) []string {
	var tables []string
	for first := 1; first <= last; first += step {
		tables = append(tables, fmt.Sprintf("generate_series(%d, %d) AS n", first, min(first+step-1, last)))
	}
	return tables
}

const (
	instant = "now()"
	analyze = "ANALYZE"
	sorting = "Sort"
)

func fillStatements(users int, hash string) []string {
	const now = "now()"
	return []string{
		"SET statement_timeout = 0",
		fmt.Sprintf(`INSERT INTO users (email, username, hashed_password, created_at, is_verified)
			SELECT 'user' || n || '@example.com', 'user' || n, '%s', %s, true FROM generate_series(1, %d) AS n`, hash, now, users),
		fmt.Sprintf(`INSERT INTO tokens (user_id, token, token_type, session_id, auth_time, expires_at, created_at, last_used_at, ip_address, user_agent, sent_to)
			SELECT 1 + n %% %d, encode(sha256(n::text::bytea), 'hex'), CASE n %% 2 WHEN 0 THEN 'access' ELSE 'refresh' END, 'session' || n / 2,
				%[2]s, %[2]s + interval '7 days', %[2]s, %[2]s, '198.51.100.1', 'curl', '' FROM generate_series(1, %[3]d) AS n`, users, now, 3*users),
		fmt.Sprintf(`INSERT INTO login_failures (account, network, failed_at) SELECT 'user:' || n, '198.51.100.1/32', %s FROM generate_series(1, %d) AS n`, now, users/2),
		fmt.Sprintf(`INSERT INTO login_networks (account, network, last_login_at) SELECT 'user:' || n, '198.51.100.1/32', %s FROM generate_series(1, %d) AS n`, now, users/2),
		fmt.Sprintf(`INSERT INTO outbox (kind, user_id, address, session_id, created_at, due_at, sent_at, sent_user_id)
			SELECT 'verification', n, 'user' || n || '@example.com', '', %[1]s, %[1]s, %[1]s, n FROM generate_series(1, %[2]d) AS n`, now, users/2),
		"ANALYZE",
	}
}

func explain(t testing.TB, db *database.DB, query string, args []any) string {
	var plan strings.Builder
	for _, row := range table(t, db.Pool, "EXPLAIN "+query, args) {
		plan.WriteString(row["QUERY PLAN"] + "\n")
	}
	return plan.String()
}

func scans(plan string) bool { return strings.Contains(plan, "Seq Scan") }
