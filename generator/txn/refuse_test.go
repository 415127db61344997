package txn

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator/internal/lockfile"
)

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(t *testing.T, dir string)
		change  Change
		want    string
	}{
		"edited":       {nil, Change{Path: "main.go", Old: []byte("other"), New: []byte("x")}, "main.go was changed meanwhile"},
		"removed":      {nil, Change{Path: "nothing.go", Old: []byte("other"), New: []byte("x")}, "nothing.go was removed meanwhile"},
		"there":        {nil, Change{Path: "main.go", New: []byte("x")}, "main.go is there already"},
		"there, empty": {nil, Change{Path: "empty", New: []byte("x")}, "empty is there already"},
		"outside":      {nil, Change{Path: "../x", New: []byte("x")}, "not a path"},
		"absolute":     {nil, Change{Path: "/tmp/x", New: []byte("x")}, "not a path"},
		"unclean":      {nil, Change{Path: "a//x", New: []byte("x")}, "not a path"},
		"backslash":    {nil, Change{Path: `a\x`, New: []byte("x")}, "not a path"},
		"git":          {nil, Change{Path: ".git/hooks/pre-commit", New: []byte("x")}, "git's own"},
		"git, spelled": {nil, Change{Path: ".GIT/config", New: []byte("x")}, "git's own"},
		"own state":    {nil, Change{Path: ".forge/undo/journal.json", New: []byte("x")}, "own state"},
		"a folder":     {nil, Change{Path: "untouched", New: []byte("x")}, "untouched is a folder"},
		"below a file": {nil, Change{Path: "main.go/x", New: []byte("x")}, "main.go is not a folder"},
		"deep below":   {nil, Change{Path: "main.go/x/y/z", New: []byte("x")}, "main.go is not a folder"},
		"link": {func(t *testing.T, dir string) { link(t, dir, "main.go", "link") },
			Change{Path: "link", Old: []byte("package main\n"), New: []byte("x")}, "link is a link"},
		"dangling link": {func(t *testing.T, dir string) { link(t, dir, "nowhere", "link") },
			Change{Path: "link", New: []byte("x")}, "link is a link"},
		"linked folder": {func(t *testing.T, dir string) { link(t, dir, "untouched", "linked") },
			Change{Path: "linked/new", New: []byte("x")}, "linked is a link"},
		"linked folder outside": {func(t *testing.T, dir string) { link(t, dir, t.TempDir(), "linked") },
			Change{Path: "linked/sub/new", New: []byte("x")}, "linked"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := write(t, before())
			if c.prepare != nil {
				c.prepare(t, dir)
			}
			want := listing(t, dir)
			good := Change{Path: "good", New: []byte("good\n")}
			err := Apply(t.Context(), dir, []Change{good, c.change})
			var refused *RefusedError
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want a refusal: %s", err, c.want)
			}
			same(t, "refused", listing(t, dir), want)
		})
	}
}

func TestTwoChangesOfOneFile(t *testing.T) {
	dir := write(t, tree{})
	err := Apply(t.Context(), dir, []Change{{Path: "x", New: []byte("1")}, {Path: "x", New: []byte("2")}})
	if err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("got %v", err)
	}
	same(t, "refused", read(t, dir), tree{})
}

func TestBusy(t *testing.T) {
	dir := write(t, before())
	lock, err := lockfile.Take(filepath.Join(dir, lockPath))
	must(t, err)
	if err := Apply(t.Context(), dir, changes()); !errors.Is(err, ErrBusy) {
		t.Errorf("Apply gives %v", err)
	}
	if _, err := Recover(dir); !errors.Is(err, ErrBusy) {
		t.Errorf("Recover gives %v", err)
	}
	must(t, lockfile.Release(lock))
	same(t, "busy", read(t, dir), before())
}

func TestUndoOfAnEditedFileIsRefused(t *testing.T) {
	dir := write(t, before())
	must(t, Apply(t.Context(), dir, changes()))
	must(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte("mine"), 0o644))
	var refused *RefusedError
	if _, err := Undo(dir, nil); !errors.As(err, &refused) || refused.Path != "main.go" {
		t.Errorf("got %v", err)
	}
}

// TestRecoverLeavesWhatWasEditedSince kills a run half-way and edits a file
// that it had changed, and one that it had yet to change: each is refused until
// it is moved aside.
func TestRecoverLeavesWhatWasEditedSince(t *testing.T) {
	list := []Change{{Path: "main.go", Old: []byte("package main\n"), New: []byte("1\n")}, {Path: "empty", Old: []byte{}, New: []byte("2\n")}}
	dir := write(t, before())
	for n := 1; ; n++ {
		dir = write(t, before())
		_, err := run(t, dir, n, renames, func(w *work) error { return w.apply(t.Context(), turn{}, list) })
		must(t, ignoreKill(err))
		if read(t, dir)["main.go"] == "-rw-r--r-- 1\n" {
			break
		}
	}
	for _, name := range []string{"main.go", "empty"} {
		must(t, os.Rename(filepath.Join(dir, name), filepath.Join(dir, name+".theirs")))
		must(t, os.WriteFile(filepath.Join(dir, name), []byte("mine\n"), 0o644))
		var refused *RefusedError
		if _, err := Recover(dir); !errors.As(err, &refused) || refused.Path != name || !strings.Contains(refused.Reason, "move it aside") {
			t.Fatalf("got %v", err)
		}
		must(t, os.Rename(filepath.Join(dir, name), filepath.Join(dir, name+".mine")))
	}
	must(t, os.Rename(filepath.Join(dir, "empty.theirs"), filepath.Join(dir, "empty")))
	must(t, os.Rename(filepath.Join(dir, "main.go.theirs"), filepath.Join(dir, "main.go")))
	done, err := Recover(dir)
	must(t, err)
	got := read(t, dir)
	if done != Finished || got["main.go"] != "-rw-r--r-- 1\n" || got["main.go.mine"] != "-rw-r--r-- mine\n" || got["empty"] != "-rw-r--r-- 2\n" {
		t.Errorf("%v: %v", done, got)
	}
}

// TestRecoverAfterFilesWerePutBack kills a run at every step and then restores
// back what a commit has, as git does: with or without the new files, and by
// new files or by writing into those that are there. What Recover leaves is the
// old tree or the new one, and nothing is called finished that is not.
func TestRecoverAfterFilesWerePutBack(t *testing.T) {
	for name, putBack := range map[string]func(t *testing.T, dir string){
		"git restore .":                    func(t *testing.T, dir string) { t.Helper(); restore(t, dir, os.Remove) },
		"git restore . && git clean -fd":   func(t *testing.T, dir string) { t.Helper(); restore(t, dir, os.Remove); clean(t, dir) },
		"git clean -fd":                    clean,
		"a copy over what is there":        func(t *testing.T, dir string) { t.Helper(); restore(t, dir, func(string) error { return nil }) },
		"main.go is gone, and another one": func(t *testing.T, dir string) { t.Helper(); remove(t, dir, "main.go", "run.sh") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // It waits for the disk.
			list := changes()
			var olds, news int
			for n := 1; ; n++ {
				dir := write(t, before())
				_, err := run(t, dir, n, renames, func(w *work) error { return w.apply(t.Context(), turn{}, list) })
				if err == nil {
					break
				}
				must(t, ignoreKill(err))
				if !IsUnfinished(dir) {
					continue
				}
				putBack(t, dir)
				done, err := Recover(dir)
				must(t, err)
				if got := read(t, dir); done == Finished {
					same(t, "finished", got, after())
					news++
				} else {
					same(t, "taken back", got, before())
					olds++
				}
			}
			t.Logf("%d times the old tree, %d times the new one", olds, news)
			if olds == 0 && !strings.HasPrefix(name, "main.go") {
				t.Error("nothing was taken back")
			}
		})
	}
}

// restore restores the files of the old tree.
func restore(t *testing.T, dir string, make func(string) error) {
	t.Helper()
	for name, content := range before() {
		at := filepath.Join(dir, name)
		if strings.HasSuffix(name, "/") {
			continue
		}
		if now, err := os.ReadFile(at); err == nil && string(now) == content[11:] {
			continue
		}
		if info, err := os.Stat(filepath.Dir(at)); err == nil && !info.IsDir() {
			must(t, os.Remove(filepath.Dir(at)))
		}
		if info, err := os.Stat(at); err == nil && info.IsDir() {
			must(t, os.RemoveAll(at))
		} else if err == nil {
			must(t, os.Chmod(at, 0o600))
			must(t, make(at))
		}
		must(t, os.MkdirAll(filepath.Dir(at), 0o755))
		must(t, os.WriteFile(at, []byte(content[11:]), 0o600))
		must(t, os.Chmod(at, modeOf(content[:10])))
	}
}

// clean removes what is not in the old tree.
func clean(t *testing.T, dir string) {
	t.Helper()
	for name := range read(t, dir) {
		if _, ok := before()[name]; !ok && !strings.HasPrefix(name, pendingDir) && name != lockPath {
			must(t, os.RemoveAll(filepath.Join(dir, name)))
		}
	}
}

func remove(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		must(t, os.Remove(filepath.Join(dir, name)))
	}
}

// TestHostileJournal recovers in a project that came with a journal of its own.
func TestHostileJournal(t *testing.T) {
	for _, path := range []string{"../x", "/x", ".git/hooks/pre-commit", "a/../../x", ""} {
		dir := write(t, before())
		pending := filepath.Join(dir, pendingDir)
		must(t, os.Mkdir(pending, 0o755))
		must(t, os.WriteFile(filepath.Join(pending, "new-0"), []byte("bad"), 0o755))
		text := `{"changes": [{"path": "` + path + `", "new_sha256": "` + hash([]byte("bad")) + `"}]}`
		must(t, os.WriteFile(filepath.Join(pending, journalName), []byte(text), 0o644))
		if _, err := Recover(dir); err == nil {
			t.Errorf("%q: taken", path)
		}
	}
}

func ignoreKill(err error) error {
	if errors.Is(err, errKilled) {
		return nil
	}
	return err
}

func link(t *testing.T, dir, old, new string) {
	t.Helper()
	if err := os.Symlink(old, filepath.Join(dir, new)); err != nil {
		t.Skip(err)
	}
}

// listing is read for a folder with links in it.
func listing(t *testing.T, dir string) tree {
	t.Helper()
	found := make(tree)
	must(t, filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			var content []byte
			content, err = os.ReadFile(path)
			found[path] = entry.Type().String() + " " + string(content)
		} else if err == nil {
			found[path] = entry.Type().String()
		}
		return err
	}))
	return found
}
