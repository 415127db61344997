package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// gitMerge describes a merge that git is in, or that it has committed last.
type gitMerge struct {
	dir                string
	base, ours, theirs string // commits; base is empty if there is none
	goOn               string // the command that completes it
	abort              string // the command that abandons it; empty once it is committed
}

// errNoMerge reports that there is nothing to merge.
var errNoMerge = errors.New("git is in no merge, rebase or cherry-pick here, and the last commit is none")

// findMerge returns what git is merging in a project, in a merge, a rebase, a
// cherry-pick or a revert; or else what its last commit merged.
func findMerge(ctx context.Context, dir string) (gitMerge, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return gitMerge{}, err
	}
	commit := func(name string) string {
		id, err := askGit(ctx, dir, "rev-parse", "--verify", "--quiet", name+"^{commit}")
		if err != nil {
			return ""
		}
		return strings.TrimSpace(id)
	}
	for _, state := range []struct{ head, base, theirs, command string }{
		{"MERGE_HEAD", "", "MERGE_HEAD", "merge"},
		{"CHERRY_PICK_HEAD", "CHERRY_PICK_HEAD^", "CHERRY_PICK_HEAD", "cherry-pick"},
		{"REVERT_HEAD", "REVERT_HEAD", "REVERT_HEAD^", "revert"},
		{"REBASE_HEAD", "REBASE_HEAD^", "REBASE_HEAD", "rebase"},
	} {
		if commit(state.head) == "" || state.command == "rebase" && !isRebasing(ctx, dir) {
			continue
		}
		m := gitMerge{dir: dir, ours: commit("HEAD"), theirs: commit(state.theirs), goOn: "git " + state.command + " --continue", abort: "git " + state.command + " --abort"}
		if m.base = commit(state.base); state.base == "" {
			m.base = mergeBase(ctx, dir, m.ours, m.theirs)
		}
		return m, nil
	}
	m := gitMerge{dir: dir, ours: commit("HEAD^1"), theirs: commit("HEAD^2"), goOn: "git commit"}
	if m.theirs == "" {
		return m, errNoMerge
	}
	m.base = mergeBase(ctx, dir, m.ours, m.theirs)
	return m, nil
}

// isRebasing reports whether git is in a rebase: a REBASE_HEAD may be left of an
// earlier one.
func isRebasing(ctx context.Context, dir string) bool {
	for _, state := range []string{"rebase-merge", "rebase-apply"} {
		at, err := askGit(ctx, dir, "rev-parse", "--git-path", state)
		if at = strings.TrimSpace(at); err != nil {
			continue
		}
		if !filepath.IsAbs(at) {
			at = filepath.Join(dir, at)
		}
		if _, err := os.Stat(at); err == nil {
			return true
		}
	}
	return false
}

func mergeBase(ctx context.Context, dir, a, b string) string {
	base, _ := askGit(ctx, dir, "merge-base", a, b) // There may be none.
	return strings.TrimSpace(base)
}

// unmerged lists the files below a path of the project that git has not merged yet.
func unmerged(ctx context.Context, dir, below string) ([]string, error) {
	list, err := askGit(ctx, dir, "ls-files", "--unmerged", "-z", "--", below)
	if err != nil {
		return nil, err
	}
	var names []string
	for entry := range strings.SplitSeq(list, "\x00") {
		if _, name, ok := strings.Cut(entry, "\t"); ok {
			names = append(names, name)
		}
	}
	return slices.Compact(names), nil
}

// stage adds files to git's index as they are, and removes those that are gone.
func (m gitMerge) stage(ctx context.Context, names []string) error {
	if len(names) == 0 {
		return nil
	}
	// Ignored files count too: forge wrote them.
	_, err := gitWith(ctx, m.dir, strings.Join(names, "\x00"), "--literal-pathspecs", "add", "--all", "--force", "--pathspec-from-file=-", "--pathspec-file-nul")
	if err != nil {
		return fmt.Errorf("telling git what is merged: %w", err)
	}
	return nil
}

// leaveOpen marks files as unmerged whose conflicts git has not found itself.
func (m gitMerge) leaveOpen(ctx context.Context, names []string) error {
	prefix, err := askGit(ctx, m.dir, "rev-parse", "--show-prefix")
	if err != nil {
		return err
	}
	var entries strings.Builder
	for _, name := range names {
		fmt.Fprintf(&entries, "0 %s 0\t%s%s\x00", strings.Repeat("0", 40), strings.TrimSpace(prefix), name)
		for i, commit := range []string{m.base, m.ours, m.theirs} {
			about, _ := askGit(ctx, m.dir, "ls-tree", "-z", commit, "--", name) // It may not be there.
			if words := strings.Fields(about); len(words) > 2 {
				fmt.Fprintf(&entries, "%s %s %d\t%s%s\x00", words[0], words[2], i+1, strings.TrimSpace(prefix), name)
			}
		}
	}
	_, err = gitWith(ctx, m.dir, entries.String(), "update-index", "-z", "--index-info")
	return err
}
