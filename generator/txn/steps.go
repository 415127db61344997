package txn

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"syscall"
)

// forward makes the journal's changes, those that are made already too.
func (w *work) forward(j journal) error {
	for _, e := range j.Changes { // what goes makes room
		if e.NewSHA256 == "" {
			if err := w.remove(e.Path, e.OldSHA256); err != nil {
				return fmt.Errorf("removing %s: %w", e.Path, err)
			}
		}
	}
	for i, e := range j.Changes {
		if e.NewSHA256 != "" {
			if err := w.place(newName(i), e.Path, e.NewSHA256); err != nil {
				return fmt.Errorf("writing %s: %w", e.Path, err)
			}
		}
	}
	return nil
}

// turnAround makes the journal one that goes back.
func (w *work) turnAround() error {
	w.step("turn around")
	return w.root.Rename(journalPath, backPath)
}

// back takes the journal's changes back, as far as they were made.
func (w *work) back(j journal) error {
	for _, e := range slices.Backward(j.Changes) {
		if e.OldSHA256 == "" {
			if err := w.remove(e.Path, e.NewSHA256); err != nil {
				return fmt.Errorf("removing %s: %w", e.Path, err)
			}
		}
	}
	for i, e := range slices.Backward(j.Changes) {
		current, err := w.read(e.Path)
		if err != nil {
			return err
		}
		if e.OldSHA256 == "" || hash(current) == e.OldSHA256 {
			continue
		}
		if current != nil && hash(current) != e.NewSHA256 {
			return &RefusedError{e.Path, "was changed meanwhile"}
		}
		if err := w.place(oldName(i), e.Path, e.OldSHA256); err != nil {
			return fmt.Errorf("restoring %s: %w", e.Path, err)
		}
	}
	return w.discard()
}

// checkRest refuses to go on over a file that was edited since the kill.
func (w *work) checkRest(j journal) error {
	for i, e := range j.Changes {
		if _, err := w.root.Lstat(path.Join(pendingDir, newName(i))); e.NewSHA256 != "" && errors.Is(err, fs.ErrNotExist) {
			continue // it had its place; what is there now is the user's
		}
		current, err := w.read(e.Path)
		if err != nil {
			return err
		}
		if found := hash(current); found != e.OldSHA256 && found != e.NewSHA256 {
			return &RefusedError{e.Path, "was edited after a killed run had begun to change it; move it aside, run again, and compare"}
		}
	}
	return nil
}

// remove deletes a file that has the hash, and the folders it leaves empty.
func (w *work) remove(name, wanted string) error {
	current, err := w.read(name)
	if err != nil {
		return err
	}
	if current != nil && hash(current) == wanted {
		w.step("remove " + name)
		if err := w.root.Remove(name); err != nil {
			return err
		}
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if w.checkFolder(dir) != nil {
			continue // it went before a kill; a file may have its place by now
		}
		w.step("remove folder " + dir)
		if w.root.Remove(dir) != nil {
			break // it has something in it
		}
	}
	return nil
}

// place moves a staged file to where it belongs.
func (w *work) place(staged, name, wanted string) error {
	staged = path.Join(pendingDir, staged)
	if _, err := w.root.Lstat(staged); errors.Is(err, fs.ErrNotExist) {
		return nil // done before a kill
	}
	w.step("make the folder of " + name)
	if err := w.root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	w.step("place " + name)
	err := w.rename(staged, name)
	if errors.Is(err, syscall.EXDEV) {
		return w.placeAcross(staged, name)
	}
	return err
}

// placeAcross does what place does, onto another file system.
func (w *work) placeAcross(staged, name string) error {
	content, err := w.root.ReadFile(staged)
	if err != nil {
		return err
	}
	info, err := w.root.Lstat(staged)
	if err != nil {
		return err
	}
	beside := path.Join(path.Dir(name), "."+path.Base(name)+".forge-new")
	if err := w.root.Remove(beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	w.step("copy to " + beside)
	err = w.write(beside, content, info.Mode().Perm())
	if err == nil {
		err = w.root.Chmod(beside, info.Mode().Perm())
	}
	if err == nil {
		w.step("rename " + beside)
		err = w.root.Rename(beside, name)
	}
	if err != nil {
		_ = w.root.Remove(beside)
		return err
	}
	w.step("remove " + staged)
	return w.root.Remove(staged)
}

// finish keeps the old content for Undo, in the place of that of an earlier run.
func (w *work) finish() error {
	w.step("remove " + undoDir)
	if err := w.root.RemoveAll(undoDir); err != nil {
		return err
	}
	w.step("keep " + undoDir)
	return w.root.Rename(pendingDir, undoDir)
}

// undo reads what finish kept.
func (w *work) undo(discard func(path string) bool) ([]Change, error) {
	if err := w.checkFolder(undoDir); err != nil {
		return nil, err
	}
	j, err := w.readJournal(path.Join(undoDir, journalName))
	if err != nil {
		return nil, err
	}
	var changes []Change
	for i, e := range j.Changes {
		current, err := w.read(e.Path)
		if err != nil {
			return nil, err
		}
		if hash(current) != e.NewSHA256 && (discard == nil || !discard(e.Path)) {
			return nil, &RefusedError{e.Path, "was edited since forge changed it"}
		}
		c := Change{Path: e.Path, Old: current, Perm: e.OldPerm.Perm()}
		if e.OldSHA256 != "" {
			if c.New, err = w.read(path.Join(undoDir, oldName(i))); err != nil {
				return nil, err
			}
			if hash(c.New) != e.OldSHA256 {
				return nil, &RefusedError{path.Join(undoDir, oldName(i)), "is not what forge kept"}
			}
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// isBelowFile says that a path leads through a file.
func isBelowFile(err error) bool { return errors.Is(err, syscall.ENOTDIR) }
