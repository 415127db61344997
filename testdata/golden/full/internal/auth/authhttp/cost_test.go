//go:build !race

package authhttp_test

import (
	"database/sql"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"example.com/myapi/internal/testkit"
)

// most is how many allocations GET /users/me may make: more than it does, for a column
// or two of your own, and fewer than it would with another query. What you add to every
// request may need more. The race detector adds its own, so this test is not for it.
const most = 121

// What every request of a user costs: one statement and a bounded number of
// allocations, neither of which depends on the machine or its load.
func TestCostOfMe(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	ask := asking(t, svc, svc.Login(t, "johndoe"))
	ask() // What the first request prepares, others use.
	if got := testing.AllocsPerRun(100, ask); got > most {
		t.Errorf("%v allocations, want at most %d", got, most)
	}
	pools := []*sql.DB{svc.DB.Write, svc.DB.Read, svc.DB.Lookup}
	taken := func() (n int64) {
		for _, pool := range pools {
			n += pool.Stats().MaxIdleClosed
		}
		return n
	}
	// A pool that keeps no idle connection counts how often one was taken.
	for _, pool := range pools {
		pool.SetMaxIdleConns(-1)
	}
	before := taken()
	ask()
	if got := taken() - before; got != 1 {
		t.Errorf("asks the database %d times, want once", got)
	}
}

// asking returns a function that asks for the user of a token.
func asking(t *testing.T, svc *testkit.Service, token string) func() {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/users/me", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	w := &discarded{header: http.Header{}}
	return func() {
		clear(w.header)
		w.status = 0
		svc.ServeHTTP(w, r)
		if w.status != http.StatusOK {
			t.Fatalf("GET /users/me = %d", w.status)
		}
	}
}

// discarded is a connection's http.ResponseWriter that keeps only the status.
type discarded struct {
	header http.Header
	status int
}

func (d *discarded) Header() http.Header             { return d.header }
func (d *discarded) WriteHeader(status int)          { d.status = status }
func (d *discarded) Write(b []byte) (int, error)     { return len(b), nil }
func (d *discarded) SetReadDeadline(time.Time) error { return nil }
