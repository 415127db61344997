package newdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// RefusedError reports why nothing may be written to a path. InTheWay lists the
// entries of a folder that is not empty, folders with a final slash.
type RefusedError struct {
	Path     string
	Reason   string
	InTheWay []string
}

func (e *RefusedError) Error() string { return e.Path + " " + e.Reason }

// notReplaceable is why nothing can be staged next to a folder or renamed over
// it.
type notReplaceable struct{ error }

func (e notReplaceable) Unwrap() error { return e.error }

// errParentAppeared reports that a missing parent exists by now.
var errParentAppeared = errors.New("a parent folder was made in the meantime")

// target is where a project is written.
type target struct {
	path   string // absolute, the project's folder
	exists bool   // path is an empty folder
	inside bool   // path must remain the folder it is
	mount  string // path, or its first missing parent: what the staged tree is renamed to
	inner  string // path relative to mount
}

// Check returns the *RefusedError that Write would return for a path, as far as
// that can be said without changing anything: a folder with a staging folder in
// it is left to Write, which deals with what a killed run left.
func Check(path string) error {
	t, err := locate(path)
	if err != nil || !t.exists {
		return err
	}
	inTheWay, err := entriesOf(t.path)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(inTheWay, func(name string) bool { return isStaging(t.path, name) }) {
		return nil // the rest may be a project that Write has to finish
	}
	return refuseEntries(t.path, inTheWay)
}

// locate finds out what is at a path, without changing anything.
func locate(path string) (target, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return target{}, fmt.Errorf("looking for %s: %w", path, err)
	}
	info, err := os.Lstat(full)
	switch {
	case errors.Is(err, fs.ErrNotExist), isNotFolder(err):
		return locateMissing(full)
	case err != nil:
		return target{}, fmt.Errorf("looking for %s: %w", full, err)
	case info.Mode()&fs.ModeSymlink != 0:
		resolved, err := filepath.EvalSymlinks(full)
		if err != nil {
			return target{}, &RefusedError{Path: full, Reason: "is a link that leads nowhere"}
		}
		return locate(resolved)
	case !info.IsDir():
		return target{}, &RefusedError{Path: full, Reason: "is a file, not a folder"}
	}
	return target{path: full, exists: true, inside: isWorkingFolder(info), mount: full}, nil
}

// locateMissing finds the first missing folder on the way to full.
func locateMissing(full string) (target, error) {
	mount := full
	for {
		parent := filepath.Dir(mount)
		info, err := os.Stat(parent)
		switch {
		case err == nil && info.IsDir():
			inner, err := filepath.Rel(mount, full)
			return target{path: full, mount: mount, inner: inner}, err
		case err == nil:
			return target{}, &RefusedError{Path: parent, Reason: "is a file, not a folder"}
		case isLink(parent):
			return target{}, &RefusedError{Path: parent, Reason: "is a link that leads nowhere"}
		case !errors.Is(err, fs.ErrNotExist) && !isNotFolder(err), parent == mount:
			return target{}, fmt.Errorf("looking for %s: %w", full, err)
		}
		mount = parent
	}
}

// clear removes what killed runs left, finishes what they had started to move,
// and refuses a folder that is then not empty.
func (t target) clear() error {
	if err := sweep(filepath.Dir(t.mount)); err != nil || !t.exists {
		return err
	}
	if err := sweep(t.path); err != nil {
		return err
	}
	inTheWay, err := entriesOf(t.path)
	if err != nil {
		return err
	}
	return refuseEntries(t.path, inTheWay)
}

func refuseEntries(path string, inTheWay []string) error {
	if len(inTheWay) == 0 {
		return nil
	}
	return &RefusedError{Path: path, Reason: "is not empty", InTheWay: inTheWay}
}

func (t target) stagingFolder() string {
	if t.inside {
		return t.path
	}
	return filepath.Dir(t.mount)
}

// take moves the staged tree into its place.
func (t target) take(s *stage) error {
	if t.inside {
		return s.moveInto(t.path)
	}
	if t.exists {
		if err := copyMode(t.path, s.tree()); err != nil {
			return fmt.Errorf("writing %s: %w", t.path, err)
		}
	}
	err := renameFolder(s.tree(), t.mount)
	switch {
	case err == nil:
		return nil
	case isOccupied(err) && t.mount != t.path:
		return fmt.Errorf("writing %s: %w", t.path, errParentAppeared)
	case isOccupied(err):
		return t.refuseOccupied()
	}
	return notReplaceable{fmt.Errorf("writing %s: %w", t.path, err)}
}

// refuseOccupied reports what has appeared in the target since it was found
// empty.
func (t target) refuseOccupied() error {
	inTheWay, _ := entriesOf(t.mount)
	if len(inTheWay) == 0 {
		return &RefusedError{Path: t.mount, Reason: "was made by someone else in the meantime"}
	}
	return refuseEntries(t.mount, inTheWay)
}

// entriesOf lists a folder in order of name.
func entriesOf(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("looking into %s: %w", folder, err)
	}
	var names []string
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() {
			name += "/"
		}
		names = append(names, name)
	}
	return names, nil
}

func isWorkingFolder(info fs.FileInfo) bool {
	working, err := os.Stat(".")
	return err == nil && os.SameFile(info, working)
}

func isLink(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

func copyMode(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	return os.Chmod(to, info.Mode()&(fs.ModePerm|fs.ModeSetgid|fs.ModeSticky))
}

// shortName keeps a staging folder's name within the limits of file systems.
func shortName(name string) string {
	const most = 100
	if len(name) > most {
		name = strings.ToValidUTF8(name[:most], "")
	}
	return strings.TrimPrefix(name, ".")
}
