//go:build unix

package lockfile

import (
	"errors"
	"os"
	"syscall"
)

// Create creates a lock file, which must not exist, and locks it. On file
// systems without locks it is only created; Open then fails, so that no process
// removes it.
func Create(name string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrLost
	}
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) || !isSame(file, name) {
		return nil, errors.Join(ErrLost, file.Close())
	}
	return file, nil
}

// Open locks a lock file that no process holds.
func Open(name string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_RDWR|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrBusy
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if !isSame(file, name) {
		return nil, errors.Join(ErrLost, file.Close())
	}
	return file, nil
}

// isSame reports whether name is still the open file.
func isSame(file *os.File, name string) bool {
	opened, err := file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(name)
	return err == nil && os.SameFile(opened, named)
}
