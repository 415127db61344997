//go:build unix

// Command pictures makes the pictures of README.md: what forge shows on a
// terminal, recorded on a pseudo-terminal and written as SVG, and pages of a
// service, in a headless Chromium. Nothing is drawn by hand.
//
//	go run ./scripts/pictures FOLDER
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stderr))
}

func run(ctx context.Context, args []string, stderr io.Writer) int {
	if len(args) != 1 {
		fmt.Fprintln(stderr, "usage: pictures FOLDER")
		return 2
	}
	if err := makeAll(ctx, args[0]); err != nil {
		fmt.Fprintln(stderr, "pictures:", err)
		return 1
	}
	return 0
}

// makeAll makes all pictures with a forge and a service of its own.
func makeAll(ctx context.Context, folder string) (err error) {
	work, err := os.MkdirTemp("", "forge-pictures-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if err := command(ctx, ".", "go", "build", "-trimpath", "-o", work, "./cmd/forge").Run(); err != nil {
		return fmt.Errorf("building forge: %w", err)
	}
	for _, s := range scenes() {
		shown, err := s.record(ctx, work)
		if err != nil {
			return fmt.Errorf("recording %s: %w", s.name, err)
		}
		if err := os.WriteFile(filepath.Join(folder, s.name+".svg"), svg(shown), 0o644); err != nil {
			return err
		}
	}
	if err := photograph(ctx, filepath.Join(work, "myapi"), folder); err != nil {
		return err
	}
	return photographAccount(ctx, work, folder)
}

func command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	return cmd
}
