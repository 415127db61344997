package gomod

import (
	"fmt"
	"slices"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"

	"github.com/forge-go/forge/generator/internal/gotext"
)

// Merge updates the go.mod of a project, for which forge wrote base, to what
// forge would write today: requirements that are new in pinned are added,
// versions only rise, what the user removed stays removed, and everything else
// is the user's.
func Merge(base, mod, pinned []byte) ([]byte, error) {
	file, err := parse(gotext.Unix(mod), "reading go.mod")
	if err != nil {
		return nil, err
	}
	next, err := parse(pinned, "reading the pinned go.mod")
	if err != nil {
		return nil, err
	}
	before := make(map[string]bool)
	if old, err := modfile.Parse("go.mod", base, nil); err == nil {
		for _, r := range old.Require {
			before[r.Mod.Path] = true
		}
	}
	raised, err := raiseGo(file, next)
	if err != nil {
		return nil, err
	}
	all := requirements(file)
	for _, r := range next.Require {
		has := slices.ContainsFunc(file.Require, func(have *modfile.Require) bool { return have.Mod.Path == r.Mod.Path })
		if has || !before[r.Mod.Path] {
			require(&all, r)
		}
	}
	same := func(a, b *modfile.Require) bool { return a.Mod == b.Mod && a.Indirect == b.Indirect }
	if !raised && slices.EqualFunc(all, file.Require, same) {
		return mod, nil
	}
	return write(file, all, mod)
}

// raiseGo raises the go directive to forge's: its code and its requirements
// need that version.
func raiseGo(mod, next *modfile.File) (bool, error) {
	if next.Go == nil || mod.Go != nil && semver.Compare("v"+mod.Go.Version, "v"+next.Go.Version) >= 0 {
		return false, nil
	}
	return true, mod.AddGoStmt(next.Go.Version)
}

// KeepPins returns the pinned go.mod with the versions of an earlier one that
// are higher, and reports whether there are any: what a newer forge has raised
// is not lowered again.
func KeepPins(pinned, earlier []byte) ([]byte, bool, error) {
	file, err := parse(pinned, "reading the pinned go.mod")
	if err != nil {
		return nil, false, err
	}
	old, err := parse(earlier, "reading the go.mod that forge wrote")
	if err != nil {
		return nil, false, err
	}
	all := requirements(file)
	kept := false
	for _, r := range old.Require {
		i := slices.IndexFunc(all, func(have *modfile.Require) bool { return have.Mod.Path == r.Mod.Path })
		if i >= 0 && semver.Compare(all[i].Mod.Version, r.Mod.Version) < 0 {
			all[i].Mod.Version, kept = r.Mod.Version, true
		}
	}
	if !kept {
		return pinned, false, nil
	}
	out, err := write(file, all, pinned)
	return out, true, err
}

// HasOwn reports whether a project requires modules, or versions, that forge did
// not write into base.
func HasOwn(base, mod []byte) (bool, error) {
	file, err := modfile.ParseLax("go.mod", gotext.Unix(mod), nil)
	if err != nil {
		return false, fmt.Errorf("reading go.mod: %w", err)
	}
	old, err := modfile.ParseLax("go.mod", base, nil)
	if err != nil {
		return true, nil
	}
	return slices.ContainsFunc(file.Require, func(r *modfile.Require) bool {
		return !slices.ContainsFunc(old.Require, func(known *modfile.Require) bool { return known.Mod == r.Mod })
	}), nil
}

// Unite returns a go.mod with what another requires as well: of two versions the
// higher, and as indirect what is so in both.
func Unite(mod, more []byte) ([]byte, error) {
	file, err := parse(mod, "reading the pinned go.mod")
	if err != nil {
		return nil, err
	}
	added, err := parse(more, "reading the requirements to add")
	if err != nil {
		return nil, err
	}
	all := requirements(file)
	for _, r := range added.Require {
		require(&all, r)
	}
	return write(file, all, mod)
}

// Beyond returns a go.mod with what mod requires and another does not, or only as
// indirect.
func Beyond(mod, another []byte) ([]byte, error) {
	file, err := parse(mod, "reading go.mod")
	if err != nil {
		return nil, err
	}
	other, err := parse(another, "reading the other go.mod")
	if err != nil {
		return nil, err
	}
	out := &modfile.File{}
	if err := out.AddModuleStmt("with"); err != nil {
		return nil, err
	}
	var beyond []*modfile.Require
	for _, r := range requirements(file) {
		same := func(o *modfile.Require) bool { return o.Mod == r.Mod && (r.Indirect || !o.Indirect) }
		if !slices.ContainsFunc(other.Require, same) {
			beyond = append(beyond, r)
		}
	}
	return write(out, beyond, nil)
}

// parse reads a go.mod. doing begins the error.
func parse(mod []byte, doing string) (*modfile.File, error) {
	file, err := modfile.Parse("go.mod", mod, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	return file, nil
}
