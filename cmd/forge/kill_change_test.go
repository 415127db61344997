//go:build unix

package main

import (
	"crypto/sha256"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestKilledWhileChangingAProject kills forge add auth at any moment, and then
// the forge that recovers, over and over: after the next run the project is
// exactly the old one or exactly the new one.
func TestKilledWhileChangingAProject(t *testing.T) {
	rounds := 25
	if testing.Short() {
		rounds = 10
	}
	original := filepath.Join(t.TempDir(), "myapi")
	output, err := exec.Command("forge", "new", "myapi", "--auth=basic", "--yes", "--quiet", "--dir", original).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	before := contentsBelow(t, copyOf(t, original))
	changed := copyOf(t, original)
	within := timeOf(func() { forgeIn(t, changed, "add", "auth", "--mode=complete", "--quiet") })
	after := contentsBelow(t, changed)

	var pending, old, complete int
	for range rounds {
		dir := copyOf(t, original)
		killIn(t, dir, rand.N(within), "add", "auth", "--mode=complete", "--quiet")
		if _, err := os.Stat(filepath.Join(dir, ".forge", "pending")); err == nil {
			pending++
		}
		killIn(t, dir, rand.N(within/2), "diff", "--quiet")
		forgeIn(t, dir, "diff", "--quiet")
		switch found := contentsBelow(t, dir); {
		case maps.Equal(found, before):
			old++
		case maps.Equal(found, after):
			complete++
		default:
			t.Fatalf("neither the old project nor the new one:\n%s", differences(found, before, after))
		}
	}
	t.Logf("of %d kills %d left work to recover; %d times the old project, %d times the new one", rounds, pending, old, complete)
	if pending == 0 || old == 0 || complete == 0 {
		t.Error("the kills did not hit the whole time of writing")
	}
}

// killIn starts forge in a folder and kills it after some time.
func killIn(t *testing.T, dir string, after time.Duration, args ...string) {
	t.Helper()
	cmd := exec.Command("forge", args...)
	cmd.Dir = dir
	must(t, cmd.Start())
	// Half of the kills come when the commit point is near or behind.
	journal := filepath.Join(dir, ".forge", "pending", "journal.json.new")
	for end := time.Now().Add(10 * after); time.Now().Before(end) && after%2 == 0; {
		if _, err := os.Stat(journal); err == nil {
			break
		}
	}
	time.Sleep(after)
	_ = cmd.Process.Signal(syscall.SIGKILL) // it may have ended
	_ = cmd.Wait()
}

func forgeIn(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("forge", args...)
	cmd.Dir = dir
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("forge %v: %v\n%s", args, err, output)
	}
}

func copyOf(t *testing.T, dir string) string {
	t.Helper()
	target := filepath.Join(t.TempDir(), "myapi")
	must(t, os.CopyFS(target, os.DirFS(dir)))
	return target
}

// contentsBelow gives the mode and the hash of each file, without what is kept
// for forge undo.
func contentsBelow(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := make(map[string]string)
	must(t, fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(path, ".forge/undo/") {
			return err
		}
		info, err := entry.Info()
		must(t, err)
		content, err := os.ReadFile(filepath.Join(dir, path))
		sum := sha256.Sum256(content)
		found[path] = info.Mode().String() + string(sum[:])
		return err
	}))
	return found
}

// differences tells how a project differs from two others.
func differences(found, before, after map[string]string) string {
	var out strings.Builder
	for path, content := range found {
		if content != before[path] && content != after[path] {
			out.WriteString(path + " is in neither\n")
		}
	}
	for name, want := range map[string]map[string]string{"old": before, "new": after} {
		for path, content := range want {
			if found[path] != content {
				out.WriteString(path + " is not as in the " + name + " one\n")
			}
		}
	}
	return out.String()
}
