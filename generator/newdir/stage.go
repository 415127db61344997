package newdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/internal/lockfile"
)

// A staging folder, .<name>.forge-<number>, contains a lock file, the tree
// while it is written and, once a move is committed, a file that records it.
// The lock is held as long as the process runs, so a folder whose lock is free
// belongs to a process that was killed.
const (
	lockName   = "forge.lock"
	treeName   = "tree"
	movingName = "moving"
)

var stagePattern = lazyregexp.New(`^\..*\.forge-[0-9]+$`)

// stage is a staging folder that this process holds.
type stage struct {
	dir  string
	lock *os.File
}

func (s *stage) tree() string { return filepath.Join(s.dir, treeName) }

// newStage makes a staging folder in parent. Another process may remove it
// before it is locked; then create tries again.
func newStage(parent, name string) (*stage, error) {
	const tries = 10
	for range tries {
		dir, err := os.MkdirTemp(parent, "."+shortName(name)+".forge-")
		if err != nil {
			return nil, stagingError(parent, err)
		}
		lock, err := lockfile.Create(filepath.Join(dir, lockName))
		if errors.Is(err, lockfile.ErrLost) {
			continue
		}
		if err != nil {
			return nil, errors.Join(stagingError(parent, err), os.RemoveAll(dir))
		}
		s := &stage{dir: dir, lock: lock}
		if err := os.Mkdir(s.tree(), 0o755); err != nil {
			return nil, errors.Join(err, s.remove())
		}
		return s, nil
	}
	return nil, fmt.Errorf("making a staging folder in %s: another process removes it each time", parent)
}

// stagingError marks a folder in which nothing may be made.
func stagingError(parent string, err error) error {
	err = fmt.Errorf("making a staging folder in %s: %w", parent, err)
	if errors.Is(err, fs.ErrPermission) || isReadOnly(err) {
		return notReplaceable{err}
	}
	return err
}

// remove deletes what is left in the staging folder. It deletes the lock last,
// so that a kill in between leaves a folder that the next run recognizes.
func (s *stage) remove() error {
	err := os.RemoveAll(s.tree())
	if err == nil {
		err = errors.Join(
			ignoreMissing(os.Remove(filepath.Join(s.dir, movingName))),
			s.lock.Close(),
			ignoreMissing(os.Remove(filepath.Join(s.dir, lockName))),
			ignoreMissing(os.Remove(s.dir)))
	}
	if err != nil {
		return fmt.Errorf("removing the staging folder %s: %w", s.dir, err)
	}
	return nil
}

// moveInto moves the tree's entries into folder, which is empty except for the
// staging folder. An error moves them back.
func (s *stage) moveInto(folder string) error {
	entries, err := os.ReadDir(s.tree())
	if err != nil {
		return fmt.Errorf("writing %s: %w", folder, err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, movingName), nil, 0o600); err != nil {
		return fmt.Errorf("writing %s: %w", folder, err)
	}
	for i, entry := range entries {
		if err := moveEntry(s.tree(), folder, entry.Name()); err != nil {
			for _, moved := range entries[:i] {
				err = errors.Join(err, moveEntry(folder, s.tree(), moved.Name()))
			}
			return fmt.Errorf("writing %s: %w", folder, err)
		}
	}
	return nil
}

// moveEntry moves one entry to where there must be none of its name.
func moveEntry(from, to, name string) error {
	target := filepath.Join(to, name)
	if _, err := os.Lstat(target); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(&RefusedError{Path: target, Reason: "was made by someone else in the meantime"}, err)
	}
	return os.Rename(filepath.Join(from, name), target)
}

// isStaging reports whether an entry, as entriesOf names it, is a staging folder.
func isStaging(folder, entry string) bool {
	name, isFolder := strings.CutSuffix(entry, "/")
	if !isFolder || !stagePattern.MatchString(name) {
		return false
	}
	if _, err := os.Lstat(filepath.Join(folder, name, lockName)); err == nil {
		return true
	}
	// A kill before the lock was made leaves it empty.
	entries, err := os.ReadDir(filepath.Join(folder, name))
	return err == nil && len(entries) == 0
}

// sweep removes the staging folders in parent whose process is gone. When one
// had started to move its tree into parent, the rest is moved first.
func sweep(parent string) error {
	entries, err := os.ReadDir(parent)
	if errors.Is(err, fs.ErrPermission) {
		return nil // nothing can be said about a folder that can't be read
	}
	if err != nil {
		return fmt.Errorf("looking into %s: %w", parent, err)
	}
	for _, entry := range entries {
		if !entry.IsDir() || !stagePattern.MatchString(entry.Name()) {
			continue
		}
		if err := sweepOne(filepath.Join(parent, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

func sweepOne(dir string) error {
	lock, err := lockfile.Open(filepath.Join(dir, lockName))
	if errors.Is(err, fs.ErrNotExist) {
		_ = os.Remove(dir) // a kill before the lock was made: only ever an empty folder
		return nil
	}
	if err != nil {
		return nil // in use, or not ours to open
	}
	s := &stage{dir: dir, lock: lock}
	if _, err := os.Lstat(filepath.Join(dir, movingName)); err == nil {
		if err := s.resume(filepath.Dir(dir)); err != nil {
			return errors.Join(err, lock.Close())
		}
	}
	return s.remove()
}

// resume finishes a move that was killed.
func (s *stage) resume(target string) error {
	entries, err := os.ReadDir(s.tree())
	if err != nil {
		return ignoreMissing(err)
	}
	for _, entry := range entries {
		if err := moveEntry(s.tree(), target, entry.Name()); err != nil {
			return fmt.Errorf("finishing what a killed run left in %s: %w", s.dir, err)
		}
	}
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
