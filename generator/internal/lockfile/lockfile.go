// Package lockfile locks by files: a lock is held until its file is closed or
// its process ends, in whatever way.
package lockfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// ErrLost reports that another process removed the file before it was locked.
var ErrLost = errors.New("the lock file was removed")

// ErrBusy reports that another process holds the lock.
var ErrBusy = errors.New("another process holds the lock")

// Take creates or opens a lock file and locks it, even one that a killed
// process left.
func Take(name string) (*os.File, error) {
	const tries = 10
	for range tries {
		file, err := Create(name)
		if errors.Is(err, fs.ErrExist) {
			file, err = Open(name)
		}
		switch {
		case err == nil:
			return file, nil
		case !errors.Is(err, ErrLost) && !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("locking %s: %w", name, err)
		}
	}
	return nil, fmt.Errorf("locking %s: %w", name, ErrBusy)
}

// Release removes a lock file and unlocks it.
func Release(file *os.File) error {
	removed := os.Remove(file.Name())
	closed := file.Close()
	if removed != nil { // Windows keeps files that are open
		removed = os.Remove(file.Name())
	}
	if errors.Is(removed, fs.ErrNotExist) {
		removed = nil
	}
	return errors.Join(removed, closed)
}
