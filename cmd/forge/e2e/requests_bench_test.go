//go:build unix

package e2e

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/scripts/bench/measure"
)

const benchConnections = 4

// BenchmarkRouters measures GET /users/me of the fullest service on each
// router, in turns with the bare handler: over loopback, each in a process of
// its own, on connections that are kept open. of-bare is the service's rate
// divided by the bare handler's.
func BenchmarkRouters(b *testing.B) {
	for _, router := range generator.RouterChoice().Names() {
		b.Run(router, func(b *testing.B) {
			p := newBench(b, "sqlite", router, map[string]string{"cmd/bare/main.go": "bench/bare.go"})
			s, token := p.serve(b)
			bare := p.process(b, "bare")
			me := asking("/api/v1/users/me", token)
			results := measure.Rounds{}
			for b.Loop() {
				reference := bare.rate(b, http.StatusOK, benchConnections, me)
				results.Add("of-bare", s.rate(b, http.StatusOK, benchConnections, me)/reference)
			}
			results.Report(b)
		})
	}
}

// BenchmarkRequests measures what clients ask most, on each database, in turns
// with GET /users/me of the bare handler. Nothing is hashed: that takes what
// BCRYPT_COST says, 200 ms or so, and would hide everything else.
func BenchmarkRequests(b *testing.B) {
	for _, db := range generator.DBChoice().Names() {
		b.Run(db, func(b *testing.B) { measureRequests(b, db) })
	}
}

func measureRequests(b *testing.B, db string) {
	files := map[string]string{"cmd/bare/main.go": "bench/bare.go", "internal/auth/hasher.go": "bench/hasher.go"}
	if db != "sqlite" {
		files["cmd/sql/main.go"] = "sql.go"
	}
	p := newBench(b, db, "stdlib", files)
	s, token := p.serve(b)
	bare := p.process(b, "bare")
	me := asking("/api/v1/users/me", token)
	results := measure.Rounds{}
	rounds := 0
	for b.Loop() {
		rounds++
		reference := bare.rate(b, http.StatusOK, benchConnections, me)
		note := func(unit string, status int, talk func(int) conversation) {
			results.Add(unit, s.rate(b, status, benchConnections, talk)/reference)
		}
		note("me", http.StatusOK, me)
		note("login", http.StatusOK, loggingIn)
		note("refresh", http.StatusOK, refreshing)
		note("register", http.StatusCreated, registering(fmt.Sprint("new", rounds)))
		results.Add("bare/s", reference)
		p.awaitMails(b) // They take the processors that the next round is to have.
	}
	results.Report(b)
}

// BenchmarkLimit compares the processor time that the service and the program
// limit.go need for a request on SQLite, in turns: NAME-us is the service's,
// NAME-limit-us that of the limit, and NAME-of-limit is the latter by the former.
// Neither hashes passwords or sends mails.
func BenchmarkLimit(b *testing.B) {
	p := newBenchOf(b, newProjectWithResources(b), "sqlite", map[string]string{
		"cmd/limit/main.go": "bench/limit.go", "cmd/limit/user.go": "bench/limituser.go", "internal/auth/hasher.go": "bench/hasher.go",
		"internal/auth/authmail/worker.go": "bench/worker.go",
	})
	s, token := p.serve(b)
	limit := p.process(b, "limit")
	users := service{project: p.project, port: s.port}
	for i := range 20 {
		note := map[string]any{"title": fmt.Sprint("note ", i), "body": "Milk, bread and six eggs", "due": "2026-03-14"}
		if status, answer := users.call(b, http.MethodPost, "/api/v1/notes", token, note); status != http.StatusCreated {
			b.Fatalf("a note: %d %v", status, answer)
		}
	}
	results := measure.Rounds{}
	for round := 0; b.Loop(); round++ {
		for _, request := range []struct {
			name   string
			status int
			talk   func(program string) func(int) conversation
		}{
			{"me", http.StatusOK, same(asking("/api/v1/users/me", token))},
			{"list", http.StatusOK, same(asking("/api/v1/notes", token))},
			{"login", http.StatusOK, same(loggingIn)},
			{"refresh", http.StatusOK, same(refreshing)},
			{"register", http.StatusCreated, func(program string) func(int) conversation {
				return registering(fmt.Sprint(program, round))
			}},
		} {
			least := limit.cost(b, request.status, benchConnections, request.talk("limit"))
			ours := s.cost(b, request.status, benchConnections, request.talk("new"))
			results.Add(request.name+"-us", ours)
			results.Add(request.name+"-limit-us", least)
			results.Add(request.name+"-of-limit", least/ours)
		}
	}
	results.Report(b)
}

// BenchmarkLimitServers does the same for GET /users/me on the databases that are
// servers.
func BenchmarkLimitServers(b *testing.B) {
	for _, db := range []string{"postgres", "mysql"} {
		b.Run(db, func(b *testing.B) {
			p := newBench(b, db, "stdlib", map[string]string{
				"cmd/limit/main.go": "bench/limitme.go", "cmd/limit/user.go": "bench/limituser.go", "cmd/sql/main.go": "sql.go",
			})
			s, token := p.serve(b)
			limit := p.process(b, "limit")
			me := asking("/api/v1/users/me", token)
			results := measure.Rounds{}
			for b.Loop() {
				least := limit.cost(b, http.StatusOK, benchConnections, me)
				ours := s.cost(b, http.StatusOK, benchConnections, me)
				results.Add("me-us", ours)
				results.Add("me-limit-us", least)
				results.Add("me-of-limit", least/ours)
			}
			results.Report(b)
		})
	}
}

// same is what is sent to each program alike.
func same(talk func(int) conversation) func(string) func(int) conversation {
	return func(string) func(int) conversation { return talk }
}

// awaitMails waits until the service has sent all mails.
func (p bench) awaitMails(b *testing.B) {
	b.Helper()
	for before := -1; ; time.Sleep(500 * time.Millisecond) {
		mails, err := os.ReadDir(p.outbox)
		if err != nil {
			b.Fatal(err)
		}
		if len(mails) == before {
			return
		}
		before = len(mails)
	}
}

// serve runs the service and registers users, one for each connection. It returns
// the access token of the last: SQLite plans a statement anew whenever an id in it is
// 1, as that of the first is.
func (p bench) serve(b *testing.B) (s process, token string) {
	b.Helper()
	s = p.process(b, "myapi", "serve")
	users := service{project: p.project, port: s.port}
	for i := range benchConnections {
		users.register(b, benchUser(i))
	}
	return s, users.login(b, benchUser(benchConnections-1))
}

func benchUser(connection int) string { return fmt.Sprintf("user%d", connection) }

func loginText(connection int) string {
	return post("/api/v1/auth/login", fmt.Sprintf(`{"username":%q,"password":%q}`, benchUser(connection), password))
}

func loggingIn(connection int) conversation {
	request := loginText(connection)
	return func(string) string { return request }
}

var refreshToken = regexp.MustCompile(`"refresh_token":"[^"]*"`)

// refreshing logs in once and then uses each answer's token for the next.
func refreshing(connection int) conversation {
	return func(answer string) string {
		if answer == "" {
			return loginText(connection)
		}
		return post("/api/v1/auth/refresh", "{"+refreshToken.FindString(answer)+"}")
	}
}

func registering(round string) func(int) conversation {
	return func(connection int) conversation {
		n := 0
		return func(string) string {
			n++
			name := fmt.Sprintf("%s-%d-%d", round, connection, n)
			return post("/api/v1/auth/register", fmt.Sprintf(`{"email":"%s@example.com","username":%q,"password":%q}`, name, name, password))
		}
	}
}
