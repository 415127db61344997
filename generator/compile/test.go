package compile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/txn"
)

// TestVerdict is the outcome of a module's own tests with changes.
type TestVerdict struct {
	Packages []string // those whose tests ran
	// Broken are the tests that pass without the changes and not with them, each
	// as its package and name.
	Broken []string
	// Output is what the first of them printed.
	Output string
}

// testKey names a test; a package's own outcome has no name.
type testKey struct{ Package, Test string }

// testEvent is what go test -json prints of a test.
type testEvent struct {
	testKey
	Action, Output string
}

// Test runs the tests of the module in root that reach the package at importPath,
// with the changes and, if some fail, without them. Nothing but what the tests
// themselves write is written.
func Test(ctx context.Context, root string, changes []txn.Change, importPath string) (TestVerdict, error) {
	dir, overlay, err := newOverlay(root, changes)
	if err != nil {
		return TestVerdict{}, fmt.Errorf("running the tests: %w", err)
	}
	defer os.RemoveAll(dir)
	v := TestVerdict{}
	if v.Packages, err = reaching(ctx, root, importPath); err != nil || len(v.Packages) == 0 {
		return v, err
	}
	after, err := runTests(ctx, root, v.Packages, "-overlay", overlay)
	if err != nil || !slices.ContainsFunc(after, func(e testEvent) bool { return e.Action == "fail" }) {
		return v, err
	}
	before, err := runTests(ctx, root, v.Packages)
	if err != nil {
		return v, err
	}
	v.Broken, v.Output = broken(before, after)
	return v, nil
}

// reaching lists the packages with tests that the package at importPath is part
// of.
func reaching(ctx context.Context, root, importPath string) ([]string, error) {
	output, err := command(ctx, root, "list", "-e", "-test", "-f", "{{.ImportPath}}{{range .Deps}} {{.}}{{end}}", "./...")
	if err != nil {
		return nil, err
	}
	var found []string
	for line := range strings.Lines(string(output)) {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		if tested, ok := strings.CutSuffix(words[0], ".test"); ok && slices.Contains(words[1:], importPath) {
			found = append(found, tested)
		}
	}
	return found, nil
}

func runTests(ctx context.Context, root string, packages []string, flags ...string) ([]testEvent, error) {
	args := slices.Concat([]string{"test", "-json", "-vet=off", "-timeout=2m"}, flags, packages)
	output, err := command(ctx, root, args...)
	if err != nil {
		return nil, err
	}
	var events []testEvent
	for line := range bytes.Lines(output) {
		var e testEvent
		if json.Unmarshal(line, &e) == nil && e.Action != "" {
			events = append(events, e)
		}
	}
	return events, nil
}

// command returns what a go command prints, which may fail.
func command(ctx context.Context, root string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	cmd.Env = environment(root)
	output, err := cmd.Output()
	if cause := context.Cause(ctx); cause != nil {
		return nil, cause
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return nil, fmt.Errorf("running go %s: %w", args[0], err)
	}
	return output, nil
}

// broken lists the tests that passed before and did not after, and what the first
// of them printed. A test that a panic elsewhere kept from running is one of them.
func broken(before, after []testEvent) (names []string, output string) {
	good := make(map[testKey]bool)
	for _, e := range after {
		if e.Action == "pass" || e.Action == "skip" {
			good[e.testKey] = true
		}
	}
	for _, e := range before {
		if e.Action != "pass" || e.Test == "" || good[e.testKey] {
			continue
		}
		if len(names) == 0 {
			output = outputOf(after, e.testKey)
		}
		names = append(names, e.Package+" "+e.Test)
	}
	return names, output
}

// outputOf is what a test printed, or else its package.
func outputOf(events []testEvent, of testKey) string {
	var own, all strings.Builder
	for _, e := range events {
		if e.Action != "output" || e.Package != of.Package {
			continue
		}
		all.WriteString(e.Output)
		if e.Test == of.Test {
			own.WriteString(e.Output)
		}
	}
	if own.Len() > 0 {
		return own.String()
	}
	return all.String()
}
