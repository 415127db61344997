package main

import (
	"strings"
	"testing"
)

const printed = `goos: linux
BenchmarkNew/files=1x-2    	       5	       218.0 files	         2.300 x	         2.600 x-max	         2.100 x-min
BenchmarkLoginStorm/idle-2 	    1000	   1200000 ns/op	         0.50 p99-ms
BenchmarkLoginStorm/idle-2 	    1000	   1200000 ns/op	         0.70 p99-ms
BenchmarkLoginStorm/idle-2 	    1000	   1200000 ns/op	         0.40 p99-ms
BenchmarkSuite/Forge|Start 1 90 s
BenchmarkSuite/Scale 1 600 s
PASS
`

func TestParse(t *testing.T) {
	all, err := parse(strings.NewReader(printed))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, unit, want string }{
		{"New/files=1x", "x", "2.30 (2.10–2.60)"},
		{"New/files=1x", "files", "218"},
		{"LoginStorm/idle", "p99-ms", "0.50 (0.40–0.70)"},
	} {
		f, err := all.get(tt.name, tt.unit)
		if err != nil || f.String() != tt.want {
			t.Errorf("%s %s = %v, %v, want %s", tt.name, tt.unit, f, err, tt.want)
		}
	}
	if _, err := all.get("Requests/postgres", "me"); err == nil {
		t.Error("a missing result is no error")
	}
	if got := all.duration(); got != "11.5" {
		t.Errorf("the suites took %s minutes", got)
	}
	if !all.has("LoginStorm/idle") || all.has("Peers/pocketbase") {
		t.Error("what ran is not told from what was left out")
	}
	if got, err := all.most(2, "New/files=1x", "x"); err != nil || got != "**missed** by 15.0 %" {
		t.Errorf("a figure over its limit: %q, %v", got, err)
	}
	if got, err := all.least(0.6, "New/files=1x", "x"); err != nil || got != "holds" {
		t.Errorf("a figure over its least: %q, %v", got, err)
	}
}

// The page needs every figure that it shows.
func TestRenderNeedsAllResults(t *testing.T) {
	if _, err := render(results{}, machine{}); err == nil {
		t.Error("a page without results was written")
	}
}
