package main

import (
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	var out strings.Builder
	r := newReport(false, &out)
	for _, line := range []string{
		`{"Action":"output","Package":"p","Test":"TestGood","Output":"fine\n"}`,
		`{"Action":"pass","Package":"p","Test":"TestGood"}`,
		`{"Action":"output","Package":"p","Test":"TestBad","Output":"    it is broken\n"}`,
		`{"Action":"fail","Package":"p","Test":"TestBad"}`,
		`{"Action":"output","Package":"p","Test":"TestGit","Output":"    git.txtar:1: LEFT OUT: git is not in PATH\n"}`,
		`{"Action":"skip","Package":"p","Test":"TestGit"}`,
		`{"Action":"output","Package":"p","Test":"TestScript","Output":"    > [!exec:git] skip 'LEFT OUT: git is not in PATH'\n"}`,
		`{"Action":"pass","Package":"p","Test":"TestScript"}`,
		`{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}`,
		`{"Action":"fail","Package":"p"}`,
		`not JSON`,
	} {
		r.line([]byte(line))
	}
	r.end(true)
	const want = `    it is broken
FAIL	p	0.1s
not JSON

=== FAILED: 2 ===
p TestBad
    it is broken

p
FAIL	p	0.1s

=== LEFT OUT on this machine: 1 ===
  - git is not in PATH (TestGit)
FAIL: FORGE_REQUIRE_ALL is set, so nothing may be left out.
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
