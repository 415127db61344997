package server_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// pipes is a listener whose connections are in memory, so that their time limits are
// those of a test's own clock.
type pipes struct {
	connections chan net.Conn
	closed      chan struct{}
	close       func()
}

func newPipes() pipes {
	closed := make(chan struct{})
	return pipes{make(chan net.Conn), closed, sync.OnceFunc(func() { close(closed) })}
}

// Accept waits for the next connection.
func (p pipes) Accept() (net.Conn, error) {
	select {
	case connection := <-p.connections:
		return connection, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (p pipes) Close() error {
	p.close()
	return nil
}

// Addr is that of no network.
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "unix"} }

// dial returns the client's end of a new connection, and what is closed when the service
// closes its own. Each step of the client takes an hour at most.
func (p pipes) dial(t *testing.T) (client net.Conn, left <-chan struct{}) {
	t.Helper()
	client, served := net.Pipe()
	if err := client.SetDeadline(time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	closed := make(chan struct{})
	noted := notedConn{served, sync.OnceFunc(func() { close(closed) })}
	select {
	case p.connections <- noted:
	case <-p.closed:
		noted.Close()
	}
	return client, closed
}

// In no phase of a request can a client keep a connection for as long as it likes.
func TestSlowClientsAreLeft(t *testing.T) {
	const head = "GET /health HTTP/1.1\r\nHost: a\r\n"
	for _, tt := range []struct {
		name, sent string
		answers    int // that the client reads
		atLeast    time.Duration
		atMost     time.Duration
	}{
		{"sends nothing", "", 0, time.Second, 6 * time.Second},
		{"never ends its head", head + "X: y\r\n", 0, time.Second, 6 * time.Second},
		{"never ends its body", "POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{", 1, 10 * time.Second, 20 * time.Second},
		{"does not read the answer", head + "\r\n", 0, 20 * time.Second, 40 * time.Second},
		{"asks for nothing more", head + "\r\n", 1, 30 * time.Second, 90 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			svc := testkit.New(t, testkit.Options{})
			synctest.Test(t, func(t *testing.T) {
				listener := newPipes()
				ctx, stop := context.WithCancel(t.Context())
				stopped := make(chan error, 1)
				go func() { stopped <- svc.Serve(ctx, listener) }()
				began := time.Now()
				client, closed := listener.dial(t)
				fmt.Fprint(client, tt.sent)
				reader := bufio.NewReader(client)
				for range tt.answers {
					response, err := http.ReadResponse(reader, nil)
					if err != nil {
						t.Errorf("no answer: %v", err)
						break
					}
					if _, err := io.Copy(io.Discard, response.Body); err != nil {
						t.Errorf("half an answer: %v", err)
					}
				}
				select {
				case <-closed:
				case <-time.After(time.Hour):
				}
				if took := time.Since(began); took < tt.atLeast || took > tt.atMost {
					t.Errorf("the connection was closed after %s, want %s to %s", took, tt.atLeast, tt.atMost)
				}
				client.Close()
				stop()
				if err := <-stopped; err != nil {
					t.Errorf("Serve = %v", err)
				}
			})
		})
	}
}

// A service that stops waits for the load balancer to look elsewhere, and then for its
// requests, but not for ever.
func TestStopTakesItsTime(t *testing.T) {
	for _, tt := range []struct {
		name            string
		delay           uint16
		stuck           bool
		atLeast, atMost time.Duration
	}{
		{"nothing to do", 0, false, 0, time.Second},
		{"SHUTDOWN_DELAY_SECONDS", 7, false, 7 * time.Second, 8 * time.Second},
		{"a request that never ends", 7, true, 17 * time.Second, 60 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.ShutdownDelaySeconds = tt.delay }})
			var finish chan struct{}
			svc.Handle("GET", "/stuck", func(io.Writer) { <-finish })
			synctest.Test(t, func(t *testing.T) {
				finish = make(chan struct{})
				listener := newPipes()
				ctx, stop := context.WithCancel(t.Context())
				stopped := make(chan error, 1)
				go func() { stopped <- svc.Serve(ctx, listener) }()
				if tt.stuck {
					stuck, _ := listener.dial(t)
					defer stuck.Close()
					fmt.Fprint(stuck, "GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n")
				}
				synctest.Wait()
				began := time.Now()
				stop()
				synctest.Wait()
				if tt.delay > 0 {
					late, _ := listener.dial(t)
					fmt.Fprint(late, "GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
					response, err := http.ReadResponse(bufio.NewReader(late), nil)
					if err != nil || response.StatusCode != http.StatusOK || !response.Close {
						t.Errorf("a request that still comes gets %+v, %v; want an answer that ends the connection", response, err)
					}
					late.Close()
				}
				err := <-stopped
				if took := time.Since(began); took < tt.atLeast || took > tt.atMost || (err != nil) != tt.stuck {
					t.Errorf("stopped after %s, want %s to %s; %v", took, tt.atLeast, tt.atMost, err)
				}
				close(finish)
			})
		})
	}
}

// notedConn calls closed when it is closed.
type notedConn struct {
	net.Conn
	closed func()
}

// Close closes the connection.
func (c notedConn) Close() error {
	c.closed()
	return c.Conn.Close()
}
