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
// statements of each connection. Versions before 1.21 can only track none.
func PgBouncer(ctx context.Context, postgresURL string, preparedStatements int) (*Server, error) {
	program, err := find("pgbouncer")
	if err != nil {
		return nil, fmt.Errorf("PgBouncer: %w", err)
	}
	tracks := tracksStatements(ctx, program)
	if !tracks && preparedStatements > 0 {
		return nil, fmt.Errorf("PgBouncer before 1.21 %w to track prepared statements", ErrTooOld)
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
`, address.Hostname(), address.Port(), address.User.Username(), s.port)
	if tracks {
		settings += "max_prepared_statements = " + strconv.Itoa(preparedStatements) + "\n"
	}
	s.program, s.args = program, []string{s.path("pgbouncer.ini")}
	address.Host = "127.0.0.1:" + strconv.Itoa(s.port)
	s.URL = address.String()
	s.answers = s.postgresAnswers
	return s.begin(ctx, os.WriteFile(s.path("pgbouncer.ini"), []byte(settings), 0o644))
}

// tracksStatements reports whether a PgBouncer knows max_prepared_statements.
func tracksStatements(ctx context.Context, program string) bool {
	printed, err := exec.CommandContext(ctx, program, "--version").Output()
	var major, minor int
	if _, scanned := fmt.Sscanf(string(versionNumber.Find(printed)), "%d.%d", &major, &minor); err != nil || scanned != nil {
		return false
	}
	return major > 1 || minor >= 21
}
