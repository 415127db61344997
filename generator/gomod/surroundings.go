package gomod

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// FindWork returns the go.work that the go command would use in a folder, or "":
// with one, a module may be complete only together with others.
func FindWork(dir string) string {
	if given := os.Getenv("GOWORK"); given == "off" {
		return ""
	} else if given != "" {
		return given
	}
	for at := dir; ; at = filepath.Dir(at) {
		name := filepath.Join(at, "go.work")
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
			return name
		}
		if at == filepath.Dir(at) {
			return ""
		}
	}
}

// OutsideOf returns the go.work that the go command would use in a module's
// folder although it does not list the module, or "": the go command works on
// nothing in the folder then.
func OutsideOf(dir string) (string, error) {
	name := FindWork(dir)
	if name == "" {
		return "", nil
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("reading the workspace: %w", err)
	}
	work, err := modfile.ParseWork(name, content, nil)
	if err != nil {
		return "", fmt.Errorf("reading the workspace: %w", err)
	}
	for _, use := range work.Use {
		at := filepath.FromSlash(use.Path)
		if !filepath.IsAbs(at) {
			at = filepath.Join(filepath.Dir(name), at)
		}
		if isSameFolder(at, dir) {
			return "", nil
		}
	}
	return name, nil
}

func isSameFolder(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// vendored lists the modules that a project keeps copies of.
const vendored = "vendor/modules.txt"

// IsVendorStale reports whether the copies of modules that a project keeps are
// not those that a go.mod requires: then the go command refuses to work.
func IsVendorStale(fsys fs.FS, mod []byte) (bool, error) {
	list, err := fs.ReadFile(fsys, vendored)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading what is vendored: %w", err)
	}
	file, err := modfile.ParseLax("go.mod", mod, nil)
	if err != nil {
		return false, fmt.Errorf("reading go.mod: %w", err)
	}
	copies := make(map[string]string)
	for line := range strings.Lines(string(list)) {
		if words := strings.Fields(line); len(words) >= 3 && words[0] == "#" {
			copies[words[1]] = words[2]
		}
	}
	for _, r := range file.Require {
		if copies[r.Mod.Path] != r.Mod.Version {
			return true, nil
		}
	}
	return false, nil
}
