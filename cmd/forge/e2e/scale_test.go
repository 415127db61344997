package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestPlans holds every statement of a request, on each database, to finding
// its rows by an index, and the lists of resources to theirs.
func TestPlans(t *testing.T) {
	leftToTestAll(t)
	for _, db := range []string{"sqlite", "postgres", "mysql"} {
		t.Run(db, func(t *testing.T) {
			p := scaledProject(t, db)
			cmd := p.command("go", "test", "-vet=off", "-ldflags=-w", "-run=TestPlans", "./internal/scale")
			cmd.Env = append(cmd.Env, "SCALE_ROWS=20000", "TEST_DATABASE_URL="+databaseServer(t, db))
			output(t, cmd)
		})
	}
}

// BenchmarkScale shows what a million users with three million tokens cost a
// log-in, besides its hash, and /users/me, and a million rows a list of 20: "x" is
// how many times as much as with a thousand.
func BenchmarkScale(b *testing.B) {
	for _, db := range []string{"sqlite", "postgres", "mysql"} {
		b.Run(db, func(b *testing.B) {
			p := scaledProject(b, db)
			cmd := p.command("go", "test", "-vet=off", "-ldflags=-w", "-run=^$", "-bench=Scale", "-benchtime=5x", "-timeout=60m", "./internal/scale")
			cmd.Env = append(cmd.Env, "SCALE_ROWS="+os.Getenv("SCALE_ROWS"), "TEST_DATABASE_URL="+databaseServer(b, db))
			for field := range strings.Lines(strings.ReplaceAll(output(b, cmd), "\t", "\n")) {
				var value float64
				var unit string
				if n, err := fmt.Sscan(field, &value, &unit); n == 2 && err == nil && unit != "ns/op" {
					b.ReportMetric(value, unit)
				}
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// scaledProject is a project with the tests of testdata/scale.
func scaledProject(t testing.TB, db string) project {
	t.Helper()
	databaseServer(t, db)
	p := newProjectOfResources(t, db)
	for _, name := range []string{"scale_test.go", "lists_test.go", "record_test.go", db + "_test.go"} {
		p.take(t, "internal/scale/"+name, "scale/"+name)
	}
	return p
}

// databaseServer returns the server of a database; SQLite needs none.
func databaseServer(t testing.TB, db string) string {
	t.Helper()
	if db == "sqlite" {
		return ""
	}
	url := os.Getenv("FORGE_" + strings.ToUpper(db) + "_URL")
	if url == "" {
		leaveOut(t, "no server of "+db)
	}
	return url
}
