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
func numbers(last int) []string { return steps(last) }

const (
	instant = "NOW(6)"
	analyze = "ANALYZE TABLE notes, tasks, articles"
	sorting = "filesort"
)

// fillStatements fills in steps: the driver gives up on a statement that is
// not answered for half a minute.
func fillStatements(users int, hash string) []string {
	const now = "NOW(6)"
	var statements []string
	for _, n := range steps(users) {
		statements = append(statements, fmt.Sprintf(`INSERT INTO users (id, email, username, hashed_password, created_at, is_verified)
			SELECT n, CONCAT('user', n, '@example.com'), CONCAT('user', n), '%s', %s, true FROM %s`, hash, now, n))
	}
	for _, n := range steps(3 * users) {
		statements = append(statements, fmt.Sprintf(`INSERT INTO tokens (user_id, token, token_type, session_id, auth_time, expires_at, created_at, last_used_at, ip_address, user_agent, sent_to)
			SELECT 1 + n %% %d, SHA2(n, 256), IF(n %% 2, 'refresh', 'access'), CONCAT('session', n DIV 2),
				%[2]s, %[2]s + INTERVAL 7 DAY, %[2]s, %[2]s, '198.51.100.1', 'curl', '' FROM %[3]s`, users, now, n))
	}
	for _, n := range steps(users / 2) {
		statements = append(statements,
			fmt.Sprintf(`INSERT INTO login_failures (account, network, failed_at) SELECT CONCAT('user:', n), '198.51.100.1/32', %s FROM %s`, now, n),
			fmt.Sprintf(`INSERT INTO login_networks (account, network, last_login_at) SELECT CONCAT('user:', n), '198.51.100.1/32', %s FROM %s`, now, n),
			fmt.Sprintf(`INSERT INTO outbox (kind, user_id, address, session_id, created_at, due_at, sent_at, sent_user_id)
				SELECT 'verification', n, CONCAT('user', n, '@example.com'), '', %[1]s, %[1]s, %[1]s, n FROM %[2]s`, now, n))
	}
	return append(statements, "ANALYZE TABLE users, tokens, login_failures, login_networks, outbox")
}

// steps returns tables of the numbers n from 1 to last, 10,000 in each.
func steps(last int) []string {
	const digits = `(SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)`
	var tables []string
	for first := 1; first <= last; first += 10_000 {
		tables = append(tables, fmt.Sprintf(`(SELECT n FROM (SELECT %d + a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n FROM %[2]s a, %[2]s b, %[2]s c, %[2]s e) AS x WHERE n <= %[3]d) AS numbers`,
			first, digits, last))
	}
	return tables
}

func explain(t testing.TB, db *database.DB, query string, args []any) string {
	var plan strings.Builder
	for _, row := range table(t, db.Pool, "EXPLAIN "+query, args) {
		fmt.Fprintf(&plan, "table=%s type=%s key=%s rows=%s %s\n", row["table"], row["type"], row["key"], row["rows"], row["Extra"])
	}
	return plan.String()
}

func scans(plan string) bool {
	return strings.Contains(plan, "type=ALL") || strings.Contains(plan, "type=index ")
}
