package main

import (
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	var out strings.Builder
	r := newReport(false, &out)
	r.tell() // Something may have been printed just now.
	r.tell()
	for _, line := range []string{
		`{"Action":"run","Package":"p","Test":"TestGood"}`,
		`{"Action":"output","Package":"p","Test":"TestGood","Output":"fine\n"}`,
		`{"Action":"pass","Package":"p","Test":"TestGood","Elapsed":1}`,
		`{"Action":"run","Package":"p","Test":"TestSlow"}`,
		`{"Action":"run","Package":"p","Test":"TestSlow/part"}`,
		``,
		`{"Action":"pass","Package":"p","Test":"TestSlow/part","Elapsed":12}`,
		`{"Action":"pass","Package":"p","Test":"TestSlow","Elapsed":12}`,
		`{"Action":"output","Package":"p","Test":"TestBad","Output":"    it is broken\n"}`,
		`{"Action":"fail","Package":"p","Test":"TestBad"}`,
		`{"Action":"output","Package":"p","Test":"TestGit","Output":"    git.txtar:1: LEFT OUT: git is not in PATH\n"}`,
		`{"Action":"skip","Package":"p","Test":"TestGit"}`,
		`{"Action":"output","Package":"p","Test":"TestScript","Output":"    > [!exec:git] skip 'LEFT OUT: git is not in PATH'\n"}`,
		`{"Action":"pass","Package":"p","Test":"TestScript"}`,
		`{"Action":"output","Package":"p","Test":"TestRace","Output":"    race_test.go:9: left to make test-all\n"}`,
		`{"Action":"skip","Package":"p","Test":"TestRace"}`,
		`{"Action":"output","Package":"p","Test":"TestClient","Output":"    client_test.go:9: UNAVAILABLE: no registry answers\n"}`,
		`{"Action":"skip","Package":"p","Test":"TestClient"}`,
		`{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}`,
		`{"Action":"fail","Package":"p"}`,
		`{"Action":"output","Package":"q","Output":"FAIL\tq [build failed]\n"}`,
		`{"Action":"fail","Package":"q"}`,
		`not JSON`,
	} {
		if line == "" {
			r.tell()
			continue
		}
		r.line([]byte(line))
	}
	r.end(true)
	const want = `    0s: compiling
    0s: running TestSlow/part
    0s: TestSlow/part took 12s
    it is broken
FAIL	p	0.1s
FAIL	q [build failed]
not JSON

=== FAILED: 3 ===
p TestBad
    it is broken

p
FAIL	p	0.1s

q
FAIL	q [build failed]

=== LEFT OUT on this machine: 1 ===
  - git is not in PATH (TestGit)
FAIL: FORGE_REQUIRE_ALL is set, so nothing may be left out.

=== NOT RUN, for what this machine can't get: 1 ===
  - no registry answers (TestClient)
Left to make test-all (real servers, all routers, other people's modules, the race detector, a browser): 1
4 passed, 2 failed, 3 skipped
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
