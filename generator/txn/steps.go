package txn

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"syscall"
)

// forward makes the changes of the journal that have not been made yet.
func (w *work) forward(j journal) error {
	for _, i := range j.order() {
		e := j.Changes[i]
		if e.NewSHA256 == "" {
			if err := w.remove(e.Path, e.OldSHA256); err != nil {
				return fmt.Errorf("removing %s: %w", e.Path, err)
			}
			continue
		}
		if err := w.place(newName(i), e.Path, e.NewSHA256); err != nil {
			return fmt.Errorf("writing %s: %w", e.Path, err)
		}
	}
	return nil
}

// turnAround turns the journal into one that undoes the changes.
func (w *work) turnAround() error {
	w.step("turn around")
	return w.root.Rename(journalPath, backPath)
}

// back undoes those changes of the journal that were made.
func (w *work) back(j journal) error {
	for _, e := range slices.Backward(j.Changes) {
		if e.OldSHA256 == "" {
			if err := w.remove(e.Path, e.NewSHA256); err != nil {
				return fmt.Errorf("removing %s: %w", e.Path, err)
			}
		}
	}
	for i, e := range slices.Backward(j.Changes) {
		if e.OldSHA256 == "" {
			continue
		}
		current, err := w.read(e.Path)
		if err != nil {
			return err
		}
		if current != nil && hash(current) != e.NewSHA256 && hash(current) != e.OldSHA256 {
			return &RefusedError{e.Path, "was changed meanwhile"}
		}
		if err := w.place(oldName(i), e.Path, e.OldSHA256); err != nil {
			return fmt.Errorf("restoring %s: %w", e.Path, err)
		}
	}
	return w.discard()
}

// remove deletes a file if it has the hash, and the folders that this empties.
func (w *work) remove(name, wanted string) error {
	current, err := w.read(name)
	if err != nil {
		return err
	}
	if err := w.clean(name); err != nil {
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
			continue // it was removed before a kill; a file may have its place by now
		}
		w.step("remove folder " + dir)
		if w.root.Remove(dir) != nil {
			break // it has something in it
		}
	}
	return nil
}

// place moves staged content to where it belongs, unless it is there already.
func (w *work) place(staged, name, wanted string) error {
	if err := w.clean(name); err != nil {
		return err
	}
	current, err := w.read(name)
	if err != nil || current != nil && hash(current) == wanted {
		return err
	}
	staged = path.Join(pendingDir, staged)
	content, err := w.read(staged)
	if err != nil {
		return err
	}
	if hash(content) != wanted {
		return &RefusedError{staged, "is not what forge kept there; restore the files from version control, then rm -r " + pendingDir}
	}
	w.step("make the folder of " + name)
	if err := w.root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	w.step("copy " + staged)
	if err := w.copy(staged, placingPath, content); err != nil {
		return err
	}
	w.step("place " + name)
	err = w.rename(placingPath, name)
	if errors.Is(err, syscall.EXDEV) {
		return w.placeAcross(staged, name, content)
	}
	return err
}

// clean removes what a kill may have left of an earlier placing.
func (w *work) clean(name string) error {
	for _, left := range []string{placingPath, beside(name)} {
		if err := w.root.Remove(left); err != nil && !errors.Is(err, fs.ErrNotExist) && !isBelowFile(err) {
			return err
		}
	}
	return nil
}

// beside is the temporary path of a file that comes from another file system.
func beside(name string) string {
	return path.Join(path.Dir(name), "."+path.Base(name)+".forge-new")
}

// copy links a staged file to a second name, or copies its content where the
// file system has no links.
func (w *work) copy(staged, name string, content []byte) error {
	if w.link(staged, name) == nil {
		return nil
	}
	return w.copyContent(staged, name, content)
}

func (w *work) copyContent(staged, name string, content []byte) error {
	info, err := w.root.Lstat(staged)
	if err != nil {
		return err
	}
	if err := w.write(name, content, info.Mode().Perm()); err != nil {
		return err
	}
	return w.root.Chmod(name, info.Mode().Perm())
}

// placeAcross does what place does, onto another file system.
func (w *work) placeAcross(staged, name string, content []byte) error {
	w.step("copy to " + beside(name))
	err := w.copyContent(staged, beside(name), content)
	if err == nil {
		w.step("rename " + beside(name))
		err = w.root.Rename(beside(name), name)
	}
	if err != nil {
		_ = w.root.Remove(beside(name))
	}
	return err
}

// isBelowFile reports whether a part of a path is a file.
func isBelowFile(err error) bool { return errors.Is(err, syscall.ENOTDIR) }
