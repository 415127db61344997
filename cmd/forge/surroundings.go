package main

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/forge-go/forge/generator/compile"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/gomod"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// tidyPatience is how long go mod tidy may take; it may want the network.
const tidyPatience = 30 * time.Second

// tidy lets the go command complete go.mod and go.sum where the owner has modules
// of their own: what those need, nobody else knows. It returns the command that is
// left to the owner where that can't be done, as without a network, or would lower
// or take out what the owner requires.
func tidy(ctx context.Context, p *opened, changes []txn.Change) (done []txn.Change, left string, err error) {
	isMod := func(c txn.Change) bool { return c.Path == "go.mod" || c.Path == "go.sum" }
	foreign := p.Manifest.Answers.Foreign != nil
	if !slices.ContainsFunc(changes, isMod) || !foreign && len(p.Base["go.mod"]) == 0 {
		return changes, "", nil
	}
	modules := make(map[string][]byte)
	for _, name := range []string{"go.mod", "go.sum"} {
		if modules[name], err = project.ReadFile(p.current, name); err != nil {
			return nil, "", err
		}
	}
	if own, err := gomod.HasOwn(p.Base["go.mod"], modules["go.mod"]); err != nil || !own && !foreign {
		return changes, "", err
	}
	old := map[string][]byte{"go.mod": modules["go.mod"], "go.sum": modules["go.sum"]}
	for _, c := range changes {
		if isMod(c) {
			modules[c.Path] = c.New
		}
	}
	patient, cancel := context.WithTimeout(ctx, tidyPatience)
	defer cancel()
	tidied, ok, err := compile.Complete(patient, p.Dir, changes, compile.Modules{Mod: modules["go.mod"], Sum: modules["go.sum"]}, modules["go.mod"], "mod", "tidy")
	if err != nil {
		return nil, "", err
	}
	if !ok {
		return changes, "go mod tidy    not all of go.mod and go.sum could be completed", context.Cause(ctx)
	}
	modules["go.mod"], modules["go.sum"] = tidied.Mod, tidied.Sum
	changes = slices.DeleteFunc(slices.Clone(changes), isMod)
	for _, name := range []string{"go.mod", "go.sum"} {
		if string(old[name]) != string(modules[name]) {
			changes = append(changes, txn.Change{Path: name, Old: old[name], New: modules[name]})
		}
	}
	return changes, "", nil
}

// inTheWay lists what makes the go command fail in a project's folder with some
// go.mod, and what helps.
func inTheWay(dir string, current fs.FS, mod []byte) ([]evolve.Finding, error) {
	var found []evolve.Finding
	stale, err := gomod.IsVendorStale(current, mod)
	if err != nil {
		return nil, err
	}
	if stale {
		found = append(found, evolve.Finding{Level: evolve.Wrong, Text: "vendor/ is not what go.mod requires", Help: "go mod vendor"})
	}
	work, err := gomod.OutsideOf(dir)
	if err != nil {
		return []evolve.Finding{{Level: evolve.Wrong, Text: err.Error(), Help: "go work edit -fmt"}}, nil
	}
	if work != "" {
		found = append(found, evolve.Finding{Level: evolve.Wrong, Text: filepath.ToSlash(work) + " does not use this project", Help: "go work use ."})
	}
	return found, nil
}

// stepsAround are the commands that a project needs after some changes.
func stepsAround(p *opened, changes []txn.Change) ([]string, error) {
	mod, err := fs.ReadFile(p.current, "go.mod")
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		if c.Path == "go.mod" {
			mod = c.New
		}
	}
	found, err := inTheWay(p.Dir, p.current, mod)
	var steps []string
	for _, f := range found {
		steps = append(steps, f.Help+"    "+f.Text)
	}
	return steps, err
}

// neverCommitted finds code that forge wrote and git ignores, so that a clone
// lacks it: the .gitignore of an owner may reach further than was meant.
func neverCommitted(ctx context.Context, p *opened) []evolve.Finding {
	var code []string
	for name := range p.Base {
		folder, _, _ := strings.Cut(name, "/")
		if !slices.Contains([]string{"cmd", "internal", "static", "go.mod", "go.sum"}, folder) {
			continue
		}
		if _, err := fs.Lstat(p.current, name); err == nil {
			code = append(code, name)
		}
	}
	slices.Sort(code)
	// It fails without git, and where nothing is ignored.
	output, err := gitWith(ctx, p.Dir, strings.Join(code, "\n"), "check-ignore", "--stdin")
	ignored := strings.Fields(string(output))
	if err != nil || len(ignored) == 0 {
		return nil
	}
	text := "git ignores " + ignored[0] + ": a clone lacks it"
	if more := len(ignored) - 1; more > 0 {
		text = fmt.Sprintf("git ignores %s and %d more: a clone lacks them", ignored[0], more)
	}
	return []evolve.Finding{{Level: evolve.Wrong, Text: text, Help: "git check-ignore -v " + ignored[0]}}
}
