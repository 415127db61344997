//go:build unix

package e2e

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/scripts/bench/measure"
)

// BenchmarkFeatures measures the processor time of GET /users/me: of a service
// without features, of one with API keys and an authenticator app, and of one with all
// features, there with an access token and with an API key.
func BenchmarkFeatures(b *testing.B) {
	without := newBench(b, "sqlite", "stdlib", nil)
	some := newBench(b, "sqlite", "stdlib", nil, "api-keys", "totp")
	all := newBench(b, "sqlite", "stdlib", nil, feature.Names(feature.All())...)
	all.env = append(all.env, "API_KEY_REQUESTS_PER_MINUTE=100000")
	_, plain := without.serve(b)
	_, second := some.serve(b)
	full, third := all.serve(b)
	me := func(token string) func(int) conversation { return asking("/api/v1/users/me", token) }
	services := []asked{{without, me(plain)}, {some, me(second)}, {all, me(third)}, {all, me(all.apiKey(b, full))}}
	results := measure.Rounds{}
	for b.Loop() {
		took := inSlices(b, services)
		for i, of := range []string{"without", "some", "all", "key"} {
			results.Add(of+"-us", took[i])
		}
		results.Add("some-x", took[0]/took[1])
		results.Add("all-x", took[0]/took[2])
		results.Add("key-x", took[3]/took[2])
	}
	results.Report(b)
}

// asked is a service, and the requests that are sent to it.
type asked struct {
	of   bench
	talk func(connection int) conversation
}

// inSlices returns the processor time of each service for a request, in microseconds.
// Two processes of one program differ for as long as they run, so it starts new ones;
// and how fast a machine is differs from one tenth of a second to the next, so they
// take turns of less than that.
func inSlices(b *testing.B, services []asked) []float64 {
	b.Helper()
	const slices, slice = 24, 40 * time.Millisecond
	processes := make([]process, len(services))
	answered, spent := make([]int64, len(services)), make([]time.Duration, len(services))
	for i, service := range services {
		processes[i] = service.of.begin(b, "myapi", "serve")
		defer processes[i].kill()
		processes[i].send(b, http.StatusOK, benchConnections, turn, service.talk)
		spent[i] = -processes[i].processor(b)
	}
	for first := range slices {
		for i := range services {
			next := (first + i) % len(services)
			n, _ := processes[next].send(b, http.StatusOK, benchConnections, slice, services[next].talk)
			answered[next] += n
		}
	}
	costs := make([]float64, len(services))
	for i, p := range processes {
		costs[i] = float64((spent[i] + p.processor(b)).Nanoseconds()) / 1000 / float64(answered[i])
	}
	return costs
}

// apiKey makes a superuser, whose address counts as confirmed, and a key of theirs.
func (p bench) apiKey(b *testing.B, s process) string {
	b.Helper()
	cmd := exec.Command(filepath.Join(p.binaries, "myapi"), "superuser", "-email", "admin@example.com", "-username", "admin")
	cmd.Dir, cmd.Env, cmd.Stdin = p.dir, p.env, strings.NewReader(password+"\n")
	output(b, cmd)
	users := service{project: p.project, port: s.port}
	status, made := users.call(b, http.MethodPost, "/api/v1/users/me/api-keys", users.login(b, "admin"), map[string]any{"name": "bench", "scopes": []string{"read"}})
	key, ok := made["key"].(string)
	if !ok {
		b.Fatalf("making a key is answered with %d %v", status, made)
	}
	return key
}
