package lockfile

import (
	"errors"
	"os"
	"syscall"
)

// errSharing is the error of Windows for a file that another process has open.
const errSharing = syscall.Errno(32)

// Create creates a lock file, which must not exist, and keeps it open: no other
// process can open it meanwhile.
func Create(name string) (*os.File, error) {
	file, err := openAlone(name, syscall.CREATE_NEW)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, errSharing) {
		return nil, ErrLost
	}
	return file, err
}

// Open opens a lock file that no process holds.
func Open(name string) (*os.File, error) {
	file, err := openAlone(name, syscall.OPEN_EXISTING)
	if errors.Is(err, errSharing) {
		return nil, ErrBusy
	}
	return file, err
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
