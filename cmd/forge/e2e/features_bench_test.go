//go:build unix

package e2e

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/scripts/bench/measure"
)

// BenchmarkFeatures measures the processor time of GET /users/me: of a service
// without features, and of one with all of them, there with an access token and with
// an API key, in turns that begin with another one each time.
func BenchmarkFeatures(b *testing.B) {
	without := newBench(b, "sqlite", "stdlib", nil)
	with := newBench(b, "sqlite", "stdlib", nil, feature.Names(feature.All())...)
	with.env = append(with.env, "API_KEY_REQUESTS_PER_MINUTE=100000")
	plain, token := without.serve(b)
	full, featured := with.serve(b)
	keys := with.apiKeys(b, full, 10) // Their requests are counted; those of one would be too many.
	results := measure.Rounds{}
	for round := 0; b.Loop(); round++ {
		turns := []struct {
			unit  string
			of    process
			token string
		}{{"without-us", plain, token}, {"with-us", full, featured}, {"key-us", full, keys[round%len(keys)]}}
		took := make(map[string]float64)
		for i := range turns {
			turn := turns[(round+i)%len(turns)]
			took[turn.unit] = turn.of.cost(b, http.StatusOK, benchConnections, asking("/api/v1/users/me", turn.token))
			results.Add(turn.unit, took[turn.unit])
		}
		results.Add("without-x", took["without-us"]/took["with-us"])
		results.Add("key-x", took["key-us"]/took["with-us"])
	}
	results.Report(b)
}

// apiKeys makes a superuser, whose address counts as confirmed, and keys of theirs.
func (p bench) apiKeys(b *testing.B, s process, number int) []string {
	b.Helper()
	cmd := exec.Command(filepath.Join(p.binaries, "myapi"), "superuser", "-email", "admin@example.com", "-username", "admin")
	cmd.Dir, cmd.Env, cmd.Stdin = p.dir, p.env, strings.NewReader(password+"\n")
	output(b, cmd)
	users := service{project: p.project, port: s.port}
	token := users.login(b, "admin")
	var keys []string
	for range number {
		status, made := users.call(b, http.MethodPost, "/api/v1/users/me/api-keys", token, map[string]any{"name": "bench", "scopes": []string{"read"}})
		key, ok := made["key"].(string)
		if !ok {
			b.Fatalf("making a key is answered with %d %v", status, made)
		}
		keys = append(keys, key)
	}
	return keys
}
