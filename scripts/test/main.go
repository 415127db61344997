// Command test runs forge's tests. It prints what go test prints, what it is
// at while nothing is printed, and at the end every test that was left out
// because this machine lacks something. With FORGE_REQUIRE_ALL=1 nothing may
// be left out.
//
//	go run ./scripts/test                   all tests
//	go run ./scripts/test -short            those that need Go alone
//	go run ./scripts/test -v ./generator    that package's, each by name
//
// Flags and packages are handed on to go test.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/forge-go/forge/scripts/memory"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Getenv("FORGE_REQUIRE_ALL") != "", os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, requireAll bool, stdout, stderr io.Writer) int {
	isFlag := func(arg string) bool { return strings.HasPrefix(arg, "-") }
	flags, packages := args, []string(nil)
	if i := slices.IndexFunc(args, func(arg string) bool { return !isFlag(arg) }); i >= 0 {
		flags, packages = args[:i], args[i:]
	}
	stages, err := stagesOf(packages)
	if err != nil {
		fmt.Fprintln(stderr, "test:", err)
		return 1
	}
	end, err := memory.UseForTemp()
	if err != nil {
		fmt.Fprintln(stderr, "test:", err)
		return 1
	}
	defer func() {
		if err := end(); err != nil {
			fmt.Fprintln(stderr, "test:", err)
		}
	}()
	report := newReport(slices.Contains(flags, "-v"), stdout)
	stop := report.keepTelling(10 * time.Second)
	failed := false
	for _, s := range stages {
		if s.services {
			report.heading("compiling what services stand on")
			used, err := compileService(ctx, stderr)
			if err != nil {
				fmt.Fprintln(stderr, "test:", err)
				return 1
			}
			report.took(used)
		}
		report.heading(s.what)
		used, err := goTest(ctx, append(flags, s.packages...), report, stderr)
		report.took(used)
		if ctx.Err() != nil {
			fmt.Fprintln(stderr, "test: interrupted")
			return 1
		}
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			fmt.Fprintln(stderr, "test:", err)
			return 1
		}
		failed = failed || err != nil
	}
	stop()
	report.end(requireAll)
	if failed || requireAll && len(report.leftOut) > 0 {
		return 1
	}
	return 0
}

// stage is packages that are tested side by side.
type stage struct {
	what     string
	services bool // its tests compile services
	packages []string
}

// stagesOf returns the stages of all packages, or one of those that are named.
func stagesOf(packages []string) ([]stage, error) {
	if len(packages) > 0 {
		return []stage{{what: strings.Join(packages, " "), packages: packages}}, nil
	}
	listed, err := exec.Command("go", "list", "./...").Output()
	if err != nil {
		return nil, fmt.Errorf("listing the packages: %w", err)
	}
	stages := []stage{
		{what: "the packages of forge"},
		{what: "the program, projects that live on, and the services that it writes", services: true},
	}
	compiling := []string{"/cmd/forge", "/cmd/forge/e2e", "/generator/evolve"}
	for pkg := range strings.Lines(string(listed)) {
		pkg = strings.TrimSpace(pkg)
		at := 0
		if slices.ContainsFunc(compiling, func(name string) bool { return strings.HasSuffix(pkg, name) }) {
			at = 1
		}
		stages[at].packages = append(stages[at].packages, pkg)
	}
	return stages, nil
}

// compileService compiles a service and its tests. Those that compile services run
// side by side, and the go command shares with another only what it has finished.
func compileService(ctx context.Context, stderr io.Writer) (used time.Duration, err error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run=^$", "-vet=off", "-ldflags=-w", "./...")
	cmd.Dir, cmd.Stderr, cmd.Env = filepath.Join("testdata", "golden", "complete"), stderr, environment()
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("compiling %s: %w", cmd.Dir, err)
	}
	return processorTime(cmd), nil
}

// environment is that of this process, with less garbage collection in what is started:
// compiling and linking take a tenth less of processor time, and twice the memory, but
// none takes more than the limit if it can help it.
func environment() []string {
	env := os.Environ()
	if os.Getenv("GOGC") == "" {
		env = append(env, "GOGC=400")
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		env = append(env, "GOMEMLIMIT=2GiB")
	}
	return env
}

// processorTime is what a command that has ended, and those that it waited for, used.
func processorTime(cmd *exec.Cmd) time.Duration {
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// goTest runs go test -json and hands its events to report.
func goTest(ctx context.Context, args []string, report *report, stderr io.Writer) (used time.Duration, err error) {
	// "make check" vets. Linking without the symbol table's debug half saves
	// time and space. Tests that say t.Parallel wait more than they compute, and
	// so do the three packages that compile services.
	// Results are not kept: what a test has started doesn't count to what it
	// depends on, and hashing the files that it opened takes long.
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-json", "-count=1", "-vet=off", "-ldflags=-w", "-p=3", "-parallel=4", "-timeout=85m"}, args...)...)
	cmd.Env = environment()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // go test ends its tests, too
	cmd.Stderr = stderr
	events, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("starting go test: %w", err)
	}
	lines := bufio.NewScanner(events)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		report.line(lines.Bytes())
	}
	if err := lines.Err(); err != nil {
		return 0, errors.Join(fmt.Errorf("reading go test's output: %w", err), cmd.Process.Kill(), cmd.Wait())
	}
	err = cmd.Wait()
	return processorTime(cmd), err
}
