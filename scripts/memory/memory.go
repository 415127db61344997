// Package memory finds a place for temporary files that is in memory. Tests make
// thousands of databases, and a disk takes its time to sync each.
package memory

import (
	"errors"
	"os"
)

// room is how many bytes have to be free, of the place and of memory. The tests have
// never used half of it.
const room = 8 << 30

// UseForTemp makes a folder in memory the one for temporary files of this process and
// those that it starts, unless TMPDIR is set or there is no such place. The caller calls
// end, which removes the folder.
func UseForTemp() (end func() error, err error) {
	none := func() error { return nil }
	if os.Getenv("TMPDIR") != "" || !hasRoom(place) {
		return none, nil
	}
	folder, err := os.MkdirTemp(place, "forge-")
	if err != nil {
		return none, nil // It is not ours to write to.
	}
	end = func() error { return errors.Join(os.Unsetenv("TMPDIR"), os.RemoveAll(folder)) }
	// Servers, which run as another user, have temporary files, too.
	if err := errors.Join(os.Chmod(folder, os.ModeSticky|0o777), os.Setenv("TMPDIR", folder)); err != nil {
		return none, errors.Join(err, end())
	}
	return end, nil
}
