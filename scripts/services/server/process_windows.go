package server

import (
	"errors"
	"os"
	"os/exec"
)

func lowerPrivileges(*exec.Cmd) {}

func giveAway(string) error { return nil }

func killGroup(cmd *exec.Cmd) error {
	if err := cmd.Process.Kill(); !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}
