package gomod

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// ErrMissing reports that a project has lost its go.mod.
var ErrMissing = errors.New("there is no go.mod, which has the module's path")

// PathIn returns the path of the module whose files are fsys, or "" when its
// go.mod names none.
func PathIn(fsys fs.FS) (string, error) {
	mod, err := fs.ReadFile(fsys, "go.mod")
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrMissing
	}
	if err != nil {
		return "", fmt.Errorf("reading the module's path: %w", err)
	}
	return modfile.ModulePath(mod), nil
}

// Behind is a requirement whose version is below another.
type Behind struct {
	Have string
	Want module.Version
}

// FindRisen lists the requirements of a module's own, not the indirect ones, that
// are higher in next.
func FindRisen(mod, next []byte) ([]Behind, error) {
	file, err := modfile.ParseLax("go.mod", mod, nil)
	if err != nil {
		return nil, fmt.Errorf("reading go.mod: %w", err)
	}
	all, err := FindBehind(mod, next)
	return slices.DeleteFunc(all, func(b Behind) bool {
		return !slices.ContainsFunc(file.Require, func(r *modfile.Require) bool { return r.Mod.Path == b.Want.Path && !r.Indirect })
	}), err
}

// FindBehind lists the requirements of mod that are below those of pinned. The
// error is about mod.
func FindBehind(mod, pinned []byte) ([]Behind, error) {
	file, err := modfile.Parse("go.mod", mod, nil)
	if err != nil {
		return nil, err
	}
	next, err := parse(pinned, "reading the pinned go.mod")
	if err != nil {
		return nil, err
	}
	have := make(map[string]string)
	for _, r := range file.Require {
		have[r.Mod.Path] = r.Mod.Version
	}
	var behind []Behind
	for _, r := range next.Require {
		if version, ok := have[r.Mod.Path]; ok && semver.Compare(version, r.Mod.Version) < 0 {
			behind = append(behind, Behind{Have: version, Want: r.Mod})
		}
	}
	return behind, nil
}
