package project

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// mergeMod brings the user's go.mod to what forge needs today: requirements
// that forge added are added, versions only rise, what the user removed stays
// away unless forge needs it anew, and everything else is the user's.
func mergeMod(base, ours, theirs []byte) ([]byte, error) {
	crlf := bytes.Contains(ours, []byte("\r\n"))
	mod, err := modfile.Parse("go.mod", bytes.ReplaceAll(ours, []byte("\r\n"), []byte("\n")), nil)
	if err != nil {
		return nil, fmt.Errorf("reading go.mod: %w", err)
	}
	next, err := modfile.Parse("go.mod", theirs, nil)
	if err != nil {
		return nil, fmt.Errorf("reading forge's go.mod: %w", err)
	}
	before := make(map[string]string)
	if old, err := modfile.Parse("go.mod", base, nil); err == nil {
		for _, r := range old.Require {
			before[r.Mod.Path] = r.Mod.Version
		}
	}
	changed, err := raiseGo(mod, next)
	if err != nil {
		return nil, err
	}
	required := slices.Clone(mod.Require)
	for _, r := range next.Require {
		i := slices.IndexFunc(required, func(have *modfile.Require) bool { return have.Mod.Path == r.Mod.Path })
		if i < 0 {
			if _, had := before[r.Mod.Path]; !had {
				required = append(required, &modfile.Require{Mod: r.Mod, Indirect: r.Indirect})
				changed = true
			}
			continue
		}
		merged := *required[i]
		if semver.Compare(r.Mod.Version, merged.Mod.Version) > 0 {
			merged.Mod.Version = r.Mod.Version
		}
		merged.Indirect = merged.Indirect && r.Indirect
		if merged.Mod != required[i].Mod || merged.Indirect != required[i].Indirect {
			required[i], changed = &merged, true
		}
	}
	if !changed {
		return ours, nil
	}
	mod.SetRequireSeparateIndirect(required)
	mod.Cleanup()
	merged, err := mod.Format()
	if crlf && err == nil {
		merged = bytes.ReplaceAll(merged, []byte("\n"), []byte("\r\n"))
	}
	return merged, err
}

// raiseGo raises the go directive to forge's: its code and its requirements
// need that version.
func raiseGo(mod, next *modfile.File) (bool, error) {
	if next.Go == nil || mod.Go != nil && semver.Compare("v"+mod.Go.Version, "v"+next.Go.Version) >= 0 {
		return false, nil
	}
	return true, mod.AddGoStmt(next.Go.Version)
}

// mergeSum gives the lines of both, as the go command sorts them.
func mergeSum(ours, theirs []byte) []byte {
	lines := make(map[module.Version][]string)
	var order []module.Version
	for line := range strings.Lines(string(ours) + "\n" + string(theirs)) {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			continue
		}
		mod := module.Version{Path: fields[0], Version: fields[1]}
		if _, ok := lines[mod]; !ok {
			order = append(order, mod)
		}
		if text := strings.Join(fields, " ") + "\n"; !slices.Contains(lines[mod], text) {
			lines[mod] = append(lines[mod], text)
		}
	}
	module.Sort(order)
	var out strings.Builder
	for _, mod := range order {
		slices.Sort(lines[mod])
		for _, line := range lines[mod] {
			out.WriteString(line)
		}
	}
	merged := out.String()
	if bytes.Contains(ours, []byte("\r\n")) {
		merged = strings.ReplaceAll(merged, "\n", "\r\n")
	}
	return []byte(merged)
}
