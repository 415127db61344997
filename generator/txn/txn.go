// Package txn changes files of a folder that is there already, all or none.
//
// Apply checks the changes against what is on disk, writes the new content
// and a copy of the old one into .forge/pending (stage.go), and commits by
// giving the journal (journal.go) its name. From then on every step can be
// repeated (steps.go), since both contents stay in .forge/pending until all is
// done: a process that is killed leaves a journal, and Recover (recover.go)
// looks at each file to see where it stands, and goes on or back. A step that
// fails turns the journal around, and everything goes back. At the end the old
// content stays in .forge/undo, and Undo returns the changes that bring it back.
package txn

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/forge-go/forge/generator/internal/lockfile"
)

// Change is the change of one file.
type Change struct {
	Path string // slash-separated, below the folder
	// Old is what must be there now; nil: nothing may be there.
	Old []byte
	// New is what shall be there; nil: the file goes, and folders that are
	// empty without it.
	New []byte
	// Perm is for a file that is made; 0 means 0644. A file that is there
	// keeps its own.
	Perm fs.FileMode
}

// ErrBusy says that another process changes files of the same folder.
var ErrBusy = errors.New("another forge is at work in this project")

// RefusedError says why a file may not be changed. Nothing was.
type RefusedError struct {
	Path   string
	Reason string
}

func (e *RefusedError) Error() string { return e.Path + " " + e.Reason }

// Apply makes all changes to files of the folder dir, or none: it gives a
// *RefusedError when a file is not what the changes say, or a link is on its
// way, and ErrBusy when another process is at it. When it was killed, Recover
// must run before the next Apply.
func Apply(ctx context.Context, dir string, changes []Change) error {
	return within(dir, func(w *work) error { return w.apply(ctx, changes) })
}

// Undo gives the changes that take back the last Apply to dir, or none if
// there is nothing to take back. It gives a *RefusedError when one of the
// files was edited since, unless discard, which may be nil, says that the edits
// of this file are to be lost.
func Undo(dir string, discard func(path string) bool) ([]Change, error) {
	if _, err := os.Lstat(filepath.Join(dir, undoDir)); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var changes []Change
	err := within(dir, func(w *work) (err error) {
		changes, err = w.undo(discard)
		return err
	})
	return changes, err
}

// work is one run in one folder.
type work struct {
	root *os.Root
	// step is told what comes next; tests let it stop there.
	step func(name string)
	// rename is root.Rename; tests let it fail.
	rename func(from, to string) error
	// link is root.Link; tests let it fail.
	link func(from, to string) error
	// sync is (*os.File).Sync; tests go without.
	sync func(*os.File) error
}

// within runs do while this process alone works in dir.
func within(dir string, do func(*work) error) (err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	w := &work{root: root, step: func(string) {}, rename: root.Rename, link: root.Link, sync: (*os.File).Sync}
	return w.locked(do)
}

func (w *work) locked(do func(*work) error) (err error) {
	if err := w.root.Mkdir(forgeDir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := w.checkFolder(forgeDir); err != nil {
		return err
	}
	lock, err := lockfile.Take(filepath.Join(w.root.Name(), lockPath))
	if errors.Is(err, lockfile.ErrBusy) {
		return ErrBusy
	}
	if err != nil {
		return fmt.Errorf("locking the project: %w", err)
	}
	defer func() { _ = lock.Close() }() // in case of a panic; Release closes it otherwise
	err = do(w)
	err = errors.Join(err, lockfile.Release(lock))
	_ = w.root.Remove(forgeDir) // succeeds only if it is empty: then it was made above
	return err
}

func (w *work) apply(ctx context.Context, changes []Change) error {
	if _, err := w.root.Lstat(pendingDir); err == nil {
		return fmt.Errorf("%s holds the rest of a run that was killed", pendingDir)
	}
	if err := w.check(changes); err != nil || len(changes) == 0 {
		return err
	}
	j, err := w.stage(ctx, changes)
	if err == nil {
		// Staging took its time.
		if err = errors.Join(context.Cause(ctx), w.check(changes)); err == nil {
			err = w.commit(j)
		}
	}
	if err != nil {
		return errors.Join(err, w.discard())
	}
	if err := w.forward(j); err != nil {
		if back := errors.Join(w.turnAround(), w.back(j)); back != nil {
			return errors.Join(err, fmt.Errorf("going back: %w", back))
		}
		return err
	}
	return w.finish(j)
}
