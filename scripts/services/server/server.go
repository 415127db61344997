// Package server runs throw-away PostgreSQL, MariaDB and Redis servers for
// tests: on loopback, on ports of their own, with data in a temporary folder
// that goes when they stop. It uses the programs that the machine has.
package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Server is a running server. Its data outlives Kill and Start, not Stop.
type Server struct {
	// URL is how a client reaches it: as postgres://, mysql:// or redis://.
	URL string

	name    string
	folder  string
	program string
	args    []string
	port    int
	answers func(ctx context.Context) error
	running *exec.Cmd
	ended   chan error
	killed  bool
}

// ErrMissing is returned when the machine lacks a server's programs.
var ErrMissing = errors.New("is not installed")

// startTimeout is long, since these machines are shared.
const startTimeout = 60 * time.Second

// Start starts a server that was killed, or whose data were just made, and
// waits until it answers.
func (s *Server) Start(ctx context.Context) error {
	log, err := os.OpenFile(s.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(s.program, s.args...)
	cmd.Dir = s.folder
	cmd.Stdout, cmd.Stderr = log, log
	lowerPrivileges(cmd)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", s.name, err)
	}
	s.running, s.ended, s.killed = cmd, make(chan error, 1), false
	go func() { s.ended <- cmd.Wait() }()
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		if err = s.answers(ctx); err == nil {
			return nil
		}
		select {
		case ended := <-s.ended:
			s.ended <- ended
			return fmt.Errorf("%s ended: %w\n%s", s.name, ended, s.log())
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("%s does not answer: %w\n%s", s.name, err, s.log()), s.Kill())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Kill ends the server's processes at once, as a power cut does.
func (s *Server) Kill() error {
	s.killed = true
	err := killGroup(s.running)
	s.ended <- <-s.ended
	return err
}

// Stop ends the server and removes its data. For a server that has ended
// before, without Kill, it returns an error with the server's log.
func (s *Server) Stop() error {
	var early error
	select {
	case ended := <-s.ended:
		s.ended <- ended
		if !s.killed {
			early = fmt.Errorf("%s ended by itself: %w\n%s", s.name, ended, s.log())
		}
	default:
	}
	return errors.Join(early, s.Kill(), os.RemoveAll(s.folder))
}

func (s *Server) logPath() string { return filepath.Join(s.folder, "log") }

func (s *Server) log() string {
	content, err := os.ReadFile(s.logPath())
	if err != nil {
		return err.Error()
	}
	return string(content)
}

// newServer makes the folder and chooses the port of a server.
func newServer(name string) (*Server, error) {
	folder, err := os.MkdirTemp("", "forge-"+name+"-")
	if err != nil {
		return nil, err
	}
	if err := giveAway(folder); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	port := listener.Addr().(*net.TCPAddr).Port
	return &Server{name: name, folder: folder, port: port}, listener.Close()
}

func (s *Server) path(name string) string { return filepath.Join(s.folder, name) }

// prepare runs a program that the server's data need.
func (s *Server) prepare(ctx context.Context, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = s.folder
	lowerPrivileges(cmd)
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("running %s: %w\n%s", program, err, output)
	}
	return nil
}

// begin starts a new server, and removes its folder when that fails.
func (s *Server) begin(ctx context.Context, err error) (*Server, error) {
	if err == nil {
		err = s.Start(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.folder))
	}
	return s, nil
}

// connect opens a connection that is meant for one short exchange.
func (s *Server) connect(ctx context.Context) (net.Conn, error) {
	var dialer net.Dialer
	connection, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)))
	if err == nil {
		err = connection.SetDeadline(time.Now().Add(time.Second))
	}
	return connection, err
}

// find looks for one of several programs in PATH and in folders where Debian
// keeps servers.
func find(names ...string) (string, error) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
		for _, pattern := range []string{"/usr/sbin", "/usr/lib/postgresql/*/bin", "/opt/homebrew/bin", "/usr/local/sbin"} {
			// The pattern is well formed; the newest version sorts last.
			if paths, _ := filepath.Glob(filepath.Join(pattern, name)); len(paths) > 0 {
				return paths[len(paths)-1], nil
			}
		}
	}
	return "", fmt.Errorf("%s %w", strings.Join(names, " or "), ErrMissing)
}
