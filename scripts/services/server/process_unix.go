//go:build unix

package server

import (
	"errors"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// lowerPrivileges lets a server run in a process group of its own, and not as
// root, which PostgreSQL and MariaDB refuse.
func lowerPrivileges(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if uid, gid, ok := other(); ok {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
}

// giveAway makes the user that servers run as the owner of a folder.
func giveAway(folder string) error {
	if uid, gid, ok := other(); ok {
		return os.Chown(folder, uid, gid)
	}
	return nil
}

// other is whom servers run as when this process is root's.
func other() (uid, gid int, ok bool) {
	if os.Geteuid() != 0 {
		return 0, 0, false
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return 65534, 65534, true
	}
	uid, uidErr := strconv.Atoi(nobody.Uid)
	gid, gidErr := strconv.Atoi(nobody.Gid)
	return uid, gid, uidErr == nil && gidErr == nil
}

func killGroup(cmd *exec.Cmd) error {
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); !errors.Is(err, syscall.ESRCH) {
		return err
	}
	return nil // It has ended.
}
