package merge3

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/forge-go/forge/scripts/test/leave"
)

// TestMergesAsGitDoes merges random pairs of edits of real files and of texts
// of few different lines, next to git merge-file: never clean where git sees a
// conflict, the same bytes where both are clean, and hardly any conflict more.
func TestMergesAsGitDoes(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		leave.Out(t, "git is missing: merges are not compared with git merge-file")
	}
	pairs := 10_000
	if testing.Short() {
		pairs = 500
	}
	texts := corpus(t)
	var lock sync.Mutex
	var clean, conflicts, extra int
	var wg sync.WaitGroup
	const workers = 4
	for worker := range workers {
		dir := t.TempDir()
		wg.Go(func() {
			random := rand.New(rand.NewPCG(6, uint64(worker)))
			for range pairs / workers {
				base, ours, theirs := trio(random, texts)
				want, isClean := mergeFile(t, git, dir, base, ours, theirs)
				got := Merge(base, ours, theirs, Options{})
				lock.Lock()
				switch mine := len(got.Conflicts) == 0; {
				case mine && !isClean:
					t.Errorf("clean where git sees a conflict:%s", show(base, ours, theirs, got.Content, want))
				case mine && !bytes.Equal(got.Content, want):
					t.Errorf("other bytes than git's:%s", show(base, ours, theirs, got.Content, want))
				case mine:
					clean++
				case isClean:
					extra++
					t.Logf("a conflict that git does not see:%s", show(base, ours, theirs, got.Content, want))
				default:
					conflicts++
				}
				lock.Unlock()
			}
		})
	}
	wg.Wait()
	t.Logf("%d pairs: %d clean as git's, %d conflicts as git's, %d conflicts that git does not see", pairs, clean, conflicts, extra)
	if 100*extra > pairs {
		t.Errorf("more than 1 %% extra conflicts")
	}
	if clean < pairs/4 || conflicts < pairs/10 {
		t.Errorf("the pairs do not try enough of both")
	}
}

// corpus is the files of the golden projects.
func corpus(t *testing.T) [][]string {
	t.Helper()
	var texts [][]string
	golden := os.DirFS("../../testdata/golden/complete")
	err := fs.WalkDir(golden, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !slices.Contains([]string{".go", ".md", ".sql", ".yml", ".mod", ".example", ""}, filepath.Ext(path)) {
			return err
		}
		content, err := fs.ReadFile(golden, path)
		texts = append(texts, strings.SplitAfter(string(content), "\n"))
		return err
	})
	if err != nil || len(texts) < 100 {
		t.Fatal(len(texts), err)
	}
	return texts
}

// trio makes a text and two edited copies.
func trio(random *rand.Rand, texts [][]string) (base, ours, theirs []byte) {
	var lines []string
	switch random.IntN(4) {
	case 0: // few different lines
		for range 3 + random.IntN(25) {
			lines = append(lines, string(rune('a'+random.IntN(4)))+"\n")
		}
	case 1: // a whole file
		lines = texts[random.IntN(len(texts))]
	default: // a part of one
		lines = texts[random.IntN(len(texts))]
		from := random.IntN(len(lines))
		lines = lines[from:min(len(lines), from+3+random.IntN(60))]
	}
	a := edit(random, lines)
	b := edit(random, lines)
	if random.IntN(8) == 0 { // both make one change, and another of their own
		a = edit(random, lines)
		b = edit(random, a)
		a = edit(random, a)
	}
	return join3(lines), join3(a), join3(b)
}

func join3(lines []string) []byte { return []byte(strings.Join(lines, "")) }

// edit changes some lines of a text, as people do.
func edit(random *rand.Rand, lines []string) []string {
	lines = slices.Clone(lines)
	for range 1 + random.IntN(4) {
		if len(lines) == 0 {
			return []string{"new\n"}
		}
		at := random.IntN(len(lines))
		end := min(len(lines), at+1+random.IntN(6))
		switch random.IntN(7) {
		case 0:
			lines = slices.Delete(lines, at, end)
		case 1:
			lines = slices.Insert(lines, at, fmt.Sprintf("new %d\n", random.IntN(3)))
		case 2: // copied
			lines = slices.Insert(lines, random.IntN(len(lines)), slices.Clone(lines[at:end])...)
		case 3: // moved
			block := slices.Clone(lines[at:end])
			lines = slices.Delete(lines, at, end)
			lines = slices.Insert(lines, random.IntN(len(lines)+1), block...)
		case 4:
			lines = slices.Replace(lines, at, end, "new a\n", "new b\n")
		case 5:
			lines[at] = strings.ToUpper(lines[at])
		case 6:
			lines[len(lines)-1] = strings.TrimSuffix(lines[len(lines)-1], "\n")
			if random.IntN(4) > 0 {
				lines[len(lines)-1] += "\n"
			}
			lines = slices.Insert(lines, at, "\n", lines[at])
		}
	}
	return lines
}

func mergeFile(t *testing.T, git, dir string, base, ours, theirs []byte) (merged []byte, clean bool) {
	names := []string{"ours", "base", "theirs"}
	for i, content := range [][]byte{ours, base, theirs} {
		if err := os.WriteFile(filepath.Join(dir, names[i]), content, 0o600); err != nil {
			t.Error(err)
		}
	}
	cmd := exec.Command(git, append([]string{"merge-file", "-p", "-q"}, names...)...)
	cmd.Dir = dir
	merged, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() > 127) {
		t.Error(err)
	}
	return merged, err == nil
}

func show(base, ours, theirs, got, want []byte) string {
	return fmt.Sprintf("\n--- base\n%s\n--- ours\n%s\n--- theirs\n%s\n--- got\n%s\n--- git\n%s", base, ours, theirs, got, want)
}

// TestUnifiedIsWhatGitApplies has git apply diffs of random edits.
func TestUnifiedIsWhatGitApplies(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		leave.Out(t, "git is missing: diffs are not applied by it")
	}
	texts := corpus(t)
	random := rand.New(rand.NewPCG(7, 7))
	dir := t.TempDir()
	for range 200 {
		base, ours, _ := trio(random, texts)
		if err := os.WriteFile(filepath.Join(dir, "f"), base, 0o600); err != nil {
			t.Fatal(err)
		}
		diff := Unified("f", base, ours)
		if diff == nil {
			continue
		}
		cmd := exec.Command(git, "apply", "--unidiff-zero", "-")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
		cmd.Stdin = bytes.NewReader(diff)
		output, err := cmd.CombinedOutput()
		got, readErr := os.ReadFile(filepath.Join(dir, "f"))
		if err != nil || readErr != nil || !bytes.Equal(got, ours) {
			t.Fatalf("%v %v %s\n%s", err, readErr, output, diff)
		}
	}
}
