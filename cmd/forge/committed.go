package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/adopt"
	"github.com/forge-go/forge/generator/txn"
)

// checkCommitted refuses a folder with changes that git could not bring back,
// unless allowed, and reports whether git has everything. Without git, or outside
// of a repository, nothing is asked.
func checkCommitted(ctx context.Context, dir string, allowed bool) (clean bool, err error) {
	changed, ok := uncommitted(ctx, dir)
	if !ok || len(changed) == 0 || allowed {
		return ok && len(changed) == 0, nil
	}
	return false, &failure{code: exitRefused, message: "git has not committed everything here, so you could not distinguish forge's changes from yours",
		details: changed, hint: "git stash, or git commit, or the same command with --allow-dirty"}
}

// uncommitted lists what git has not committed in a folder. It reports false if that
// can't be found out.
func uncommitted(ctx context.Context, dir string) ([]string, bool) {
	output, err := askGit(ctx, dir, "status", "--porcelain", "--untracked-files=all", "--", ".")
	if err != nil {
		return nil, false
	}
	var changed []string
	for line := range strings.Lines(output) {
		changed = append(changed, strings.TrimRight(line, "\n"))
	}
	return changed, true
}

func askGit(ctx context.Context, dir string, args ...string) (string, error) {
	output, err := gitWith(ctx, dir, "", args...)
	return string(output), err
}

// gitWith runs git in a folder with something to read, and returns what it
// prints.
func gitWith(ctx context.Context, dir, stdin string, args ...string) ([]byte, error) {
	if !inRepository(dir) {
		return nil, errNoRepository
	}
	path, err := exec.LookPath("git")
	if err != nil {
		return nil, err
	}
	// Without optional locks, a forge that is killed leaves no index.lock behind,
	// and nothing is in the way of a git that runs beside it.
	cmd := exec.CommandContext(ctx, path, append([]string{"--no-optional-locks", "-c", "core.fsmonitor=false"}, args...)...)
	cmd.Dir = dir
	cmd.Env = slices.DeleteFunc(os.Environ(), bindsRepository)
	cmd.Stdin = strings.NewReader(stdin)
	output, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && len(exit.Stderr) > 0 {
		err = fmt.Errorf("git %s: %w: %s", args[0], err, bytes.TrimSpace(exit.Stderr))
	}
	return output, err
}

// errNoRepository reports that there is no git to ask.
var errNoRepository = errors.New("no folder here or above is a git repository")

// inRepository reports whether git may find a repository around a folder, with less
// work than starting git is.
func inRepository(dir string) bool {
	full, err := filepath.Abs(dir)
	if err == nil {
		full, err = filepath.EvalSymlinks(full)
	}
	if err != nil {
		return true
	}
	for {
		if _, err := os.Lstat(filepath.Join(full, ".git")); err == nil {
			return true
		}
		above := filepath.Dir(full)
		if above == full {
			return false
		}
		full = above
	}
}

// undoOf returns the commands that take changes back byte for byte: forge's own
// and, where git had everything before, git's.
func undoOf(ctx context.Context, dir string, wasClean bool, changes []txn.Change) []string {
	undo := []string{"forge undo"}
	if !wasClean {
		return undo
	}
	var existing []string
	for _, c := range changes {
		if c.Old != nil {
			existing = append(existing, c.Path)
		}
	}
	tracked, err := askGit(ctx, dir, append([]string{"ls-files", "--"}, existing...)...)
	if err != nil || strings.Count(tracked, "\n") != len(existing) {
		return undo // git does not have all of them
	}
	return append(undo, "git restore . && git clean -fd")
}

// checkForeignCommitted refuses a module with uncommitted changes of the user.
// What forge itself wrote in an earlier run is not in the way.
func (o *addForeign) checkForeignCommitted(ctx context.Context, survey *adopt.Survey) error {
	output, err := askGit(ctx, survey.Root, "status", "--porcelain", "-z", "--untracked-files=all", "--", ".")
	if err != nil {
		return nil // No git, or no repository.
	}
	prefix, err := askGit(ctx, survey.Root, "rev-parse", "--show-prefix")
	if err != nil {
		return nil
	}
	var changed []string
	for entry := range strings.SplitSeq(output, "\x00") {
		if len(entry) > 3 {
			changed = append(changed, strings.TrimPrefix(entry[3:], strings.TrimSpace(prefix)))
		}
	}
	o.wasClean = len(changed) == 0
	changed = slices.DeleteFunc(changed, survey.IsForges)
	if len(changed) == 0 || o.allowDirty || o.dryRun {
		return nil
	}
	return &failure{code: exitRefused, message: "the tree has uncommitted changes; nothing was written",
		details: changed, hint: "git stash, or the same command with --allow-dirty"}
}
