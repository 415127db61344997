// Package txn changes files of an existing folder, all or none.
//
// Apply checks the changes against what is on disk, writes the new content into
// .forge/pending and keeps the old one there too (stage.go), and commits by giving
// the journal (journal.go) its name. From then on every step can be repeated
// (steps.go), since both contents stay in .forge/pending until all is done: a
// process that is killed leaves a journal, and Recover (recover.go) finds out
// the state of each file, and completes or undoes the changes. If a step fails,
// the journal is turned around and everything is undone. In the end the old
// content remains in .forge/undo, and Undo returns the changes that restore it
// (history.go).
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
	// Old is the current content; nil if there must be no file.
	Old []byte
	// New is the new content; nil to remove the file, and folders that are empty
	// without it.
	New []byte
	// Perm is the mode of a new file; 0 means 0644. An existing file keeps its
	// own.
	Perm fs.FileMode
}

// ErrBusy reports that another process is changing files of the same folder.
var ErrBusy = errors.New("another forge is at work in this project")

// RefusedError reports why a file may not be changed. No file was.
type RefusedError struct {
	Path   string
	Reason string
}

func (e *RefusedError) Error() string { return e.Path + " " + e.Reason }

// Apply makes all changes to files of the folder dir, or none: the error is a
// *RefusedError when a file is not what the changes expect or its path contains
// a link, and ErrBusy when another process is changing the folder. When it was
// killed, Recover must run before the next Apply.
func Apply(ctx context.Context, dir string, changes []Change) error {
	return within(dir, func(w *work) error { return w.apply(ctx, turn{}, changes) })
}

// work is one run in one folder.
type work struct {
	root *os.Root
	// step is called before each step, with its name; tests stop there.
	step func(name string)
	// rename is root.Rename; tests make it fail.
	rename func(from, to string) error
	// link is root.Link; tests make it fail.
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

func (w *work) apply(ctx context.Context, t turn, changes []Change) error {
	if _, err := w.root.Lstat(pendingDir); err == nil {
		return fmt.Errorf("%s holds the rest of a run that was killed", pendingDir)
	}
	if err := w.check(changes); err != nil || len(changes) == 0 {
		return err
	}
	j, err := w.stage(ctx, t, changes)
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
