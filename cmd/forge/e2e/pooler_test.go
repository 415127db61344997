//go:build unix

package e2e

import (
	"errors"
	"net/http"
	"path/filepath"
	"sync"
	"testing"

	"github.com/forge-go/forge/scripts/services/server"
	"github.com/forge-go/forge/scripts/test/leave"
)

// TestBehindPgBouncer runs a project's own tests, and a service under load,
// behind a PgBouncer in transaction mode: one that knows no prepared
// statements, one that tracks them, and, with the tests of the statements
// themselves, that one for a service whose URL asks for them.
func TestBehindPgBouncer(t *testing.T) {
	leftToTestAll(t)
	t.Parallel()
	direct := databaseServer(t, "postgres")
	p := newProjectWith(t, "complete", "postgres", "stdlib")
	p.take(t, "cmd/sql/main.go", "sql.go")
	binaries := t.TempDir()
	p.run(t, "go", "build", "-ldflags=-w", "-o", binaries, "./cmd/myapi", "./cmd/sql")
	for name, tt := range map[string]struct {
		tracked   int
		parameter string
		packages  string
	}{
		"no prepared statements":      {0, "", "./..."},
		"max_prepared_statements=100": {100, "", "./..."},
		"prepared statements":         {100, "&default_query_exec_mode=cache_statement", "./internal/auth/authsql"},
	} {
		t.Run(name, func(t *testing.T) {
			pooler := startPgBouncer(t, direct, tt.tracked) + tt.parameter
			// A pooler costs allocations, which TestCostOfMe counts.
			suite := p.command("go", "test", "-vet=off", "-ldflags=-w", "-timeout=10m", "-skip=^TestCostOfMe$", tt.packages)
			suite.Env = append(suite.Env, "TEST_DATABASE_URL="+pooler)
			output(t, suite)

			own := p.createDatabase(t, filepath.Join(binaries, "sql"), pooler, "load_"+freePort(t))
			s := p.launch(t, p.command(filepath.Join(binaries, "myapi"), "serve"),
				"DATABASE_URL="+own, "ENVIRONMENT=development", "BCRYPT_COST=10")
			s.register(t, "johndoe")
			token := s.login(t, "johndoe")
			for range 6 {
				s.allKnow(t, token, 100)
			}
		})
	}
}

// startPgBouncer starts one that tracks so many prepared statements.
func startPgBouncer(t *testing.T, direct string, statements int) string {
	t.Helper()
	pooler, err := server.PgBouncer(t.Context(), direct, statements)
	switch {
	case errors.Is(err, server.ErrMissing):
		leaveOut(t, err.Error())
	case errors.Is(err, server.ErrTooOld):
		leave.Unavailable(t, err.Error())
	case err != nil:
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pooler.Stop(); err != nil {
			t.Error(err)
		}
	})
	return pooler.URL
}

// allKnow asks who the token's user is, so many times at once.
func (s service) allKnow(t *testing.T, token string, times int) {
	t.Helper()
	var clients sync.WaitGroup
	for range times {
		clients.Go(func() {
			if status, me := s.call(t, "GET", "/api/v1/users/me", token, nil); status != http.StatusOK || me["username"] != "johndoe" {
				t.Errorf("GET /users/me = %d %v", status, me)
			}
		})
	}
	clients.Wait()
}
