package generator

import (
	"errors"
	"os"
	"syscall"
)

// errLockLost says that another process removed the file before it was locked.
var errLockLost = errors.New("the lock file was removed")

// errSharing is what Windows says of a file that another process has open.
const errSharing = syscall.Errno(32)

// holdNew makes a lock file and holds it until it is closed: nobody else can
// open it meanwhile.
func holdNew(name string) (*os.File, error) {
	file, err := openAlone(name, syscall.CREATE_NEW)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, errSharing) {
		return nil, errLockLost
	}
	return file, err
}

// holdOld opens a lock file that nobody holds.
func holdOld(name string) (*os.File, error) {
	return openAlone(name, syscall.OPEN_EXISTING)
}

func openAlone(name string, how uint32) (*os.File, error) {
	path, err := syscall.UTF16PtrFromString(name)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: name, Err: err}
	}
	handle, err := syscall.CreateFile(path, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil, how, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: name, Err: err}
	}
	return os.NewFile(uintptr(handle), name), nil
}

// renameFolder renames a folder, over an empty one if there is one. Windows
// can't do that in one step: for a moment, neither is there.
func renameFolder(from, to string) error {
	if err := os.Remove(to); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Rename(from, to)
}

func isOccupied(err error) bool {
	const dirNotEmpty = syscall.Errno(145)
	return errors.Is(err, dirNotEmpty) || errors.Is(err, os.ErrExist)
}

func isNotFolder(err error) bool { return errors.Is(err, syscall.ENOTDIR) }

func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }
