// Package lockfile locks by files: a lock is held until its file is closed or
// its process ends, however that ends.
package lockfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// ErrLost says that another process removed the file before it was locked.
var ErrLost = errors.New("the lock file was removed")

// ErrBusy says that another process holds the lock.
var ErrBusy = errors.New("another process holds the lock")

// Take makes or opens a lock file and locks it. What a process that was killed
// left is taken over.
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

// Release removes a lock file that is held.
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
