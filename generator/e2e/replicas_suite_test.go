package e2e

import (
	_ "embed"
	"os"
	"strings"
	"testing"
)

// testkitReplicas makes each service of a project's tests three replicas
// behind a proxy.
//
//go:embed testdata/replicas.go
var testkitReplicas string

// TestSuitesThroughProxy runs the projects' own tests so that requests go in
// turn to three replicas, which share a database and a Redis.
func TestSuitesThroughProxy(t *testing.T) {
	for _, db := range []string{"postgres", "mysql"} {
		for _, mode := range []string{"basic", "complete"} {
			t.Run(mode+"-"+db, func(t *testing.T) {
				p := newProjectWith(t, mode, db, "stdlib")
				p.write(t, "internal/testkit/replicas.go", testkitReplicas)
				p.replace(t, "internal/testkit/testkit.go",
					"svc.Server = newServer(t, config, db, log, svc.Clock.Now)", "svc.Server = svc.replicate(t, config, db, log)")
				p.replace(t, "internal/testkit/testkit.go", "clients clients", "clients clients\n\tfront   front")
				p.replace(t, "internal/testkit/request.go", "svc.ServeHTTP(recorder, r)", "svc.throughProxy(t, recorder, r)")
				cmd := p.command("go", "test", "-trimpath", "-vet=off", "-ldflags=-w", "-timeout=5m", "./internal/auth/...", "./internal/server")
				cmd.Env = append(cmd.Env, "TEST_DATABASE_URL="+serverOf(t, db), "FORGE_REDIS_URL="+serverOf(t, "redis"))
				output(t, cmd)
			})
		}
	}
}

// replace changes a text that a file has exactly once.
func (p project) replace(t testing.TB, name, old, changed string) {
	t.Helper()
	content := p.read(t, name)
	if strings.Count(content, old) != 1 {
		t.Fatalf("%s does not have %q once", name, old)
	}
	p.write(t, name, strings.Replace(content, old, changed, 1))
}

// serverOf gives the server that scripts/services has started.
func serverOf(t *testing.T, name string) string {
	t.Helper()
	variable := "FORGE_" + strings.ToUpper(name) + "_URL"
	url := os.Getenv(variable)
	if url == "" {
		leaveOut(t, "no server of "+name+" ("+variable+")")
	}
	return url
}
