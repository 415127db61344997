// Package compile finds out what changes of a module would break, before they
// are written.
//
// Test (test.go) runs the module's own tests. Check (check.go) reads types, and
// takes seconds; Build (build.go) compiles, and leaves what the module's next build
// finds in the cache. Both look at the module through an overlay, and blame a change
// only for what it brings.
package compile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/txn"
)

// Verdict is the outcome of compiling a module with changes.
type Verdict struct {
	// Added are the errors that only the changed module has.
	Added []string
	// Before reports whether the module, or the part that was asked for, did not
	// build before.
	Before bool
}

// Build lets the go command compile packages (./... or a folder) of the module
// in root with the changes, none of which is written there.
func Build(ctx context.Context, root string, changes []txn.Change, packages string) (Verdict, error) {
	dir, overlay, err := newOverlay(root, changes)
	if err != nil {
		return Verdict{}, fmt.Errorf("checking the change: %w", err)
	}
	defer os.RemoveAll(dir)
	// The flags are those of any build: what is compiled here, the module's next
	// build finds in the cache.
	first, err := build(ctx, root, packages, "-overlay", overlay)
	if err != nil || len(first) == 0 {
		return Verdict{}, err
	}
	const allErrors = "-gcflags=-e" // not only the first ten of a package
	after, err := build(ctx, root, packages, allErrors, "-overlay", overlay)
	if err != nil {
		return Verdict{}, err
	}
	before, err := build(ctx, root, packages, allErrors)
	if err != nil {
		return Verdict{}, err
	}
	return judge(before, after), nil
}

// judge blames a change for the faults that were not there before.
func judge(before, after []string) Verdict {
	v := Verdict{Before: len(before) > 0}
	for _, fault := range after {
		i := slices.IndexFunc(before, func(old string) bool { return withoutPlace(old) == withoutPlace(fault) })
		if i < 0 {
			v.Added = append(v.Added, fault)
			continue
		}
		before = slices.Delete(before, i, i+1) // Each is good for one.
	}
	return v
}

// newOverlay makes a folder for the caller to remove, with a file in it that the
// go command takes as -overlay to see the changes in the module in root.
func newOverlay(root string, changes []txn.Change) (dir, file string, err error) {
	if dir, err = os.MkdirTemp("", "forge-overlay-"); err != nil {
		return "", "", err
	}
	if file, err = writeOverlay(dir, root, changes); err != nil {
		return "", "", errors.Join(err, os.RemoveAll(dir))
	}
	return dir, file, nil
}

// writeOverlay writes, into dir, what the go command takes as -overlay to see
// the module in root with the changes.
func writeOverlay(dir, root string, changes []txn.Change) (string, error) {
	replace := make(map[string]string)
	for i, change := range changes {
		if change.New == nil {
			replace[filepath.Join(root, filepath.FromSlash(change.Path))] = "" // it is gone
			continue
		}
		name := filepath.Join(dir, fmt.Sprintf("%d-%s", i, filepath.Base(change.Path)))
		if err := os.WriteFile(name, change.New, 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(root, filepath.FromSlash(change.Path))] = name
	}
	encoded, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, encoded, 0o600)
}

// build compiles packages and returns the lines that the go command prints when it
// fails. It asks for the files that others import (go list -export), since go build
// would link every program, too.
func build(ctx context.Context, root, packages string, flags ...string) ([]string, error) {
	cmd := exec.CommandContext(ctx, "go", append(append([]string{"list", "-export"}, flags...), packages)...)
	cmd.Dir = root
	cmd.Env = environment(root)
	var output bytes.Buffer
	cmd.Stderr = &output
	err := cmd.Run()
	if err == nil {
		return nil, nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return nil, cause
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return nil, fmt.Errorf("running go list: %w", err)
	}
	var faults []string
	for line := range strings.Lines(string(bytes.TrimSpace(output.Bytes()))) {
		if line = strings.TrimRight(line, "\r\n"); line != "" && !strings.HasPrefix(line, "go: downloading") {
			faults = append(faults, line)
		}
	}
	return faults, nil
}

// environment is that of the user, but for a vendor folder, which can't hold
// what is yet to be added.
func environment(root string) []string {
	env := os.Environ()
	if info, err := os.Stat(filepath.Join(root, "vendor", "modules.txt")); err == nil && !info.IsDir() {
		env = append(env, "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -mod=mod"))
	}
	return env
}

var position = lazyregexp.New(`^\S*?:\d+(:\d+)?: `)

// withoutPlace takes the place out of an error: lines move, and the go command
// names a file of the overlay otherwise.
func withoutPlace(fault string) string { return position.ReplaceAllString(fault, "") }
