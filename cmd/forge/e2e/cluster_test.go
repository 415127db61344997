//go:build unix

package e2e

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/forge-go/forge/scripts/services/server"
)

// cluster is three processes of a service on one database and one Redis,
// behind a proxy.
type cluster struct {
	project  project
	sql      string // a program that runs SQL
	database *server.Server
	redis    *server.Server
	outbox   string
	replicas []*replica
	proxy    *proxy
}

// newCluster makes all that a cluster needs, and starts no replica yet.
func newCluster(t *testing.T, db string, startDatabase func(context.Context) (*server.Server, error)) *cluster {
	t.Helper()
	p := newProjectWith(t, "complete", db, "stdlib", "redis")
	p.take(t, "cmd/sql/main.go", "sql.go")
	binaries := t.TempDir()
	c := &cluster{
		project: p, sql: filepath.Join(binaries, "sql"), outbox: t.TempDir(),
		database: startServer(t, startDatabase), redis: startServer(t, server.Redis),
	}
	p.run(t, "go", "build", "-ldflags=-w", "-o", binaries, "./cmd/myapi", "./cmd/sql")
	c.database.URL = p.createDatabase(t, c.sql, c.database.URL, "myapi")
	var ports []string
	for range 3 {
		r := &replica{binary: filepath.Join(binaries, "myapi"), dir: p.dir, port: freePort(t)}
		r.env = append(p.command("").Env, "ENVIRONMENT=development", "LOG_FORMAT=json", "SECRET_KEY="+benchKey, "BCRYPT_COST=10",
			"TRUSTED_PROXIES=127.0.0.1", "SHUTDOWN_DELAY_SECONDS=2", "PORT="+r.port, "DATABASE_URL="+c.database.URL,
			"REDIS_URL="+c.redis.URL, "EMAIL_OUTBOX_DIR="+c.outbox)
		c.replicas = append(c.replicas, r)
		ports = append(ports, r.port)
		t.Cleanup(func() { r.kill(t) })
	}
	c.proxy = startProxy(t, ports)
	return c
}

// startServer starts a server that the test may kill.
func startServer(t *testing.T, start func(context.Context) (*server.Server, error)) *server.Server {
	t.Helper()
	s, err := start(t.Context())
	if errors.Is(err, server.ErrMissing) {
		leaveOut(t, err.Error()+": replicas are not tried")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// query runs SQL on the cluster's database.
func (c *cluster) query(t *testing.T, statement string) string {
	t.Helper()
	return c.project.query(t, c.sql, c.database.URL, statement)
}

// replica is a process of the service, and those that it had before.
type replica struct {
	binary, dir, port string
	env               []string

	mu   sync.Mutex
	cmd  *exec.Cmd
	logs []*log
}

func (r *replica) start(t *testing.T) {
	t.Helper()
	cmd := exec.Command(r.binary, "serve")
	cmd.Dir, cmd.Env = r.dir, r.env
	log := startLogged(t, cmd)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cmd, r.logs = cmd, append(r.logs, log)
}

// end sends a signal and waits until the process has ended.
func (r *replica) end(t *testing.T, signal syscall.Signal) error {
	t.Helper()
	if err := r.cmd.Process.Signal(signal); err != nil {
		t.Error(err)
	}
	<-r.logs[len(r.logs)-1].ended
	err := r.cmd.Wait()
	r.cmd = nil
	return err
}

// kill ends the process as a power cut does.
func (r *replica) kill(t *testing.T) {
	t.Helper()
	if r.cmd != nil {
		_ = r.end(t, syscall.SIGKILL) // Wait tells that it was killed.
	}
}

// log is what the replica's processes have logged.
func (r *replica) log() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all strings.Builder
	for _, log := range r.logs {
		all.WriteString(log.text())
	}
	return all.String()
}

// logged counts the lines with a text in each replica's log.
func (c *cluster) logged(text string) [3]int {
	var n [3]int
	for i, r := range c.replicas {
		n[i] = strings.Count(r.log(), text)
	}
	return n
}

// awaitLogged takes steps until each replica has logged a text so many times.
func (c *cluster) awaitLogged(t *testing.T, text string, times [3]int, step func()) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for n := c.logged(text); n != times; n = c.logged(text) {
		if time.Now().After(deadline) {
			t.Fatalf("%q was logged %v times, want %v", text, n, times)
		}
		step()
		time.Sleep(50 * time.Millisecond)
	}
}

// checkLogs fails the test when a replica has panicked or answered with a 500.
func (c *cluster) checkLogs(t *testing.T) {
	t.Helper()
	for i, r := range c.replicas {
		for line := range strings.Lines(r.log()) {
			if !strings.HasPrefix(line, "{") || strings.Contains(line, `"msg":"panic"`) || strings.Contains(line, `"status":500`) {
				t.Errorf("replica %d has logged %s", i, line)
			}
		}
	}
}
