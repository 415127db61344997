package newdir

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator"
)

// knownRandom reads as the bytes 0, 1, 2, ...
type knownRandom struct{}

func (knownRandom) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(i)
	}
	return len(p), nil
}

func knownWriting() Writing { return Writing{Random: knownRandom{}} }

func TestWriteWritesTheFiles(t *testing.T) {
	files := someFiles()
	target := filepath.Join(t.TempDir(), "myapi")
	if err := Write(t.Context(), files, target, knownWriting()); err != nil {
		t.Fatal(err)
	}
	checkWhole(t, files, target)
	checkNothingStaged(t, filepath.Dir(target))
}

func TestWriteTakesTargetsThatAreMissingOrEmpty(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T, folder string) (target string){
		"missing": func(_ *testing.T, folder string) string { return filepath.Join(folder, "myapi") },
		"parents missing": func(_ *testing.T, folder string) string {
			return filepath.Join(folder, "a", "b", "myapi")
		},
		"empty": func(t *testing.T, folder string) string { return mkdir(t, folder, "myapi") },
		"a link to an empty folder": func(t *testing.T, folder string) string {
			link := filepath.Join(folder, "link")
			symlink(t, mkdir(t, folder, "myapi"), link)
			return link
		},
		"below a link to a folder": func(t *testing.T, folder string) string {
			link := filepath.Join(folder, "link")
			symlink(t, mkdir(t, folder, "real"), link)
			return filepath.Join(link, "a", "myapi")
		},
		"the working folder": func(t *testing.T, folder string) string {
			t.Chdir(mkdir(t, folder, "myapi"))
			return "."
		},
		"the working folder by its name": func(t *testing.T, folder string) string {
			dir := mkdir(t, folder, "myapi")
			t.Chdir(dir)
			return dir
		},
		"a very long name": func(_ *testing.T, folder string) string {
			return filepath.Join(folder, strings.Repeat("é", 120))
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			target := prepare(t, folder)
			before, _ := os.Stat(target)
			files := someFiles()
			if err := Write(t.Context(), files, target, knownWriting()); err != nil {
				t.Fatal(err)
			}
			checkWhole(t, files, target)
			checkNothingStaged(t, folder)
			after, err := os.Stat(target)
			if strings.HasPrefix(name, "the working") && (err != nil || !os.SameFile(before, after)) {
				t.Error("the working folder was replaced under the shell that stands in it")
			}
		})
	}
}

func TestWriteKeepsAnEmptyFoldersPermissions(t *testing.T) {
	target := mkdir(t, t.TempDir(), "myapi")
	if err := os.Chmod(target, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Write(t.Context(), someFiles(), target, knownWriting()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(target); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestWriteRefusesWhatIsInTheWay(t *testing.T) {
	for name, c := range map[string]struct {
		prepare  func(t *testing.T, folder string) (target string)
		reason   string
		inTheWay []string
	}{
		"a folder with files": {func(t *testing.T, folder string) string {
			dir := mkdir(t, folder, "myapi")
			mkdir(t, dir, "b")
			touch(t, filepath.Join(dir, "a"))
			touch(t, filepath.Join(dir, ".c"))
			return dir
		}, "is not empty", []string{".c", "a", "b/"}},
		"a file": {func(t *testing.T, folder string) string {
			return touch(t, filepath.Join(folder, "myapi"))
		}, "is a file", nil},
		"below a file": {func(t *testing.T, folder string) string {
			return filepath.Join(touch(t, filepath.Join(folder, "file")), "a", "myapi")
		}, "is a file", nil},
		"a link to nothing": {func(t *testing.T, folder string) string {
			symlink(t, "nowhere", filepath.Join(folder, "myapi"))
			return filepath.Join(folder, "myapi")
		}, "leads nowhere", nil},
		"a link to itself": {func(t *testing.T, folder string) string {
			symlink(t, "myapi", filepath.Join(folder, "myapi"))
			return filepath.Join(folder, "myapi")
		}, "leads nowhere", nil},
		"below a link to nothing": {func(t *testing.T, folder string) string {
			symlink(t, "nowhere", filepath.Join(folder, "link"))
			return filepath.Join(folder, "link", "myapi")
		}, "leads nowhere", nil},
		"a link to a file": {func(t *testing.T, folder string) string {
			symlink(t, touch(t, filepath.Join(folder, "file")), filepath.Join(folder, "myapi"))
			return filepath.Join(folder, "myapi")
		}, "is a file", nil},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			target := c.prepare(t, folder)
			before := listing(t, folder)
			for _, try := range []func() error{
				func() error { return Check(target) },
				func() error { return Write(t.Context(), someFiles(), target, knownWriting()) },
			} {
				var refused *RefusedError
				if err := try(); !errors.As(err, &refused) || !strings.Contains(refused.Reason, c.reason) || !slices.Equal(refused.InTheWay, c.inTheWay) {
					t.Errorf("got %v", err)
				}
			}
			if after := listing(t, folder); !slices.Equal(before, after) {
				t.Errorf("before %q, after %q", before, after)
			}
		})
	}
}

// countingContext ends when it is asked for the n-th time.
type countingContext struct {
	context.Context
	left *int
	done chan struct{}
}

func newCountingContext(n int) countingContext {
	return countingContext{context.Background(), &n, make(chan struct{})}
}

func (c countingContext) Err() error {
	if *c.left--; *c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestWriteStoppedAtAnyStepLeavesNothing(t *testing.T) {
	files := someFiles()
	for _, target := range []string{"myapi", "a/b/myapi", "empty", "."} {
		stops := 0
		for step := 0; ; step++ {
			folder := t.TempDir()
			mkdir(t, folder, "empty")
			inside := mkdir(t, folder, "inside")
			before := listing(t, folder)
			t.Chdir(inside)
			path := filepath.Join(folder, target)
			if target == "." {
				path = target
			}
			err := Write(newCountingContext(step), files, path, knownWriting())
			if err == nil {
				checkWhole(t, files, path)
				break
			}
			stops++
			if after := listing(t, folder); !errors.Is(err, context.Canceled) || !slices.Equal(before, after) {
				t.Fatalf("%s, step %d: %v; before %q, after %q", target, step, err, before, after)
			}
		}
		if stops < len(files) {
			t.Errorf("%s: only %d steps could be stopped", target, stops)
		}
	}
}

func TestWriteThatFailsLeavesNothing(t *testing.T) {
	failure := errors.New("failure")
	tooLong := someFiles()
	tooLong = append(tooLong, generator.File{Path: "z/" + strings.Repeat("z", 300), Perm: 0o644})
	outside := someFiles()
	outside = append(outside, generator.File{Path: "../outside", Perm: 0o644})
	for name, c := range map[string]struct {
		files   []generator.File
		writing Writing
	}{
		"no randomness":          {someFiles(), Writing{Random: io.LimitReader(knownRandom{}, 10)}},
		"a name too long":        {tooLong, knownWriting()},
		"a path that leads out":  {outside, knownWriting()},
		"the last step, say git": {someFiles(), Writing{Random: knownRandom{}, Finish: func(context.Context, string) error { return failure }}},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			err := Write(t.Context(), c.files, filepath.Join(folder, "a", "myapi"), c.writing)
			if err == nil || len(listing(t, folder)) != 0 {
				t.Errorf("%v; left %q", err, listing(t, folder))
			}
		})
	}
}

func TestFinishSeesTheWholeProject(t *testing.T) {
	files := someFiles()
	target := filepath.Join(t.TempDir(), "a", "myapi")
	writing := knownWriting()
	writing.Finish = func(_ context.Context, dir string) error {
		checkWhole(t, files, dir)
		if _, err := os.Stat(target); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the project has its name too early: %v", err)
		}
		return nil
	}
	if err := Write(t.Context(), files, target, writing); err != nil {
		t.Fatal(err)
	}
}
