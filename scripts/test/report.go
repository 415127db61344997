package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/forge-go/forge/scripts/test/leave"
)

// event is one line of go test -json.
type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64
}

// test is the package and the name of a test; a package itself has no name.
type test struct{ pkg, name string }

func (t test) String() string { return strings.TrimSpace(t.pkg + " " + t.name) }

// report prints the outputs of packages and of tests that fail, as go test
// does, or of all tests when it is verbose. What failed is told once more at
// the end, where one looks first and where a log that is cut still has it.
type report struct {
	verbose bool
	start   time.Time

	mu      sync.Mutex
	out     io.Writer
	quiet   bool            // nothing was printed since it was last told what runs
	running map[test]bool   // tests that run now, those with subtests too
	parents map[test]bool   // tests with subtests
	outputs map[test]string // what each printed
	reasons map[test]string // why each might be left out
	leftOut []string
	// unavailable are what tests need that this machine can't get.
	unavailable []string
	later       int      // tests that are left to make test-all
	failed      []string // what each test or package that failed has printed
	faulty      map[string]bool
	counts      map[string]int // tests by their outcome: pass, fail, skip
}

func newReport(verbose bool, out io.Writer) *report {
	return &report{
		verbose: verbose, start: time.Now(), out: out, running: map[test]bool{}, parents: map[test]bool{},
		outputs: map[test]string{}, reasons: map[test]string{}, faulty: map[string]bool{}, counts: map[string]int{},
	}
}

func (r *report) heading(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintf(r.out, "=== %s (%s)\n", what, r.since())
}

// took tells of what the last heading named, and how much of processors it used.
func (r *report) took(used time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintf(r.out, "    %s: done, with %s of processor time\n", r.since(), used.Round(time.Second))
}

func (r *report) since() string { return time.Since(r.start).Round(time.Second).String() }

// keepTelling prints what runs whenever nothing else was printed for a while,
// until stop.
func (r *report) keepTelling(every time.Duration) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for ticks := time.Tick(every); ; {
			select {
			case <-done:
				return
			case <-ticks:
				r.tell()
			}
		}
	}()
	return func() { close(done); <-ended }
}

func (r *report) tell() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.quiet {
		r.quiet = true
		return
	}
	var names []string
	for t := range r.running {
		if !r.parents[t] {
			names = append(names, t.name)
		}
	}
	slices.Sort(names)
	what := "compiling"
	if len(names) > 0 {
		what = "running " + strings.Join(names[:min(3, len(names))], ", ")
	}
	fmt.Fprintf(r.out, "    %s: %s\n", r.since(), what)
}

func (r *report) print(text string) {
	r.quiet = false
	_, _ = io.WriteString(r.out, text) // There is nowhere else to report to.
}

// slow is how long a test takes that is named although it passed.
const slow = 5.0

func (r *report) line(line []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var e event
	if json.Unmarshal(line, &e) != nil {
		r.print(string(line) + "\n")
		return
	}
	t := test{e.Package, e.Test}
	if _, why, ok := strings.Cut(e.Output, leave.OutMark); ok {
		r.reasons[t] = fmt.Sprintf("%s (%s)", strings.TrimRight(strings.TrimSpace(why), `'"`), e.Test)
	}
	r.outputs[t] += e.Output
	if e.Test == "" && e.Output != "" && e.Output != "PASS\n" || r.verbose && e.Output != "" {
		r.print(e.Output)
	}
	switch e.Action {
	case "run", "cont":
		r.running[t] = true
		if i := strings.LastIndex(e.Test, "/"); i >= 0 {
			r.parents[test{e.Package, e.Test[:i]}] = true
		}
	case "pause":
		delete(r.running, t)
	case "pass", "fail", "skip":
		r.ended(t, e)
	}
}

func (r *report) ended(t test, e event) {
	defer func() {
		delete(r.running, t)
		delete(r.outputs, t)
	}()
	if t.name != "" {
		r.counts[e.Action]++
	}
	switch e.Action {
	case "pass":
		if t.name != "" && e.Elapsed >= slow && !r.parents[t] && !r.verbose {
			r.print(fmt.Sprintf("    %s: %s took %.0fs\n", r.since(), t.name, e.Elapsed))
		}
	case "skip":
		if strings.Contains(r.outputs[t], leave.LaterMark) {
			r.later++
		}
		// A test may print the mark and run all the same, as a script does that
		// is printed line by line.
		if why := r.reasons[t]; why != "" && !slices.Contains(r.leftOut, why) {
			r.leftOut = append(r.leftOut, why)
		}
		if _, why, ok := strings.Cut(r.outputs[t], leave.UnavailableMark); ok {
			why, _, _ = strings.Cut(strings.TrimSpace(why), "\n")
			r.unavailable = append(r.unavailable, fmt.Sprintf("%s (%s)", why, t.name))
		}
	case "fail":
		if t.name != "" && !r.verbose {
			r.print(r.outputs[t])
		}
		if t.name == "" && !r.faulty[t.pkg] {
			r.counts["fail"]++ // It did not compile, or ended before its tests did.
		}
		r.faulty[t.pkg] = true
		r.failed = append(r.failed, t.String()+"\n"+ending(r.outputs[t]))
	}
}

// ending is the last 100 lines of output.
func ending(output string) string {
	lines := strings.SplitAfter(output, "\n")
	return strings.Join(lines[max(0, len(lines)-101):], "")
}

func (r *report) end(requireAll bool) {
	if len(r.failed) > 0 {
		fmt.Fprintf(r.out, "\n=== FAILED: %d ===\n%s", len(r.failed), strings.Join(r.failed, "\n"))
	}
	r.endLeftOut(requireAll)
	if len(r.unavailable) > 0 {
		fmt.Fprintf(r.out, "\n=== NOT RUN, for what this machine can't get: %d ===\n", len(r.unavailable))
		for _, text := range slices.Sorted(slices.Values(r.unavailable)) {
			fmt.Fprintf(r.out, "  - %s\n", text)
		}
	}
	if r.later > 0 {
		fmt.Fprintf(r.out, "Left to make test-all (real servers, all routers, other people's modules, the race detector, a browser): %d\n", r.later)
	}
	fmt.Fprintf(r.out, "%d passed, %d failed, %d skipped\n", r.counts["pass"], r.counts["fail"], r.counts["skip"])
}

func (r *report) endLeftOut(requireAll bool) {
	if len(r.leftOut) == 0 {
		fmt.Fprintln(r.out, "\nNothing was left out because this machine lacks it.")
		return
	}
	fmt.Fprintf(r.out, "\n=== LEFT OUT on this machine: %d ===\n", len(r.leftOut))
	for _, text := range slices.Sorted(slices.Values(r.leftOut)) {
		fmt.Fprintf(r.out, "  - %s\n", text)
	}
	if requireAll {
		fmt.Fprintln(r.out, "FAIL: FORGE_REQUIRE_ALL is set, so nothing may be left out.")
	}
}
