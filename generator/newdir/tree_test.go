package newdir

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/project"
)

// checkWhole fails unless dir contains the files and nothing else.
func checkWhole(t *testing.T, files []generator.File, dir string) {
	t.Helper()
	wanted := make(map[string]generator.File)
	for _, f := range files {
		wanted[f.Path] = f
	}
	for _, path := range listing(t, dir) {
		if strings.HasSuffix(path, "/") {
			continue
		}
		f, ok := wanted[path]
		delete(wanted, path)
		got, err := os.ReadFile(filepath.Join(dir, path))
		want, _ := project.CompleteSecret(f.Content, knownRandom{})
		if f.Path != ".env.development" {
			want = f.Content
		}
		info, statErr := os.Stat(filepath.Join(dir, path))
		if !ok || err != nil || statErr != nil || !bytes.Equal(got, want) || info.Mode().Perm() != f.Perm {
			t.Errorf("%s is not what was planned (%v, %v)", path, err, info)
		}
	}
	for path := range wanted {
		t.Errorf("%s is missing", path)
	}
}

func checkNothingStaged(t *testing.T, folder string) {
	t.Helper()
	for _, path := range listing(t, folder) {
		if strings.Contains(path, ".forge-") {
			t.Errorf("%s is left over", path)
		}
	}
}

// listing returns the paths below folder; those of folders end with a slash.
func listing(t *testing.T, folder string) []string {
	t.Helper()
	var paths []string
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && path != "." {
			if entry.IsDir() {
				path += "/"
			}
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func mkdir(t *testing.T, folder, name string) string {
	t.Helper()
	dir := filepath.Join(folder, name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func touch(t *testing.T, name string) string {
	t.Helper()
	if err := os.WriteFile(name, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func symlink(t *testing.T, old, new string) {
	t.Helper()
	if err := os.Symlink(old, new); err != nil {
		t.Skip(err)
	}
}

// someFiles are a small project: a secret file, a script and folders in folders.
func someFiles() []generator.File {
	return []generator.File{
		{Path: ".env.development", Perm: 0o600, Class: project.Secret, Content: []byte("PORT=8000\nSECRET_KEY=\n")},
		{Path: ".forge/manifest.json", Perm: 0o644, Class: project.Owned, Content: []byte("{}\n")},
		{Path: "cmd/myapi/main.go", Perm: 0o644, Class: project.Owned, Content: []byte("package main\n")},
		{Path: "go.mod", Perm: 0o644, Class: project.Owned, Content: []byte("module example.com/myapi\n")},
		{Path: "internal/auth/auth.go", Perm: 0o644, Class: project.Owned, Content: []byte("package auth\n")},
		{Path: "internal/auth/empty.txt", Perm: 0o644, Class: project.Owned},
		{Path: "scripts/run.sh", Perm: 0o755, Class: project.Owned, Content: []byte("#!/bin/sh\n")},
	}
}
