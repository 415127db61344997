//go:build unix

package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const benchKey = "a key for the benchmark that is longer than thirty-two bytes"

// bench is a project whose services are measured beside the programs of
// testdata/bench.
type bench struct {
	project
	binaries string
	outbox   string
	env      []string
}

// newBench writes a project, with files of testdata in their places, and builds it and the programs.
func newBench(b *testing.B, db, router string, files map[string]string, features ...string) bench {
	b.Helper()
	return newBenchOf(b, newProjectWith(b, "complete", db, router, features...), db, files)
}

func newBenchOf(b *testing.B, of project, db string, files map[string]string) bench {
	b.Helper()
	p := bench{project: of, binaries: b.TempDir(), outbox: b.TempDir()}
	for place, name := range files {
		p.take(b, place, name)
	}
	p.run(b, "go", "build", "-ldflags=-w", "-o", p.binaries, "./cmd/...")
	databaseURL := databaseServer(b, db)
	if databaseURL == "" {
		databaseURL = "file:" + filepath.Join(b.TempDir(), "myapi.db")
	} else {
		sql, server, name := filepath.Join(p.binaries, "sql"), databaseURL, fmt.Sprintf("bench%d", time.Now().UnixNano())
		databaseURL = p.createDatabase(b, sql, server, name)
		b.Cleanup(func() { p.query(b, sql, server, "DROP DATABASE "+name) })
	}
	p.env = []string{"ENVIRONMENT=development", "LOG_FORMAT=json", "SECRET_KEY=" + benchKey, "RATE_LIMIT_ENABLED=false",
		"DATABASE_URL=" + databaseURL, "EMAIL_OUTBOX_DIR=" + p.outbox}
	return p
}

// process is a program that runs until the benchmark ends.
type process struct {
	cmd  *exec.Cmd
	port string
}

func (p bench) process(b *testing.B, program string, args ...string) process {
	b.Helper()
	started := p.begin(b, program, args...)
	b.Cleanup(func() { started.kill() })
	return started
}

// begin runs a program and waits for its first answer.
func (p bench) begin(b *testing.B, program string, args ...string) process {
	b.Helper()
	started := process{cmd: exec.Command(filepath.Join(p.binaries, program), args...), port: freePort(b)}
	started.cmd.Dir, started.cmd.Env = p.dir, append(p.env, "PORT="+started.port)
	if err := started.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(500 * time.Microsecond) {
		if response, err := http.Get("http://127.0.0.1:" + started.port + "/health"); err == nil {
			response.Body.Close()
			return started
		}
	}
	started.kill()
	b.Fatalf("%s does not answer", program)
	return process{}
}

func (p process) kill() {
	_ = p.cmd.Process.Kill() // It holds nothing that must be kept.
	_ = p.cmd.Wait()
}

// conversation makes one connection's next request from the answer before.
type conversation func(answer string) (request string)

// turn is how long requests are sent to one process, in turns.
const turn = 500 * time.Millisecond

// rate sends requests for a while, each connection on its own, and returns how
// many a second are answered.
func (p process) rate(b *testing.B, status, connections int, talk func(connection int) conversation) float64 {
	b.Helper()
	answered, took := p.send(b, status, connections, turn, talk)
	return float64(answered) / took.Seconds()
}

// cost sends requests as rate does, and returns the processor time of the
// process for each answer, in microseconds. Unlike the rate it has no part of
// the clients in it.
func (p process) cost(b *testing.B, status, connections int, talk func(connection int) conversation) float64 {
	b.Helper()
	before := p.processor(b)
	answered, _ := p.send(b, status, connections, turn, talk)
	return float64((p.processor(b) - before).Nanoseconds()) / 1000 / float64(answered)
}

func (p process) send(b *testing.B, status, connections int, span time.Duration, talk func(connection int) conversation) (n int64, took time.Duration) {
	b.Helper()
	var answered atomic.Int64
	var senders sync.WaitGroup
	start := time.Now()
	for i := range connections {
		next := talk(i)
		senders.Go(func() {
			connection, err := net.Dial("tcp", "127.0.0.1:"+p.port)
			if err != nil {
				b.Error(err)
				return
			}
			defer connection.Close()
			reader := bufio.NewReader(connection)
			for answer := ""; time.Since(start) < span; answered.Add(1) {
				if _, err := io.WriteString(connection, next(answer)); err != nil {
					b.Error(err)
					return
				}
				if answer, err = readAnswer(reader, status); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	senders.Wait()
	return answered.Load(), time.Since(start)
}

func readAnswer(reader *bufio.Reader, status int) (string, error) {
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != status {
		return "", fmt.Errorf("%d %s: %w", response.StatusCode, body, err)
	}
	return string(body), nil
}

// asking sends the same request of a user each time.
func asking(path, token string) func(int) conversation {
	return getting(path, "Authorization: Bearer "+token)
}

// getting sends the same request each time, with a header.
func getting(path, header string) func(int) conversation {
	request := "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n\r\n"
	return func(int) conversation { return func(string) string { return request } }
}

// post is the text of a request with JSON.
func post(path, body string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
	return text.String()
}
