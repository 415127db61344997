package txn

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
)

// check compares the changes with the files.
func (w *work) check(changes []Change) error {
	gone := make(map[string]bool)
	seen := make(map[string]bool)
	for _, c := range changes {
		if err := checkPath(c.Path); err != nil {
			return err
		}
		if seen[c.Path] {
			return &RefusedError{c.Path, "is to be changed twice"}
		}
		seen[c.Path] = true
		gone[c.Path] = c.New == nil
	}
	for _, c := range changes {
		if err := w.checkParents(c.Path, gone); err != nil {
			return err
		}
		if err := w.checkOne(c, gone); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) checkOne(c Change, gone map[string]bool) error {
	if w.checkFolder(c.Path) == nil && !w.willGo(c.Path, gone) {
		return &RefusedError{c.Path, "is a folder"}
	}
	current, err := w.read(c.Path)
	switch {
	case err != nil:
		return err
	case current == nil && c.Old != nil:
		return &RefusedError{c.Path, "was removed meanwhile"}
	case current != nil && c.Old == nil:
		return &RefusedError{c.Path, "is there already"}
	case !bytes.Equal(current, c.Old):
		return &RefusedError{c.Path, "was changed meanwhile"}
	}
	return nil
}

// willGo reports whether a folder contains only files that are removed.
func (w *work) willGo(dir string, gone map[string]bool) bool {
	all := true
	err := fs.WalkDir(w.root.FS(), dir, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			var inside []fs.DirEntry
			inside, err = fs.ReadDir(w.root.FS(), name)
			all = all && len(inside) > 0
		} else if err == nil {
			all = all && gone[name]
		}
		return err
	})
	return err == nil && all
}

// checkParents refuses links and files where folders must be, except for
// files that go.
func (w *work) checkParents(name string, gone map[string]bool) error {
	for i, r := range name {
		dir := name[:i]
		if r != '/' || gone[dir] {
			continue
		}
		err := w.checkFolder(dir)
		if errors.Is(err, fs.ErrNotExist) || isBelowFile(err) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *work) checkFolder(name string) error {
	return w.checkMode(name, fs.FileMode.IsDir, "is not a folder")
}

// checkFile refuses what exists and is not a regular file.
func (w *work) checkFile(name string) error {
	return w.checkMode(name, fs.FileMode.IsRegular, "is not a file")
}

func (w *work) checkMode(name string, good func(fs.FileMode) bool, otherwise string) error {
	info, err := w.root.Lstat(name)
	switch {
	case err != nil:
		return err
	case info.Mode()&fs.ModeSymlink != 0:
		return &RefusedError{name, "is a link, and forge writes through none"}
	case !good(info.Mode()):
		return &RefusedError{name, otherwise}
	}
	return nil
}

// read returns a file's content, nil if there is none.
func (w *work) read(name string) ([]byte, error) {
	if err := w.checkFile(name); err != nil {
		if errors.Is(err, fs.ErrNotExist) || isBelowFile(err) || w.checkFolder(name) == nil {
			return nil, nil
		}
		return nil, err
	}
	content, err := w.root.ReadFile(name)
	if content == nil && err == nil {
		content = []byte{}
	}
	return content, err
}

// stage writes the new and the old content of each file into pendingDir.
func (w *work) stage(ctx context.Context, t turn, changes []Change) (journal, error) {
	j := journal{turn: t}
	w.step("make " + pendingDir)
	if err := w.root.Mkdir(pendingDir, 0o700); err != nil {
		return j, fmt.Errorf("staging: %w", err)
	}
	// Version control ignores everything here.
	if err := w.write(path.Join(pendingDir, ".gitignore"), []byte("*\n"), 0o600); err != nil {
		return j, fmt.Errorf("staging: %w", err)
	}
	for i, c := range changes {
		if err := context.Cause(ctx); err != nil {
			return j, err
		}
		e := entry{Path: c.Path, OldSHA256: hash(c.Old), NewSHA256: hash(c.New)}
		perm, keep := c.Perm, false
		if perm == 0 {
			perm = 0o644
		}
		if c.Old != nil {
			info, err := w.root.Lstat(c.Path)
			if err != nil {
				return j, fmt.Errorf("staging %s: %w", c.Path, err)
			}
			perm, keep = info.Mode().Perm(), true
			e.OldPerm = perm
			if err := w.stageOld(oldName(i), c, perm); err != nil {
				return j, fmt.Errorf("staging %s: %w", c.Path, err)
			}
		}
		if c.New != nil {
			if err := w.stageOne(newName(i), c.New, perm, keep); err != nil {
				return j, fmt.Errorf("staging %s: %w", c.Path, err)
			}
		}
		j.Changes = append(j.Changes, e)
	}
	return j, nil
}

// stageOld keeps the old content of a file as a second link to it, which no longer
// is the file's once the new content has its place, or else as a copy.
func (w *work) stageOld(name string, c Change, perm fs.FileMode) error {
	w.step("keep " + path.Join(pendingDir, name))
	if w.link(c.Path, path.Join(pendingDir, name)) == nil {
		return nil
	}
	return w.stageOne(name, c.Old, perm, true)
}

// stageOne writes a staged file. keep sets perm regardless of the umask.
func (w *work) stageOne(name string, content []byte, perm fs.FileMode, keep bool) error {
	name = path.Join(pendingDir, name)
	w.step("stage " + name)
	if err := w.write(name, content, perm); err != nil || !keep {
		return err
	}
	return w.root.Chmod(name, perm)
}

// write creates a file and syncs it to the disk.
func (w *work) write(name string, content []byte, perm fs.FileMode) (err error) {
	file, err := w.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := file.Write(content); err != nil {
		return err
	}
	return w.sync(file)
}

// commit renames the journal into its place: from then on, the changes will be
// made.
func (w *work) commit(j journal) error {
	text, err := json.MarshalIndent(j, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	unnamed := journalPath + ".new"
	w.step("write " + unnamed)
	if err := w.write(unnamed, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	w.step("commit")
	return w.root.Rename(unnamed, journalPath)
}

// discard removes what was staged.
func (w *work) discard() error {
	w.step("discard " + pendingDir)
	return w.root.RemoveAll(pendingDir)
}
