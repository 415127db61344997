//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// TestStartUp compares the processor time of "forge version" with that of a
// program that only says hello: the median of 50 runs of each, in the calmest
// of a few attempts, since the machine may be busy with other tests.
func TestStartUp(t *testing.T) {
	if testing.Short() {
		t.Skip("LEFT OUT: -short; start-up time is not measured")
	}
	const attempts, most = 5, 3 * time.Millisecond
	hello, forge := buildHelloAndForge(t)
	var more time.Duration
	for range attempts {
		helloTime, forgeTime := medians(t, hello, forge)
		more = forgeTime - helloTime
		t.Logf("hello %v, forge version %v: %v more", helloTime, forgeTime, more)
		if more <= most {
			return
		}
	}
	t.Errorf("forge version costs %v more than hello; at most %v", more, most)
}

// medians runs both by turns, so that they see the same machine.
func medians(t *testing.T, hello, forge string) (helloTime, forgeTime time.Duration) {
	t.Helper()
	const runs = 50
	var helloTimes, forgeTimes []time.Duration
	for range runs {
		helloTimes = append(helloTimes, processorTime(t, hello))
		forgeTimes = append(forgeTimes, processorTime(t, forge, "version"))
	}
	slices.Sort(helloTimes)
	slices.Sort(forgeTimes)
	return helloTimes[runs/2], forgeTimes[runs/2]
}

// BenchmarkProcess gives the processor time of whole processes: forge new,
// and beside it cp of the same project; forge version, and beside it hello.
func BenchmarkProcess(b *testing.B) {
	hello, forge := buildHelloAndForge(b)
	folder := b.TempDir()
	times := make(map[string]time.Duration)
	n := 0
	for b.Loop() {
		n++
		target := filepath.Join(folder, strconv.Itoa(n))
		times["new"] += processorTime(b, forge, "new", "myapi", "--dir", target, "--yes", "--quiet")
		times["cp"] += processorTime(b, "cp", "-R", target, target+"-copy")
		times["version"] += processorTime(b, forge, "version")
		times["hello"] += processorTime(b, hello)
	}
	for name, total := range times {
		b.ReportMetric(float64(total.Microseconds())/1000/float64(n), name+"-cpu-ms")
	}
}

func buildHelloAndForge(t testing.TB) (hello, forge string) {
	t.Helper()
	dir := t.TempDir()
	source := filepath.Join(dir, "hello.go")
	must(t, os.WriteFile(source, []byte("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"), 0o644))
	hello, forge = filepath.Join(dir, "hello"), filepath.Join(dir, "forge")
	for output, pkg := range map[string]string{hello: source, forge: "."} {
		build := exec.Command("go", "build", "-o", output, pkg)
		build.Env = append(os.Environ(), "CGO_ENABLED=0") // a dynamic linker would cost both a millisecond
		if text, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
	}
	return hello, forge
}

func processorTime(t testing.TB, name string, args ...string) time.Duration {
	t.Helper()
	cmd := exec.Command(name, args...)
	must(t, cmd.Run())
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		t.Skip("no processor times on this system")
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
