// Package gomod adds the requirements of new code to a module.
//
// Add edits the go.mod of a module that forge did not make, and Merge (merge.go)
// that of a project: versions only rise and comments stay. Raise (raise.go) raises
// the Go version alone. AddSums (sum.go) joins two go.sum files. PathIn and
// FindBehind (path.go) only read.
package gomod

import (
	"fmt"
	"go/version"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"

	"github.com/forge-go/forge/generator/internal/gotext"
)

// TooOldError reports that a module's Go version is below what the requirements
// need.
type TooOldError struct {
	Line       int    // of go.mod; 0 when it has no go line
	Have, Need string // such as 1.24 and 1.26.0
	Toolchain  string // what its toolchain line names, if that is too old as well
}

func (e *TooOldError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("go.mod has no go line; the new packages need %q", "go "+e.Need)
	}
	return fmt.Sprintf("go.mod:%d: the module is for Go %s, but the new packages need Go %s: make that line %q", e.Line, e.Have, e.Need, "go "+e.Need)
}

// Added is the outcome of Add.
type Added struct {
	Mod    []byte   // the new go.mod
	Direct []string // the requirements that are new or higher and imported, as path@version
}

// Add returns the go.mod of a module to which packages with the given imports
// are added. pinned is the go.mod of a project that has the same packages and
// perhaps more. The error is a *TooOldError when the module's Go version has to
// rise first.
func Add(mod, pinned []byte, imports []string) (Added, error) {
	file, err := parse(gotext.Unix(mod), "reading go.mod")
	if err != nil {
		return Added{}, err
	}
	ours, err := parse(pinned, "reading the pinned go.mod")
	if err != nil {
		return Added{}, err
	}
	if old := tooOld(file, ours.Go.Version); old != nil {
		return Added{}, old
	}
	wanted := needed(ours, imports)
	var direct []string
	all := requirements(file)
	for _, w := range wanted {
		if require(&all, w) && !w.Indirect {
			direct = append(direct, w.Mod.String())
		}
	}
	out, err := write(file, all, mod)
	return Added{Mod: out, Direct: direct}, err
}

// write returns the text of file with these requirements, and the line ends that
// mod has.
func write(file *modfile.File, required []*modfile.Require, mod []byte) ([]byte, error) {
	file.SetRequireSeparateIndirect(required)
	file.Cleanup()
	out, err := file.Format()
	if err != nil {
		return nil, fmt.Errorf("writing go.mod: %w", err)
	}
	return gotext.Like(mod, out), nil
}

// tooOld returns what a module's Go version lacks, or nil.
func tooOld(file *modfile.File, need string) *TooOldError {
	if file.Go == nil {
		return &TooOldError{Need: need}
	}
	if version.Compare("go"+file.Go.Version, "go"+need) < 0 {
		return &TooOldError{Line: file.Go.Syntax.Start.Line, Have: file.Go.Version, Need: need}
	}
	return nil
}

// needed are the pinned requirements that the imports need: those that contain
// an imported package, marked as direct, and all indirect ones. What another
// project imports itself and these packages don't is left out.
func needed(ours *modfile.File, imports []string) []*modfile.Require {
	var wanted []*modfile.Require
	for _, r := range ours.Require {
		imported := slices.ContainsFunc(imports, func(path string) bool { return holds(r.Mod.Path, path) })
		if imported || r.Indirect {
			wanted = append(wanted, &modfile.Require{Mod: r.Mod, Indirect: !imported})
		}
	}
	return wanted
}

func holds(modulePath, importPath string) bool {
	return importPath == modulePath || strings.HasPrefix(importPath, modulePath+"/")
}

// requirements copies what the file requires. SetRequireSeparateIndirect finds
// the lines again by the paths, and so keeps their comments.
func requirements(file *modfile.File) []*modfile.Require {
	all := make([]*modfile.Require, len(file.Require))
	for i, r := range file.Require {
		all[i] = &modfile.Require{Mod: r.Mod, Indirect: r.Indirect}
	}
	return all
}

// require adds one requirement or raises the one there is, and reports whether
// that version is new.
func require(all *[]*modfile.Require, wanted *modfile.Require) bool {
	for _, r := range *all {
		if r.Mod.Path != wanted.Mod.Path {
			continue
		}
		r.Indirect = r.Indirect && wanted.Indirect
		if semver.Compare(r.Mod.Version, wanted.Mod.Version) >= 0 {
			return false
		}
		r.Mod.Version = wanted.Mod.Version
		return true
	}
	*all = append(*all, &modfile.Require{Mod: wanted.Mod, Indirect: wanted.Indirect})
	return true
}
