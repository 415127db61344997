//go:build unix

package e2e

import (
	"bufio"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/forge-go/forge/scripts/bench/measure"
)

// BenchmarkStart tells how long the service takes from its start to its first
// answer, in milliseconds: with a database that has its tables (warm-ms), and
// with a new one (new-ms); beside both the bare handler. x is warm over bare.
func BenchmarkStart(b *testing.B) {
	p := newBench(b, "sqlite", "stdlib", map[string]string{"cmd/bare/main.go": "bench/bare.go"})
	p.begin(b, "myapi", "serve").kill()
	fresh := p
	results := measure.Rounds{}
	start := func(p bench, program string, args ...string) float64 {
		begin := time.Now()
		started := p.begin(b, program, args...)
		took := float64(time.Since(begin).Microseconds()) / 1000
		started.kill()
		return took
	}
	for b.Loop() {
		fresh.env = append(p.env, "DATABASE_URL=file:"+filepath.Join(b.TempDir(), "new.db"))
		bare, warm := start(p, "bare"), start(p, "myapi", "serve")
		results.Add("bare-ms", bare)
		results.Add("warm-ms", warm)
		results.Add("new-ms", start(fresh, "myapi", "serve"))
		results.Add("x", warm/bare)
	}
	results.Report(b)
}

// BenchmarkMemory tells how many MiB of memory the service has in use after its
// first answer, and at most while 64 clients ask /users/me; beside it the bare
// handler.
func BenchmarkMemory(b *testing.B) {
	const clients = 64
	p := newBench(b, "sqlite", "stdlib", map[string]string{"cmd/bare/main.go": "bench/bare.go"})
	users, token := p.serve(b)
	users.kill()
	me := asking("/api/v1/users/me", token)
	results := measure.Rounds{}
	for b.Loop() {
		for _, program := range []string{"bare", "myapi"} {
			s := p.begin(b, program, "serve")
			time.Sleep(time.Second)
			results.Add(program+"-idle-MiB", s.memory(b, "VmRSS"))
			s.rate(b, http.StatusOK, clients, me)
			s.rate(b, http.StatusOK, clients, me)
			results.Add(program+"-load-MiB", s.memory(b, "VmHWM"))
			s.kill()
		}
	}
	results.Report(b)
}

// memory returns a size out of the process's state, in MiB.
func (p process) memory(b *testing.B, name string) float64 {
	b.Helper()
	file, err := os.Open("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/status")
	if errors.Is(err, os.ErrNotExist) {
		leaveOut(b, "this system does not tell the memory of a process")
	}
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), name+":"); ok {
			size, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
			if err != nil {
				b.Fatal(err)
			}
			return size / 1024
		}
	}
	b.Fatalf("no %s", name)
	return 0
}

// processor returns the processor time that the threads of the process have used.
func (p process) processor(b *testing.B) time.Duration {
	b.Helper()
	threads, err := filepath.Glob("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/task/*/schedstat")
	if err != nil {
		b.Fatal(err)
	}
	if len(threads) == 0 {
		leaveOut(b, "this system does not tell the processor time of a process")
	}
	var used time.Duration
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		if err != nil {
			b.Fatal(err)
		}
		running, _, _ := strings.Cut(string(text), " ")
		n, err := strconv.ParseInt(running, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		used += time.Duration(n)
	}
	return used
}

// BenchmarkForge measures the processor time of whole processes, in turns:
// forge version beside a program that says hello, forge new beside cp of the same
// project, and forge add resource in it.
func BenchmarkForge(b *testing.B) {
	hello, forge := buildHelloAndForge(b)
	folder := b.TempDir()
	results := measure.Rounds{}
	for b.Loop() {
		target := filepath.Join(folder, "myapi")
		made := processorTime(b, folder, forge, "new", "myapi", "--dir", target, "--yes", "--quiet")
		copied := processorTime(b, folder, "cp", "-R", target, target+"-copy")
		added := processorTime(b, target, forge, "add", "resource", "note", "title:string", "body:text?", "--quiet")
		version, greeted := inTurns(b, folder, forge+" version", hello)
		if err := errors.Join(os.RemoveAll(target), os.RemoveAll(target+"-copy")); err != nil { // or the disk gets busy
			b.Fatal(err)
		}
		for unit, value := range map[string]float64{
			"new-ms": made, "cp-ms": copied, "new-x": made / copied, "resource-ms": added, "version-ms": version, "hello-ms": greeted, "version-x": version / greeted,
		} {
			results.Add(unit, value)
		}
	}
	results.Report(b)
}

// inTurns runs two commands of some milliseconds in turns, and returns the median of
// what each takes.
func inTurns(b *testing.B, dir, one, another string) (float64, float64) {
	b.Helper()
	var times [2][]float64
	for range 15 {
		for i, command := range []string{one, another} {
			words := strings.Fields(command)
			times[i] = append(times[i], processorTime(b, dir, words[0], words[1:]...))
		}
	}
	return measure.Median(times[0]), measure.Median(times[1])
}

func buildHelloAndForge(b *testing.B) (hello, forge string) {
	b.Helper()
	dir := b.TempDir()
	source := filepath.Join(dir, "hello.go")
	if err := os.WriteFile(source, []byte("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"), 0o644); err != nil {
		b.Fatal(err)
	}
	hello, forge = filepath.Join(dir, "hello"), filepath.Join(dir, "forge")
	for output, pkg := range map[string]string{hello: source, forge: ".."} {
		build := exec.Command("go", "build", "-trimpath", "-o", output, pkg)
		build.Env = append(os.Environ(), "CGO_ENABLED=0") // a dynamic linker would cost both a millisecond
		if text, err := build.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, text)
		}
	}
	return hello, forge
}

// processorTime runs a command in a folder, and returns milliseconds.
func processorTime(b *testing.B, dir, name string, args ...string) float64 {
	b.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if err := cmd.Run(); err != nil {
		b.Fatal(err)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		b.Skip("no processor times on this system")
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e6
}
