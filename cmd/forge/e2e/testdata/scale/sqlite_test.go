package scale_test

import (
	"database/sql"
	"fmt"
	"slices"
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

func handle(db *database.DB) *sql.DB { return db.Write }

func plainStore(db *database.DB) auth.Store { return authsql.New(db.Write, db.Read, db.Lookup) }

func recordedStore(t testing.TB, db *database.DB, log *recorder) auth.Store {
	var mu sync.Mutex
	write, read := sql.OpenDB(recording{dbConnector{db.Write}, &mu, log}), sql.OpenDB(recording{dbConnector{db.Read}, &mu, log})
	write.SetMaxOpenConns(1)
	read.SetMaxOpenConns(1)
	t.Cleanup(func() { _, _ = write.Close(), read.Close() })
	return authsql.New(write, read, read)
}

func newLists(read *sql.DB) lists {
	return lists{notesql.New(nil, read), tasksql.New(nil, read), articlesql.New(nil, read)}
}

func plainLists(db *database.DB) lists { return newLists(db.Read) }

func recordedLists(t testing.TB, db *database.DB, log *recorder) lists {
	read := sql.OpenDB(recording{dbConnector{db.Read}, &sync.Mutex{}, log})
	read.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = read.Close() })
	return newLists(read)
}

// numbers are tables of the numbers n from 1 to last.
func numbers(last int) []string {
	return []string{fmt.Sprintf("(WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s) AS numbers", last)}
}

const (
	instant = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '+00:00'"
	analyze = "SELECT 1" // No service has SQLite analyse its tables, so plans must be good without.
	sorting = "TEMP B-TREE"
)

func fillStatements(users int, hash string) []string {
	numbers := func(n int) string {
		return fmt.Sprintf("(WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s)", n)
	}
	const now = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '+00:00'"
	const later = "strftime('%Y-%m-%d %H:%M:%f', 'now', '+7 days') || '+00:00'"
	return []string{
		fmt.Sprintf(`INSERT INTO users (email, username, hashed_password, created_at, is_verified)
			SELECT 'user' || n || '@example.com', 'user' || n, '%s', %s, true FROM %s`, hash, now, numbers(users)),
		fmt.Sprintf(`INSERT INTO tokens (user_id, token, token_type, session_id, auth_time, expires_at, created_at, last_used_at, ip_address, user_agent, sent_to)
			SELECT 1 + n %% %d, lower(hex(randomblob(32))), CASE n %% 2 WHEN 0 THEN 'access' ELSE 'refresh' END, 'session' || n / 2,
				%[2]s, %[3]s, %[2]s, %[2]s, '198.51.100.1', 'curl', '' FROM %[4]s`, users, now, later, numbers(3*users)),
		fmt.Sprintf(`INSERT INTO login_failures (account, network, failed_at) SELECT 'user:' || n, '198.51.100.1/32', %s FROM %s`, now, numbers(users/2)),
		fmt.Sprintf(`INSERT INTO login_networks (account, network, last_login_at) SELECT 'user:' || n, '198.51.100.1/32', %s FROM %s`, now, numbers(users/2)),
		fmt.Sprintf(`INSERT INTO outbox (kind, user_id, address, session_id, created_at, due_at, sent_at, sent_user_id)
			SELECT 'verification', n, 'user' || n || '@example.com', '', %[1]s, %[1]s, %[1]s, n FROM %[2]s`, now, numbers(users/2)),
	}
}

func explain(t testing.TB, db *database.DB, query string, args []any) string {
	var plan strings.Builder
	for _, row := range table(t, db.Read, "EXPLAIN QUERY PLAN "+query, args) {
		plan.WriteString(row["detail"] + "\n")
	}
	return plan.String()
}

// scans leaves out the index of superusers, which holds no other rows. An index of
// which the first column is not known is no help if that has many values, and the
// index of failed mails none for those that have not failed.
func scans(plan string) bool {
	return strings.Contains(plan, "ANY(") || strings.Contains(plan, "(failed_at=?)") || slices.ContainsFunc(strings.Split(plan, "\n"), func(line string) bool {
		return strings.HasPrefix(line, "SCAN ") && !strings.Contains(line, "INDEX users_superusers")
	})
}
