//go:build unix

package generator

import (
	"errors"
	"os"
	"syscall"
)

// errLockLost says that another process removed the file before it was locked.
var errLockLost = errors.New("the lock file was removed")

// holdNew makes a lock file and locks it until it is closed. On file systems
// without locks it is only made; holdOld then fails, so nobody removes it.
func holdNew(name string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrNotExist) {
		return nil, errLockLost
	}
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) || !isSame(file, name) {
		return nil, errors.Join(errLockLost, file.Close())
	}
	return file, nil
}

// holdOld locks a lock file that nobody holds.
func holdOld(name string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_RDWR|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if !isSame(file, name) {
		return nil, errors.Join(errLockLost, file.Close())
	}
	return file, nil
}

// isSame says whether name still is the open file.
func isSame(file *os.File, name string) bool {
	opened, err := file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(name)
	return err == nil && os.SameFile(opened, named)
}

// renameFolder renames a folder, over an empty one if there is one. (os.Rename
// refuses that.)
func renameFolder(from, to string) error {
	for {
		err := syscall.Rename(from, to)
		if err == nil {
			return nil
		}
		if err != syscall.EINTR {
			return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
		}
	}
}

func isOccupied(err error) bool {
	return errors.Is(err, syscall.ENOTEMPTY) || errors.Is(err, syscall.EEXIST) || errors.Is(err, syscall.ENOTDIR)
}

func isNotFolder(err error) bool { return errors.Is(err, syscall.ENOTDIR) }

func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }
