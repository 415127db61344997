package memory

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

const place = "/dev/shm"

// hasRoom reports whether programs can be run in a folder, and files of the size of room
// be written to it, without much of the memory that other programs need.
func hasRoom(folder string) bool {
	const noExec = 8 // ST_NOEXEC
	var stat syscall.Statfs_t
	if err := syscall.Statfs(folder, &stat); err != nil || stat.Flags&noExec != 0 || stat.Bavail*uint64(stat.Bsize) < room {
		return false
	}
	content, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(content), "\nMemAvailable:")
	var available uint64 // in KiB
	if _, err := fmt.Sscan(rest, &available); err != nil {
		return false
	}
	return available<<10 >= 2*room
}
