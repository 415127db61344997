package server

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strconv"
)

// ErrTooOld is returned when a server's programs lack a setting that was asked for.
var ErrTooOld = errors.New("is too old")

// PgBouncer starts a PgBouncer in transaction mode in front of a PostgreSQL
// server, as its package sets it up otherwise. It tracks so many prepared
// statements of each connection. Versions before 1.21 track none, and end
// themselves now and then when a query is cancelled
// (github.com/pgbouncer/pgbouncer/issues/822).
func PgBouncer(ctx context.Context, postgresURL string, preparedStatements int) (*Server, error) {
	program, err := find("pgbouncer")
	if err != nil {
		return nil, fmt.Errorf("PgBouncer: %w", err)
	}
	if !atLeast(ctx, program, 1, 21) {
		return nil, fmt.Errorf("PgBouncer before 1.21 %w: it tracks no prepared statements, and cancelled queries can end it", ErrTooOld)
	}
	address, err := url.Parse(postgresURL)
	if err != nil {
		return nil, err
	}
	s, err := newServer("pgbouncer")
	if err != nil {
		return nil, err
	}
	settings := fmt.Sprintf(`[databases]
* = host=%s port=%s user=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = any
pool_mode = transaction
max_client_conn = 2000
max_prepared_statements = %d
`, address.Hostname(), address.Port(), address.User.Username(), s.port, preparedStatements)
	s.program, s.args = program, []string{s.path("pgbouncer.ini")}
	address.Host = "127.0.0.1:" + strconv.Itoa(s.port)
	s.URL = address.String()
	s.answers = s.postgresAnswers
	return s.begin(ctx, os.WriteFile(s.path("pgbouncer.ini"), []byte(settings), 0o644))
}

// atLeast reports whether a program's version is that or a later one.
func atLeast(ctx context.Context, program string, major, minor int) bool {
	printed, err := exec.CommandContext(ctx, program, "--version").Output()
	var itsMajor, itsMinor int
	if _, scanned := fmt.Sscanf(string(versionNumber.Find(printed)), "%d.%d", &itsMajor, &itsMinor); err != nil || scanned != nil {
		return false
	}
	return itsMajor > major || itsMajor == major && itsMinor >= minor
}
