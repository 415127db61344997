package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
)

// gitMerge is what git is about to make one of, or has made one of last.
type gitMerge struct {
	dir                string
	base, ours, theirs string // commits; base is empty if there is none
	goOn               string // the command that ends it
	abort              string // the command that gives it up; empty: it is committed
}

// errNoMerge means that git has nothing to merge.
var errNoMerge = errors.New("git is in no merge, rebase or cherry-pick here, and the last commit is none")

// findMerge finds out what git is merging in a project: a merge, a rebase, a
// cherry-pick or a revert; or else what its last commit has merged.
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
	for _, way := range []struct{ head, base, theirs, command string }{
		{"MERGE_HEAD", "", "MERGE_HEAD", "merge"},
		{"CHERRY_PICK_HEAD", "CHERRY_PICK_HEAD^", "CHERRY_PICK_HEAD", "cherry-pick"},
		{"REVERT_HEAD", "REVERT_HEAD", "REVERT_HEAD^", "revert"},
		{"REBASE_HEAD", "REBASE_HEAD^", "REBASE_HEAD", "rebase"},
	} {
		if commit(way.head) == "" || way.command == "rebase" && !isRebasing(ctx, dir) {
			continue
		}
		m := gitMerge{dir: dir, ours: commit("HEAD"), theirs: commit(way.theirs), goOn: "git " + way.command + " --continue", abort: "git " + way.command + " --abort"}
		if m.base = commit(way.base); way.base == "" {
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

// isRebasing reports whether git is in a rebase; it forgets REBASE_HEAD at times.
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

// branches reads the states of the project that are merged.
func (m gitMerge) branches(ctx context.Context) (b evolve.Branches, err error) {
	if b.Ours, err = readBranch(ctx, m.dir, m.ours); err != nil {
		return b, err
	}
	if b.Theirs, err = readBranch(ctx, m.dir, m.theirs); err != nil {
		return b, err
	}
	if m.base == "" {
		return b, nil
	}
	base, err := readBranch(ctx, m.dir, m.base)
	if errors.Is(err, fs.ErrNotExist) { // The project is younger.
		return b, nil
	}
	b.Base = &base
	return b, err
}

// readBranch reads the project as it is in a commit.
func readBranch(ctx context.Context, dir, commit string) (evolve.Branch, error) {
	files, err := readCommit(ctx, dir, commit)
	if err != nil {
		return evolve.Branch{}, err
	}
	p, err := project.Read(files)
	if err != nil {
		return evolve.Branch{}, fmt.Errorf("reading commit %.12s: %w", commit, err)
	}
	return evolve.Branch{Project: p, Files: files}, nil
}

// mostBlob bounds the files of a commit that are read: nothing that forge writes
// is nearly as large.
const mostBlob = 16 << 20

// readCommit reads the plain files below a folder as they are in a commit.
func readCommit(ctx context.Context, dir, commit string) (fs.FS, error) {
	list, err := askGit(ctx, dir, "ls-tree", "-r", "-l", "-z", commit)
	if err != nil {
		return nil, fmt.Errorf("listing commit %.12s: %w", commit, err)
	}
	archive := &txtar.Archive{}
	var ids strings.Builder
	for entry := range strings.SplitSeq(strings.TrimSuffix(list, "\x00"), "\x00") {
		about, name, _ := strings.Cut(entry, "\t")
		words := strings.Fields(about) // mode, type, id, size
		if len(words) != 4 || !strings.HasPrefix(words[0], "100") {
			continue // A link, or another repository.
		}
		if size, err := strconv.Atoi(words[3]); err != nil || size > mostBlob {
			continue
		}
		archive.Files = append(archive.Files, txtar.File{Name: name})
		fmt.Fprintln(&ids, words[2])
	}
	contents, err := gitWith(ctx, dir, ids.String(), "cat-file", "--batch")
	if err != nil {
		return nil, fmt.Errorf("reading commit %.12s: %w", commit, err)
	}
	reader := bufio.NewReader(bytes.NewReader(contents))
	for i := range archive.Files {
		if archive.Files[i].Data, err = readBlob(reader); err != nil {
			return nil, fmt.Errorf("reading %s of commit %.12s: %w", archive.Files[i].Name, commit, err)
		}
	}
	return txtar.FS(archive)
}

// readBlob reads one answer of git cat-file --batch.
func readBlob(from *bufio.Reader) ([]byte, error) {
	header, err := from.ReadString('\n')
	if err != nil {
		return nil, err
	}
	words := strings.Fields(header) // id, type, size
	if len(words) != 3 {
		return nil, fmt.Errorf("git said %q", strings.TrimSpace(header))
	}
	size, err := strconv.Atoi(words[2])
	if err != nil {
		return nil, err
	}
	content := make([]byte, size+1)
	if _, err := io.ReadFull(from, content); err != nil {
		return nil, err
	}
	return content[:size], nil
}

// unmerged lists what git has not merged yet below a path of the project.
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

// stage puts files into git's index as they are, and takes out of it those that
// are gone.
func (m gitMerge) stage(ctx context.Context, names []string) error {
	if len(names) == 0 {
		return nil
	}
	// What a .gitignore names counts here as well: forge wrote it.
	_, err := gitWith(ctx, m.dir, strings.Join(names, "\x00"), "--literal-pathspecs", "add", "--all", "--force", "--pathspec-from-file=-", "--pathspec-file-nul")
	if err != nil {
		return fmt.Errorf("telling git what is merged: %w", err)
	}
	return nil
}

// leaveOpen lets git know that files have conflicts that it has not found itself.
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

// checkMerged refuses a project of which git has not merged what it remembers.
func checkMerged(ctx context.Context, dir string) error {
	open, err := unmerged(ctx, dir, ".forge")
	if err != nil { // Without git, only the text can tell.
		manifest, readErr := os.ReadFile(filepath.Join(dir, filepath.FromSlash(project.ManifestPath)))
		if readErr != nil || !bytes.Contains(manifest, []byte("\n<<<<<<< ")) {
			return nil
		}
		open = []string{project.ManifestPath}
	}
	if len(open) == 0 {
		return nil
	}
	return &failure{code: exitRefused, message: "git has not merged what the project remembers: both branches changed it", details: open, hint: "forge merge"}
}

// explainUnread returns the failure for a project whose memory can't be read:
// where two branches were merged, each still has its own.
func explainUnread(ctx context.Context, dir string, err error) error {
	if _, noMerge := findMerge(ctx, dir); noMerge != nil || errors.As(err, new(*project.UnknownError)) {
		return explainState(err)
	}
	return &failure{code: exitRefused, message: err.Error() + ": two branches were not merged as forge does it", hint: "forge merge"}
}

// lastMerges is how many merges are looked at for answers that they lost.
const lastMerges = 10

// lostInMerge returns what is wrong with the last merges of the project: answers
// that a branch had, and that neither the merge nor the project has. It is nil if
// nothing is, or if git can't tell.
func lostInMerge(ctx context.Context, p *opened) *evolve.Finding {
	list, err := askGit(ctx, p.Dir, "log", "--merges", fmt.Sprintf("-%d", lastMerges), "--format=%H")
	if err != nil {
		return nil
	}
	for i, commit := range strings.Fields(list) {
		answers := func(of string) (project.Answers, bool) {
			encoded, err := askGit(ctx, p.Dir, "show", of+":./"+project.ManifestPath)
			if err != nil {
				return project.Answers{}, false
			}
			m, err := project.DecodeManifest([]byte(encoded))
			return m.Answers, err == nil
		}
		ours, ok := answers(commit + "^1")
		theirs, alsoOK := answers(commit + "^2")
		if !ok || !alsoOK || ours.Equal(theirs) {
			continue
		}
		base, _ := answers(mergeBase(ctx, p.Dir, commit+"^1", commit+"^2"))
		whole, err := project.Unite(base, ours, theirs)
		if err != nil {
			continue
		}
		made, _ := answers(commit) // Markers are no answers.
		for _, lost := range whole.Beyond(made) {
			if !slices.Contains(whole.Beyond(p.Manifest.Answers), lost) {
				continue
			}
			help := "forge merge"
			if head, err := askGit(ctx, p.Dir, "rev-parse", "HEAD"); i > 0 || err != nil || strings.TrimSpace(head) != commit {
				help = fmt.Sprintf("git switch --detach %.12s && forge merge && git commit, then git merge that commit", commit)
			}
			return &evolve.Finding{Level: evolve.Wrong, Help: help,
				Text: fmt.Sprintf("the merge %.12s lost %s, which one of its branches had, from what the project remembers", commit, lost)}
		}
	}
	return nil
}
