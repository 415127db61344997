package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/forge-go/forge/scripts/test/leave"
)

// Where git would find a repository, it is asked; a link may lead into one.
func TestInRepository(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	inside := filepath.Join(dir, "repository", "service")
	for _, folder := range []string{inside, filepath.Join(dir, "repository", ".git"), filepath.Join(dir, "alone")} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(dir, "alone", "link")
	if err := os.Symlink(inside, link); err != nil {
		leave.Out(t, "symbolic links can't be made here: none is followed to a repository")
	}
	for folder, want := range map[string]bool{inside: true, link: true, filepath.Join(dir, "repository"): true, filepath.Join(dir, "alone"): false} {
		if got := inRepository(folder); got != want {
			t.Errorf("inRepository(%s) = %t", folder, got)
		}
	}
}
