package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
)

// Postgres starts a PostgreSQL server, which any password opens.
func Postgres(ctx context.Context) (*Server, error) {
	initdb, err := find("initdb")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL: %w", err)
	}
	s, err := newServer("postgres")
	if err != nil {
		return nil, err
	}
	data := s.path("data")
	s.program = filepath.Join(filepath.Dir(initdb), "postgres")
	s.args = []string{"-D", data, "-p", strconv.Itoa(s.port), "-k", s.folder,
		"-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300",
		// A kill of the server loses nothing without these; a power cut would.
		"-c", "fsync=off", "-c", "full_page_writes=off"}
	s.URL = fmt.Sprintf("postgres://postgres:postgres@127.0.0.1:%d/postgres?sslmode=disable", s.port)
	s.answers = s.postgresAnswers
	return s.begin(ctx, s.prepare(ctx, initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
		"--locale=C.UTF-8", "--no-sync", "--no-instructions"))
}

// postgresAnswers sends a start-up message and reads the first byte of the answer:
// R requests a log-in, and E is an error of a server that is not ready yet.
func (s *Server) postgresAnswers(ctx context.Context) error {
	connection, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer connection.Close()
	const parameters = "user\x00postgres\x00database\x00postgres\x00\x00"
	message := append([]byte{0, 0, 0, byte(8 + len(parameters)), 0, 3, 0, 0}, parameters...)
	if _, err := connection.Write(message); err != nil {
		return err
	}
	var first [1]byte
	if _, err := io.ReadFull(connection, first[:]); err != nil {
		return err
	}
	if first[0] != 'R' {
		return errors.New("it is starting up")
	}
	return nil
}
