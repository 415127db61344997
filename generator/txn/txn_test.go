package txn

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
)

// tree is the content of a folder: the mode and content of each file, by path.
// Folders end with a slash.
type tree map[string]string

func before() tree {
	return tree{
		"main.go":      "-rw-r--r-- package main\n",
		"run.sh":       "-rwx------ #!/bin/sh\n",
		"go.sum":       "-r--r--r-- a\n",
		"gone/deep/x":  "-rw-r--r-- x\n",
		"turns":        "-rw-r--r-- a file that becomes a folder\n",
		"folder/inner": "-rw-r--r-- a folder that becomes a file\n",
		"untouched/y":  "-rw------- y\n",
		"empty":        "-rw-r--r-- ",
		".forge/base":  "-rw-r--r-- base\n",
		"gone/":        "", "gone/deep/": "", "folder/": "", "untouched/": "", ".forge/": "",
	}
}

func after() tree {
	return tree{
		"main.go":      "-rw-r--r-- package main // new\r\n",
		"run.sh":       "-rwx------ #!/bin/sh\necho new\n",
		"go.sum":       "-r--r--r-- a\nb\n",
		"turns/into/a": "-rw-r--r-- new\n",
		"folder":       "-rw-r--r-- now a file\n",
		"untouched/y":  "-rw------- y\n",
		"empty":        "-rw-r--r-- not any more\n",
		"a/b/c/new":    "-rw-r--r-- ",
		"secret":       "-rw------- s\n",
		".forge/base":  "-rw-r--r-- base 2\n",
		"a/":           "", "a/b/": "", "a/b/c/": "", "turns/": "", "turns/into/": "", "untouched/": "", ".forge/": "",
	}
}

// changes turns before into after.
func changes() []Change {
	var list []Change
	old, new := before(), after()
	paths := maps.Clone(old)
	maps.Copy(paths, new)
	for path := range paths {
		c := Change{Path: path}
		if content, ok := old[path]; ok {
			c.Old = []byte(content[min(len(content), 11):])
		}
		if content, ok := new[path]; ok {
			c.New = []byte(content[min(len(content), 11):])
		}
		if path == "secret" {
			c.Perm = 0o600
		}
		if !strings.HasSuffix(path, "/") && (path != "untouched/y") {
			list = append(list, c)
		}
	}
	return list
}

func write(t *testing.T, want tree) string {
	t.Helper()
	dir := t.TempDir()
	for path, content := range want {
		if strings.HasSuffix(path, "/") {
			continue
		}
		name := filepath.Join(dir, path)
		must(t, os.MkdirAll(filepath.Dir(name), 0o755))
		must(t, os.WriteFile(name, []byte(content[11:]), 0o600))
		must(t, os.Chmod(name, modeOf(content[:10])))
	}
	return dir
}

func modeOf(text string) (mode fs.FileMode) {
	for _, r := range text[1:] {
		mode <<= 1
		if r != '-' {
			mode |= 1
		}
	}
	return mode
}

// read returns the content of dir, except what is kept for Undo.
func read(t *testing.T, dir string) tree {
	t.Helper()
	found := make(tree)
	must(t, fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || path == ".":
			return err
		case path == undoDir || path == redoDir:
			return fs.SkipDir
		case entry.IsDir():
			found[path+"/"] = ""
			return nil
		}
		info, err := entry.Info()
		must(t, err)
		content, err := os.ReadFile(filepath.Join(dir, path))
		found[path] = info.Mode().String() + " " + string(content)
		return err
	}))
	return found
}

func same(t *testing.T, when string, got, want tree) {
	t.Helper()
	if maps.Equal(got, want) {
		return
	}
	for path := range want {
		if _, ok := got[path]; !ok {
			t.Errorf("%s: %s is missing", when, path)
		}
	}
	for path, content := range got {
		if expected, ok := want[path]; !ok || expected != content {
			t.Errorf("%s: %s is %q, want %q", when, path, content, expected)
		}
	}
	t.FailNow()
}

func TestApplyAndUndo(t *testing.T) {
	dir := write(t, before())
	must(t, Apply(t.Context(), dir, changes()))
	same(t, "applied", read(t, dir), after())
	for range 2 {
		back(t, dir, Undo)
		same(t, "undone", read(t, dir), before())
		back(t, dir, redo)
		same(t, "done again", read(t, dir), after())
	}
	if done, err := Recover(dir); done != NothingToDo || err != nil {
		t.Errorf("Recover = %v, %v", done, err)
	}
}

func TestNoChanges(t *testing.T) {
	dir := t.TempDir()
	must(t, Apply(t.Context(), dir, nil))
	same(t, "no changes", read(t, dir), tree{})
	if step, err := Undo(dir, nil); step.Changes != nil || err != nil {
		t.Errorf("Undo = %v, %v", step, err)
	}
}

// killed is what a step panics with: no deferred clean-up of Apply may count.
type killed struct{}

// run does something, stops it at the n-th step and returns the steps seen.
func run(t *testing.T, dir string, n int, rename func(*os.Root) func(string, string) error, do func(*work) error) (steps int, err error) {
	t.Helper()
	root, openErr := os.OpenRoot(dir)
	must(t, openErr)
	defer root.Close()
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(killed); !ok {
				panic(r)
			}
			err = errKilled
		}
	}()
	w := &work{root: root, sync: func(*os.File) error { return nil }, rename: rename(root), link: linkOf(root, rename), step: func(string) {
		steps++
		if steps == n {
			panic(killed{})
		}
	}}
	return steps, w.locked(do)
}

var errKilled = errors.New("killed")

func renames(root *os.Root) func(string, string) error { return root.Rename }

// acrossFileSystems renames as if the staged files lay on another one.
func acrossFileSystems(*os.Root) func(string, string) error {
	return func(from, to string) error {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: syscall.EXDEV}
	}
}

// withoutLinks renames as usual, on a file system that has no links.
func withoutLinks(root *os.Root) func(string, string) error {
	return func(from, to string) error { return root.Rename(from, to) }
}

func linkOf(root *os.Root, rename func(*os.Root) func(string, string) error) func(string, string) error {
	if reflect.ValueOf(rename).Pointer() == reflect.ValueOf(withoutLinks).Pointer() {
		return func(from, to string) error { return &os.LinkError{Op: "link", Old: from, New: to, Err: syscall.EPERM} }
	}
	return root.Link
}

// TestKilledAtEveryStep stops Apply at each of its steps, then Recover at each
// of its own, then recovers: the tree is the old one or the new one, always.
func TestKilledAtEveryStep(t *testing.T) {
	for name, rename := range map[string]func(*os.Root) func(string, string) error{"one file system": renames, "two file systems": acrossFileSystems, "no links": withoutLinks} {
		every := 1
		if name != "one file system" || testing.Short() {
			every = 11 // of the steps of Recover
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel() // It waits for the disk.
			list := changes()
			apply := func(w *work) error { return w.apply(context.Background(), turn{}, list) }
			var olds, news, kills int
			for n := 1; ; n++ {
				for m := 1; ; m += every {
					dir := write(t, before())
					_, err := run(t, dir, n, rename, apply)
					must(t, ignoreKill(err))
					if err == nil {
						t.Logf("%d kills at %d steps: %d times the old tree, %d times the new one", kills, n-1, olds, news)
						if olds == 0 || news == 0 {
							t.Error("the kills did not hit both sides of the commit point")
						}
						return
					}
					kills++
					recovered := func(w *work) error { _, err := w.recover(); return err }
					_, err = run(t, dir, m, rename, recovered)
					must(t, ignoreKill(err))
					_, again := run(t, dir, 0, rename, recovered)
					must(t, again)
					got := read(t, dir)
					if maps.Equal(got, before()) {
						olds++
					} else {
						same(t, fmt.Sprintf("killed at step %d, then at %d", n, m), got, after())
						news++
					}
					if err == nil {
						break // the first Recover was not stopped
					}
				}
			}
		})
	}
}

// TestStepThatFailsGoesBack makes each rename into the project fail, and kills
// the undoing at each step.
func TestStepThatFailsGoesBack(t *testing.T) {
	for failing := 1; failing <= 5; failing++ {
		t.Run(fmt.Sprintf("rename %d", failing), func(t *testing.T) {
			t.Parallel() // It waits for the disk.
			checkGoesBack(t, failing)
		})
	}
}

// checkGoesBack makes a rename fail, and kills at each step until then.
func checkGoesBack(t *testing.T, failing int) {
	t.Helper()
	list := changes()
	apply := func(w *work) error { return w.apply(context.Background(), turn{}, list) }
	refused := errors.New("read-only")
	fails := func(root *os.Root) func(string, string) error {
		count := 0
		return func(from, to string) error {
			if count++; count == failing {
				return refused
			}
			return root.Rename(from, to)
		}
	}
	for n := 1; ; n++ {
		dir := write(t, before())
		_, err := run(t, dir, n, fails, apply)
		if errors.Is(err, errKilled) {
			_, err := Recover(dir)
			must(t, err)
			if got := read(t, dir); !maps.Equal(got, after()) {
				same(t, fmt.Sprintf("killed at %d", n), got, before())
			}
			continue
		}
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		same(t, "a rename failed", read(t, dir), before())
		return
	}
}

func TestStoppedByItsContext(t *testing.T) {
	dir := write(t, before())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Apply(ctx, dir, changes()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	same(t, "stopped", read(t, dir), before())
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
