//go:build unix

package main

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestKilledAtAnyMoment kills forge while it writes, over and over: until the
// next run there may be a staging folder, but under the project's name there
// is nothing or the whole project; after it, the staging is gone.
func TestKilledAtAnyMoment(t *testing.T) {
	rounds := 60
	if testing.Short() {
		rounds = 10
	}
	for _, c := range []struct {
		name, target string
		existing     bool
	}{{"missing", "myapi", false}, {"parents missing", "a/b/myapi", false}, {"existing", "myapi", true}} {
		t.Run(c.name, func(t *testing.T) {
			var whole []string
			within := timeOf(func() { whole = forgeNew(t, filepath.Join(t.TempDir(), "myapi")) })
			var nothing, staged, complete int
			for range rounds {
				folder := t.TempDir()
				target := filepath.Join(folder, c.target)
				if c.existing {
					must(t, os.Mkdir(target, 0o755))
				}
				_ = killWhileStaging(t, folder, target, syscall.SIGKILL, within)
				found := filesBelow(t, target)
				switch {
				case len(found) == 0:
					nothing++
				case slices.Equal(found, whole):
					complete++
				default:
					t.Fatalf("a part of the project was left: %q", found)
				}
				if len(stagingIn(t, folder)) > 0 {
					staged++
				}
				within = timeOf(func() { forgeNew(t, filepath.Join(folder, "next")) })
				if left := stagingIn(t, folder); len(left) > 0 {
					t.Fatalf("the next run left %q", left)
				}
			}
			t.Logf("of %d kills %d left nothing under the name, %d the whole; %d left staging, which the next run removed", rounds, nothing, complete, staged)
			if !testing.Short() && (staged == 0 || complete == 0) {
				t.Error("the kills did not hit the whole time of writing")
			}
		})
	}
}

// TestKilledInTheWorkingFolder does the same where the folder can't be
// replaced: what a kill leaves is nothing or completed by the next run.
func TestKilledInTheWorkingFolder(t *testing.T) {
	rounds := 60
	if testing.Short() {
		rounds = 10
	}
	var whole []string
	within := timeOf(func() { whole = forgeNew(t, filepath.Join(t.TempDir(), "myapi")) })
	for round := range rounds {
		folder := t.TempDir()
		if round%2 == 0 {
			_ = killWhileStaging(t, folder, ".", syscall.SIGKILL, within)
		} else {
			killWhileMoving(t, folder)
		}
		cmd := forgeCommand(".", folder)
		output, err := cmd.CombinedOutput() // refused when the first run, or its rest, made the whole
		if found := filesBelow(t, folder); !slices.Equal(found, whole) {
			t.Fatalf("the next run (%v, %s) left %q", err, output, found)
		}
	}
}

func TestSignalsLeaveNothingAndSaySo(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		stopped := 0
		for round := 0; round < 25 || stopped == 0 && round < 500; round++ {
			folder := t.TempDir()
			target := filepath.Join(folder, "myapi")
			err := killWhileStaging(t, folder, target, signal, 20*time.Millisecond)
			if left := stagingIn(t, folder); len(left) > 0 {
				t.Fatalf("%v left %q", signal, left)
			}
			if err == nil {
				continue // it had finished
			}
			stopped++
			exit, ok := err.(*exec.ExitError)
			if !ok || exit.ExitCode() != 128+int(signal) || len(filesBelow(t, target)) > 0 {
				t.Fatalf("%v: %v; left %q", signal, err, filesBelow(t, target))
			}
		}
		if stopped == 0 {
			t.Errorf("%v never came in time", signal)
		}
	}
}

func forgeCommand(target, dir string) *exec.Cmd {
	cmd := exec.Command("forge", "new", "myapi", "--dir", target, "--yes", "--quiet")
	cmd.Dir = dir
	return cmd
}

// forgeNew writes a project and lists its files.
func forgeNew(t *testing.T, target string) []string {
	t.Helper()
	if output, err := forgeCommand(target, "").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return filesBelow(t, target)
}

// killWhileStaging runs forge in folder and sends the signal some time, less
// than within, after its staging folder shows.
func killWhileStaging(t *testing.T, folder, target string, signal syscall.Signal, within time.Duration) error {
	t.Helper()
	cmd := forgeCommand(target, folder)
	var output bytes.Buffer
	cmd.Stderr = &output
	must(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for len(stagingIn(t, folder)) == 0 {
		select {
		case err := <-ended:
			return err
		default:
		}
	}
	time.Sleep(rand.N(within))
	_ = cmd.Process.Signal(signal) // it may have ended
	return <-ended
}

// killWhileMoving runs forge in folder and kills it once it moves its tree up.
func killWhileMoving(t *testing.T, folder string) {
	t.Helper()
	cmd := forgeCommand(".", folder)
	must(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		if moving, _ := filepath.Glob(filepath.Join(folder, ".*.forge-*", "moving")); len(moving) > 0 {
			break
		}
		select {
		case <-ended:
			return
		default:
		}
	}
	_ = cmd.Process.Kill() // it may have ended
	<-ended
}

func stagingIn(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	must(t, err)
	var found []string
	for _, entry := range entries {
		if strings.Contains(entry.Name(), ".forge-") {
			found = append(found, entry.Name())
		}
	}
	return found
}

func filesBelow(t *testing.T, folder string) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fs.SkipAll // it is not there
		}
		if !entry.IsDir() {
			files = append(files, path)
		}
		return nil
	})
	must(t, err)
	return files
}

func timeOf(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
