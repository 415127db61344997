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
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/templates"
)

const benchKey = "a key for the benchmark that is longer than thirty-two bytes"

// bareHandler is what the services are measured by: net/http, a JWT, and an
// answer that is a constant; no database, no log, no middleware.
const bareHandler = `package main

import (
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

func main() {
	key := []byte(os.Getenv("SECRET_KEY"))
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired())
	http.HandleFunc("GET /health", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("GET /api/v1/users/me", func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if _, err := parser.Parse(token, func(*jwt.Token) (any, error) { return key, nil }); err != nil {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, ` + "`" + `{"id":1,"email":"johndoe@example.com","username":"johndoe","is_active":true,"is_verified":false,"pending_email":null,"is_superuser":false,"created_at":"2026-03-14T15:09:26.535897Z"}` + "`" + `)
	})
	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
`

// BenchmarkUsersMe measures GET /users/me of the fullest service on each
// router, in turns with the bare handler: over loopback, each in a process of
// its own, on 4 connections that are kept open. of-bare is the median of the
// rounds' ratios.
//
// No router comes near the bare handler, and none could: in a profile of the
// service on net/http a third of the time goes to the one query that every
// request asks, a tenth to its line in the log and to the limits of time and
// body, and the rest to what the bare handler does too: reading the request,
// verifying the token, writing the answer.
func BenchmarkUsersMe(b *testing.B) {
	for _, router := range generator.RouterChoice(templates.FS).Available() {
		b.Run(router, func(b *testing.B) { measureUsersMe(b, router) })
	}
}

func measureUsersMe(b *testing.B, router string) {
	p := newProjectOn(b, "complete", router)
	p.write(b, "cmd/bare/main.go", bareHandler)
	s := service{project: p, port: p.background(b, "./cmd/myapi", "serve")}
	bare := p.background(b, "./cmd/bare")
	s.register(b, "johndoe")
	token := s.login(b, "johndoe")
	var ratios, rates []float64
	for b.Loop() {
		reference := requestRate(b, bare, token)
		rate := requestRate(b, s.port, token)
		rates, ratios = append(rates, rate), append(ratios, rate/reference)
	}
	slices.Sort(ratios)
	slices.Sort(rates)
	b.ReportMetric(ratios[len(ratios)/2], "of-bare")
	b.ReportMetric(rates[len(rates)/2], "requests/s")
	b.ReportMetric(0, "ns/op")
}

// background builds a program of the project and runs it until the benchmark
// ends. It gives the port.
func (p project) background(b *testing.B, program string, args ...string) (port string) {
	b.Helper()
	binary := filepath.Join(b.TempDir(), filepath.Base(program))
	p.run(b, "go", "build", "-trimpath", "-ldflags=-w", "-o", binary, program)
	port = freePort(b)
	cmd := exec.Command(binary, args...)
	cmd.Dir = p.dir
	cmd.Env = []string{"ENVIRONMENT=development", "LOG_FORMAT=json", "SECRET_KEY=" + benchKey, "PORT=" + port,
		"DATABASE_URL=file:" + filepath.Join(b.TempDir(), "myapi.db"), "EMAIL_OUTBOX_DIR=" + b.TempDir()}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Kill() // It holds nothing that must be kept.
		_ = cmd.Wait()
	})
	for range 200 {
		if response, err := http.Get("http://127.0.0.1:" + port + "/health"); err == nil {
			response.Body.Close()
			return port
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.Fatalf("%s does not answer", program)
	return ""
}

// requestRate sends requests for a while and gives how many a second are
// answered.
func requestRate(b *testing.B, port, token string) float64 {
	b.Helper()
	const connections, span = 4, 500 * time.Millisecond
	request := "GET /api/v1/users/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n"
	var answered atomic.Int64
	var senders sync.WaitGroup
	start := time.Now()
	for range connections {
		senders.Go(func() {
			connection, err := net.Dial("tcp", "127.0.0.1:"+port)
			if err != nil {
				b.Error(err)
				return
			}
			defer connection.Close()
			reader := bufio.NewReader(connection)
			for time.Since(start) < span {
				if _, err := io.WriteString(connection, request); err != nil {
					b.Error(err)
					return
				}
				if err := readAnswer(reader); err != nil {
					b.Error(err)
					return
				}
				answered.Add(1)
			}
		})
	}
	senders.Wait()
	return float64(answered.Load()) / time.Since(start).Seconds()
}

func readAnswer(reader *bufio.Reader) error {
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(body), `"johndoe"`) {
		return fmt.Errorf("%d %s: %w", response.StatusCode, body, err)
	}
	return nil
}
