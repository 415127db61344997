// Command test runs "go test" on all packages of forge. It prints what go
// test prints, and at the end every test that was left out because this
// machine lacks something. With FORGE_REQUIRE_ALL=1 nothing may be left out.
//
//	go run ./scripts/test                all packages
//	go run ./scripts/test -v ./generator that package, with every test's name
//
// Flags and packages are handed on to go test.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

func main() {
	os.Exit(run(os.Args[1:], os.Getenv("FORGE_REQUIRE_ALL") != "", os.Stdout, os.Stderr))
}

func run(args []string, requireAll bool, stdout, stderr io.Writer) int {
	report := newReport(slices.Contains(args, "-v"), stdout)
	err := goTest(args, report, stderr)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		fmt.Fprintln(stderr, "test:", err)
		return 1
	}
	report.end(requireAll)
	if err != nil || requireAll && len(report.leftOut) > 0 {
		return 1
	}
	return 0
}

// goTest runs go test -json and hands its events to report.
func goTest(args []string, report *report, stderr io.Writer) error {
	if !slices.ContainsFunc(args, func(arg string) bool { return !strings.HasPrefix(arg, "-") }) {
		args = append(args, "./...")
	}
	// go vet says all that vet has to say, and keeps it elsewhere in the cache.
	// Linking without the symbol table's debug half saves time and space.
	// Tests that say t.Parallel wait more than they compute.
	cmd := exec.Command("go", append([]string{"test", "-json", "-vet=off", "-ldflags=-w", "-parallel=4", "-timeout=60m"}, args...)...)
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

// event is one line of go test -json.
type event struct{ Action, Package, Test, Output string }

// report prints the outputs of packages and of tests that fail, as go test
// does, or of all tests when it is verbose. What failed is told once more at
// the end, where one looks first and where a log that is cut still has it.
type report struct {
	verbose bool
	out     io.Writer
	outputs map[[2]string]string // package and test → what it printed
	reasons map[[2]string]string // package and test → why it might be left out
	leftOut []string
	failed  []string // what each test or package that failed has printed
}

func newReport(verbose bool, out io.Writer) *report {
	return &report{verbose: verbose, out: out, outputs: map[[2]string]string{}, reasons: map[[2]string]string{}}
}

func (r *report) line(line []byte) {
	var e event
	if json.Unmarshal(line, &e) != nil {
		fmt.Fprintf(r.out, "%s\n", line)
		return
	}
	key := [2]string{e.Package, e.Test}
	if _, why, ok := strings.Cut(e.Output, leftOutMark); ok {
		r.reasons[key] = fmt.Sprintf("%s (%s)", strings.TrimRight(strings.TrimSpace(why), `'"`), e.Test)
	}
	// A test may print the mark and run all the same, as a script does that
	// is printed line by line.
	if why := r.reasons[key]; e.Action == "skip" && why != "" && !slices.Contains(r.leftOut, why) {
		r.leftOut = append(r.leftOut, why)
	}
	r.outputs[key] += e.Output
	if e.Test == "" && e.Output != "PASS\n" || r.verbose {
		fmt.Fprint(r.out, e.Output)
	}
	switch e.Action {
	case "fail":
		if e.Test != "" && !r.verbose {
			fmt.Fprint(r.out, r.outputs[key])
		}
		r.failed = append(r.failed, strings.TrimSpace(e.Package+" "+e.Test)+"\n"+ending(r.outputs[key]))
		delete(r.outputs, key)
	case "pass", "skip":
		delete(r.outputs, key)
	}
}

// ending is the last 100 lines of output.
func ending(output string) string {
	lines := strings.SplitAfter(output, "\n")
	return strings.Join(lines[max(0, len(lines)-101):], "")
}

// leftOutMark begins the reason of every test that skips itself.
const leftOutMark = "LEFT OUT:"

func (r *report) end(requireAll bool) {
	if len(r.failed) > 0 {
		fmt.Fprintf(r.out, "\n=== FAILED: %d ===\n%s", len(r.failed), strings.Join(r.failed, "\n"))
	}
	if len(r.leftOut) == 0 {
		fmt.Fprintln(r.out, "\nNothing was left out.")
		return
	}
	fmt.Fprintf(r.out, "\n=== LEFT OUT on this machine: %d ===\n", len(r.leftOut))
	slices.Sort(r.leftOut)
	for _, text := range r.leftOut {
		fmt.Fprintf(r.out, "  - %s\n", text)
	}
	if requireAll {
		fmt.Fprintln(r.out, "FAIL: FORGE_REQUIRE_ALL is set, so nothing may be left out.")
	}
}
