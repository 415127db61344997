//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// TestStartUp compares the processor time of "forge version" with that of a
// program that only says hello: the median of 50 runs of each.
func TestStartUp(t *testing.T) {
	if testing.Short() {
		t.Skip("LEFT OUT: -short; start-up time is not measured")
	}
	const runs, most = 50, 3 * time.Millisecond
	dir := t.TempDir()
	source := filepath.Join(dir, "hello.go")
	must(t, os.WriteFile(source, []byte("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"), 0o644))
	hello, forge := filepath.Join(dir, "hello"), filepath.Join(dir, "forge")
	for output, pkg := range map[string]string{hello: source, forge: "."} {
		if text, err := exec.Command("go", "build", "-o", output, pkg).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
	}
	var helloTimes, forgeTimes []time.Duration
	for range runs { // by turns, so that both see the same machine
		helloTimes = append(helloTimes, processorTime(t, hello))
		forgeTimes = append(forgeTimes, processorTime(t, forge, "version"))
	}
	slices.Sort(helloTimes)
	slices.Sort(forgeTimes)
	more := forgeTimes[runs/2] - helloTimes[runs/2]
	t.Logf("hello %v, forge version %v: %v more", helloTimes[runs/2], forgeTimes[runs/2], more)
	if more > most {
		t.Errorf("forge version costs %v more than hello; at most %v", more, most)
	}
}

func processorTime(t *testing.T, name string, args ...string) time.Duration {
	t.Helper()
	cmd := exec.Command(name, args...)
	must(t, cmd.Run())
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		t.Skip("no processor times on this system")
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
