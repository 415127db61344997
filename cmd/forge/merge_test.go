//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/forge-go/forge/scripts/test/leave"
)

// TestMergedBranchesWork makes one service of a branch with a field and of one
// with another mode: on each database it passes its tests, which start it.
func TestMergedBranchesWork(t *testing.T) {
	leave.ToTestAll(t)
	if _, err := exec.LookPath("git"); err != nil {
		leave.Out(t, "git is not installed; no branches are merged")
	}
	for db, url := range map[string]string{"sqlite": "", "postgres": os.Getenv("FORGE_POSTGRES_URL")} {
		t.Run(db, func(t *testing.T) {
			if db != "sqlite" && url == "" {
				leave.Out(t, "there is no server of PostgreSQL; no merged service runs on it")
			}
			dir := filepath.Join(t.TempDir(), "myapi")
			forgeExits(t, t.TempDir(), 0, "new", "example.com/myapi", "--auth=basic", "--db="+db, "--yes", "--quiet", "--dir", dir)
			twoBranches(t, dir)
			forgeExits(t, dir, 0, "merge", "--quiet")
			gitIn(t, dir, "commit", "--quiet", "--no-edit")
			forgeExits(t, dir, 0, "diff", "--check", "--quiet")
			for _, args := range [][]string{{"vet", "./..."}, {"test", "-vet=off", "-ldflags=-w", "./..."}} {
				cmd := exec.Command("go", args...)
				cmd.Dir = dir
				cmd.Env = append(os.Environ(), "GOWORK=off", "GOPROXY=off")
				if url != "" {
					cmd.Env = append(cmd.Env, "TEST_DATABASE_URL="+url)
				}
				if output, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("go %v: %v\n%s", args, err, output)
				}
			}
		})
	}
}
