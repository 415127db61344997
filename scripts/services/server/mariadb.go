package server

import (
	"context"
	"fmt"
	"io"
	"strconv"
)

// MariaDB starts a MariaDB server with the user root, who has no password.
func MariaDB(ctx context.Context) (*Server, error) {
	install, err := find("mariadb-install-db", "mysql_install_db")
	if err != nil {
		return nil, fmt.Errorf("MariaDB: %w", err)
	}
	program, err := find("mariadbd", "mysqld")
	if err != nil {
		return nil, fmt.Errorf("MariaDB: %w", err)
	}
	s, err := newServer("mariadb")
	if err != nil {
		return nil, err
	}
	data := s.path("data")
	s.program = program
	s.args = []string{"--no-defaults", "--datadir=" + data, "--socket=" + s.path("socket"), "--pid-file=" + s.path("pid"),
		"--port=" + strconv.Itoa(s.port), "--bind-address=127.0.0.1", "--max-connections=400", "--skip-name-resolve",
		// A kill of the server loses nothing with these; a power cut would.
		"--innodb-flush-log-at-trx-commit=2", "--sync-binlog=0"}
	s.URL = fmt.Sprintf("mysql://root@127.0.0.1:%d/mysql", s.port)
	s.answers = s.mariadbAnswers
	return s.begin(ctx, s.prepare(ctx, install, "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal",
		"--skip-test-db"))
}

// mariadbAnswers takes the first byte of a packet's content, which a ready
// server begins with its protocol's version, 10.
func (s *Server) mariadbAnswers(ctx context.Context) error {
	connection, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer connection.Close()
	var greeting [5]byte
	if _, err := io.ReadFull(connection, greeting[:]); err != nil {
		return err
	}
	if greeting[4] != 10 {
		return fmt.Errorf("it greets with %d", greeting[4])
	}
	return nil
}
