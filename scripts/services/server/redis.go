package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// Redis starts a Redis or Valkey server that keeps nothing on disk.
func Redis(ctx context.Context) (*Server, error) {
	program, err := find("redis-server", "valkey-server")
	if err != nil {
		return nil, fmt.Errorf("Redis: %w", err)
	}
	s, err := newServer("redis")
	if err != nil {
		return nil, err
	}
	s.program = program
	s.args = []string{"--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.folder, "--save", "", "--appendonly", "no"}
	s.URL = fmt.Sprintf("redis://127.0.0.1:%d/0", s.port)
	s.answers = s.redisAnswers
	return s.begin(ctx, nil)
}

func (s *Server) redisAnswers(ctx context.Context) error {
	connection, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, "PING\r\n"); err != nil {
		return err
	}
	var answer [5]byte
	if _, err := io.ReadFull(connection, answer[:]); err != nil {
		return err
	}
	if string(answer[:]) != "+PONG" {
		return errors.New("it answers PING with " + string(answer[:]))
	}
	return nil
}
