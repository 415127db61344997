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
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

func main() {
	os.Exit(run(os.Args[1:], os.Getenv("FORGE_REQUIRE_ALL") != "", os.Stdout, os.Stderr))
}

func run(args []string, requireAll bool, stdout, stderr io.Writer) int {
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
	report := newReport(slices.Contains(flags, "-v"), stdout)
	stop := report.keepTelling(10 * time.Second)
	failed := false
	for _, s := range stages {
		report.heading(s.what)
		err := goTest(append(flags, s.packages...), report, stderr)
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
	packages []string
}

// stagesOf returns the stages of all packages, or one of those that are named.
// Packages whose tests compile services run one after the other: side by side
// they would compile the same modules twice, since the go command shares with
// another only what it has finished.
func stagesOf(packages []string) ([]stage, error) {
	if len(packages) > 0 {
		return []stage{{strings.Join(packages, " "), packages}}, nil
	}
	listed, err := exec.Command("go", "list", "./...").Output()
	if err != nil {
		return nil, fmt.Errorf("listing the packages: %w", err)
	}
	stages := []stage{{what: "the packages of forge"}, {what: "the services that forge writes"}, {what: "the program"}}
	for pkg := range strings.Lines(string(listed)) {
		pkg = strings.TrimSpace(pkg)
		at := 0
		switch {
		case strings.HasSuffix(pkg, "/cmd/forge/e2e"):
			at = 1
		case strings.HasSuffix(pkg, "/cmd/forge"):
			at = 2
		}
		stages[at].packages = append(stages[at].packages, pkg)
	}
	return stages, nil
}

// goTest runs go test -json and hands its events to report.
func goTest(args []string, report *report, stderr io.Writer) error {
	// "make check" vets. Linking without the symbol table's debug half saves
	// time and space. Tests that say t.Parallel wait more than they compute.
	// Results are not kept: what a test has started doesn't count to what it
	// depends on, and hashing the files that it opened takes long.
	cmd := exec.Command("go", append([]string{"test", "-json", "-count=1", "-vet=off", "-ldflags=-w", "-parallel=4", "-timeout=60m"}, args...)...)
	cmd.Stderr = stderr
	events, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting go test: %w", err)
	}
	lines := bufio.NewScanner(events)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		report.line(lines.Bytes())
	}
	if err := lines.Err(); err != nil {
		return errors.Join(fmt.Errorf("reading go test's output: %w", err), cmd.Process.Kill(), cmd.Wait())
	}
	return cmd.Wait()
}
