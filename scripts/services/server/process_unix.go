//go:build unix

package server

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
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

func killGroup(cmd *exec.Cmd) error { return signalAll(cmd, syscall.SIGKILL) }

// Freeze stops the server's processes without ending them: its connections
// stay open and nothing answers. Thaw lets them go on.
func (s *Server) Freeze() error { return signalAll(s.running, syscall.SIGSTOP) }

// Thaw ends Freeze.
func (s *Server) Thaw() error { return signalAll(s.running, syscall.SIGCONT) }

// signalAll sends a signal to the process's group, and to its children: those
// of PostgreSQL have groups of their own.
func signalAll(cmd *exec.Cmd, signal syscall.Signal) error {
	group := -cmd.Process.Pid
	if err := syscall.Kill(group, syscall.SIGSTOP); err != nil { // It can't start more children.
		return ignoreEnded(err)
	}
	pids := children(cmd.Process.Pid)
	err := ignoreEnded(syscall.Kill(group, signal))
	for _, pid := range pids {
		err = errors.Join(err, ignoreEnded(syscall.Kill(pid, signal)))
	}
	return err
}

func ignoreEnded(err error) error {
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return err
}

// children returns a process's children, on Linux; elsewhere none.
func children(pid int) []int {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return nil
	}
	var pids []int
	for _, field := range strings.Fields(string(content)) {
		if child, err := strconv.Atoi(field); err == nil {
			pids = append(pids, child)
		}
	}
	return pids
}
