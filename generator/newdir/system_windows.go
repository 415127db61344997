package newdir

import (
	"errors"
	"os"
	"syscall"
)

// renameFolder renames a folder, over an empty one if there is one. Windows
// can't do that in one step: for a moment, neither exists.
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
