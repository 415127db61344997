//go:build unix

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// BenchmarkProcess gives the median processor time of whole processes, which
// run by turns, so that they see the same machine: forge new, and beside it cp
// of the same project; forge version, and beside it a program that only says
// hello.
func BenchmarkProcess(b *testing.B) {
	hello, forge := buildHelloAndForge(b)
	folder := b.TempDir()
	times := make(map[string][]time.Duration)
	measure := func(what, name string, args ...string) {
		times[what] = append(times[what], processorTime(b, name, args...))
	}
	n := 0
	for b.Loop() {
		n++
		target := filepath.Join(folder, strconv.Itoa(n))
		measure("new", forge, "new", "myapi", "--dir", target, "--yes", "--quiet")
		measure("cp", "cp", "-R", target, target+"-copy")
		measure("version", forge, "version")
		measure("hello", hello)
		must(b, errors.Join(os.RemoveAll(target), os.RemoveAll(target+"-copy"))) // or the disk gets busy
	}
	for what, all := range times {
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, what+"-cpu-ms")
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
