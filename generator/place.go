package generator

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// RefusedError says why nothing may be written to a path. InTheWay lists the
// entries of a folder that is not empty, folders with a final slash.
type RefusedError struct {
	Path     string
	Reason   string
	InTheWay []string
}

func (e *RefusedError) Error() string { return e.Path + " " + e.Reason }

// notReplaceable is why a folder can't be staged beside or renamed over.
type notReplaceable struct{ error }

func (e notReplaceable) Unwrap() error { return e.error }

// errParentAppeared says that a missing parent is there by now.
var errParentAppeared = errors.New("a parent folder was made in the meantime")

// place is where a project goes.
type place struct {
	path   string // absolute, the project's folder
	exists bool   // path is an empty folder
	inside bool   // path must stay the folder it is
	mount  string // path, or its first missing parent: what the staged tree is renamed to
	inner  string // path relative to mount
}

// CheckTarget gives the *RefusedError that Apply would give for target, as
// far as that can be said without changing anything: a folder with a staging
// folder in it is left to Apply, which deals with what a killed run left.
func CheckTarget(target string) error {
	place, err := locate(target)
	if err != nil || !place.exists {
		return err
	}
	inTheWay, err := entriesOf(place.path)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(inTheWay, func(name string) bool { return isStaging(place.path, name) }) {
		return nil // the rest may be a project that Apply has to finish
	}
	return refuseEntries(place.path, inTheWay)
}

// locate finds out what is at target, without changing anything.
func locate(target string) (place, error) {
	full, err := filepath.Abs(target)
	if err != nil {
		return place{}, fmt.Errorf("looking for %s: %w", target, err)
	}
	info, err := os.Lstat(full)
	switch {
	case errors.Is(err, fs.ErrNotExist), isNotFolder(err):
		return locateMissing(full)
	case err != nil:
		return place{}, fmt.Errorf("looking for %s: %w", full, err)
	case info.Mode()&fs.ModeSymlink != 0:
		resolved, err := filepath.EvalSymlinks(full)
		if err != nil {
			return place{}, &RefusedError{Path: full, Reason: "is a link that leads nowhere"}
		}
		return locate(resolved)
	case !info.IsDir():
		return place{}, &RefusedError{Path: full, Reason: "is a file, not a folder"}
	}
	return place{path: full, exists: true, inside: isWorkingFolder(info), mount: full}, nil
}

// locateMissing finds the first missing folder on the way to full.
func locateMissing(full string) (place, error) {
	mount := full
	for {
		parent := filepath.Dir(mount)
		info, err := os.Stat(parent)
		switch {
		case err == nil && info.IsDir():
			inner, err := filepath.Rel(mount, full)
			return place{path: full, mount: mount, inner: inner}, err
		case err == nil:
			return place{}, &RefusedError{Path: parent, Reason: "is a file, not a folder"}
		case isLink(parent):
			return place{}, &RefusedError{Path: parent, Reason: "is a link that leads nowhere"}
		case !errors.Is(err, fs.ErrNotExist) && !isNotFolder(err), parent == mount:
			return place{}, fmt.Errorf("looking for %s: %w", full, err)
		}
		mount = parent
	}
}

// clear removes what killed runs left, finishes what they had begun to move,
// and refuses a folder that is then not empty.
func (p place) clear() error {
	if err := sweep(filepath.Dir(p.mount)); err != nil || !p.exists {
		return err
	}
	if err := sweep(p.path); err != nil {
		return err
	}
	inTheWay, err := entriesOf(p.path)
	if err != nil {
		return err
	}
	return refuseEntries(p.path, inTheWay)
}

func refuseEntries(path string, inTheWay []string) error {
	if len(inTheWay) == 0 {
		return nil
	}
	return &RefusedError{Path: path, Reason: "is not empty", InTheWay: inTheWay}
}

func (p place) stagingFolder() string {
	if p.inside {
		return p.path
	}
	return filepath.Dir(p.mount)
}

// take gives the staged tree its place.
func (p place) take(s *stage) error {
	if p.inside {
		return s.moveInto(p.path)
	}
	if p.exists {
		if err := copyMode(p.path, s.tree()); err != nil {
			return fmt.Errorf("writing %s: %w", p.path, err)
		}
	}
	err := renameFolder(s.tree(), p.mount)
	switch {
	case err == nil:
		return nil
	case isOccupied(err) && p.mount != p.path:
		return fmt.Errorf("writing %s: %w", p.path, errParentAppeared)
	case isOccupied(err):
		return p.refuseOccupied()
	}
	return notReplaceable{fmt.Errorf("writing %s: %w", p.path, err)}
}

// refuseOccupied says what came to the place since it was found empty.
func (p place) refuseOccupied() error {
	inTheWay, _ := entriesOf(p.mount)
	if len(inTheWay) == 0 {
		return &RefusedError{Path: p.mount, Reason: "was made by someone else in the meantime"}
	}
	return refuseEntries(p.mount, inTheWay)
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

// shortName keeps a staging folder's name within what file systems take.
func shortName(name string) string {
	const most = 100
	if len(name) > most {
		name = strings.ToValidUTF8(name[:most], "")
	}
	return strings.TrimPrefix(name, ".")
}
