package e2e

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/scripts/test/leave"
)

// staticcheck is the version of honnef.co/go/tools whose U1000 looks for code that
// nothing uses. It is no requirement of forge's, which has more use for short lists.
const staticcheck = "honnef.co/go/tools/cmd/staticcheck@v0.8.2"

// TestGeneratedPairsHaveNoDeadCode looks for code that a choice left without a
// use, in the projects of pairs: one without features, the next with all.
func TestGeneratedPairsHaveNoDeadCode(t *testing.T) {
	leftToTestAll(t)
	bin := t.TempDir()
	install := exec.Command("go", "install", staticcheck)
	install.Dir, install.Env = bin, append(install.Environ(), "GOBIN="+bin)
	if printed, err := install.CombinedOutput(); err != nil {
		leave.Unavailable(t, "staticcheck can't be installed: dead code is not looked for: "+string(printed))
	}
	for i, c := range pairs() {
		var features []string
		if i%2 == 1 {
			features = feature.Names(feature.For(c.mode))
		}
		t.Run(c.String(), func(t *testing.T) {
			p := newProjectWith(t, c.mode, c.db, c.router, features...)
			if printed, err := p.command(filepath.Join(bin, "staticcheck"), "-checks", "U1000", "./...").CombinedOutput(); err != nil || len(printed) > 0 {
				t.Errorf("%v: %s", err, printed)
			}
		})
	}
}
