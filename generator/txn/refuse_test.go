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
// that it had yet to change, and one that it had changed.
func TestRecoverLeavesWhatWasEditedSince(t *testing.T) {
	list := []Change{{Path: "main.go", Old: []byte("package main\n"), New: []byte("1\n")}, {Path: "empty", Old: []byte{}, New: []byte("2\n")}}
	dir := write(t, before())
	for n := 1; ; n++ {
		dir = write(t, before())
		_, err := run(t, dir, n, renames, func(w *work) error { return w.apply(t.Context(), list) })
		must(t, ignoreKill(err))
		if read(t, dir)["main.go"] == "-rw-r--r-- 1\n" {
			break
		}
	}
	must(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte("mine\n"), 0o644))
	must(t, os.WriteFile(filepath.Join(dir, "empty"), []byte("mine too\n"), 0o644))
	var refused *RefusedError
	if _, err := Recover(dir); !errors.As(err, &refused) || refused.Path != "empty" {
		t.Fatalf("got %v", err)
	}
	must(t, os.WriteFile(filepath.Join(dir, "empty"), nil, 0o644)) // moved aside
	done, err := Recover(dir)
	must(t, err)
	got := read(t, dir)
	if done != Finished || got["main.go"] != "-rw-r--r-- mine\n" || got["empty"] != "-rw-r--r-- 2\n" {
		t.Errorf("%v: %v", done, got)
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
