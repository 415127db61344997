package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
)

// checkMerged refuses a project whose .forge git has not merged.
func checkMerged(ctx context.Context, dir string) error {
	open, err := unmerged(ctx, dir, ".forge")
	if err != nil { // Without git, only the markers in the text show it.
		manifest, readErr := os.ReadFile(filepath.Join(dir, filepath.FromSlash(project.ManifestPath)))
		if readErr != nil || !bytes.Contains(manifest, []byte("\n<<<<<<< ")) {
			return nil
		}
		open = []string{project.ManifestPath}
	}
	if len(open) == 0 {
		return nil
	}
	return &failure{code: exitRefused, message: "git has not merged what the project remembers: both branches changed it", details: open, hint: "forge merge"}
}

// explainUnread returns the failure for a project whose .forge can't be read. After
// a merge, that of each branch still can.
func explainUnread(ctx context.Context, dir string, err error) error {
	if _, noMerge := findMerge(ctx, dir); noMerge != nil || errors.As(err, new(*project.UnknownError)) {
		return explainState(err)
	}
	return &failure{code: exitRefused, message: err.Error() + ": two branches were not merged as forge does it", hint: "forge merge"}
}

// lastMerges is the number of merges that are searched for answers that they lost.
const lastMerges = 10

// lostInMerge returns what is wrong with the last merges of the project: an answer
// that a branch had, and that neither the merge nor the project has. It is nil if
// there is none, or without git.
func lostInMerge(ctx context.Context, p *opened) *evolve.Finding {
	list, err := askGit(ctx, p.Dir, "log", "--merges", fmt.Sprintf("-%d", lastMerges), "--format=%H")
	if err != nil {
		return nil
	}
	for i, commit := range strings.Fields(list) {
		answers := func(of string) (project.Answers, bool) {
			encoded, err := askGit(ctx, p.Dir, "show", of+":./"+project.ManifestPath)
			if err != nil {
				return project.Answers{}, false
			}
			m, err := project.DecodeManifest([]byte(encoded))
			return m.Answers, err == nil
		}
		ours, ok := answers(commit + "^1")
		theirs, alsoOK := answers(commit + "^2")
		if !ok || !alsoOK || ours.Equal(theirs) {
			continue
		}
		base, _ := answers(mergeBase(ctx, p.Dir, commit+"^1", commit+"^2"))
		whole, err := project.Unite(base, ours, theirs)
		if err != nil {
			continue
		}
		made, _ := answers(commit) // Markers are no answers.
		for _, lost := range whole.Beyond(made) {
			if !slices.Contains(whole.Beyond(p.Manifest.Answers), lost) {
				continue
			}
			help := "forge merge"
			if head, err := askGit(ctx, p.Dir, "rev-parse", "HEAD"); i > 0 || err != nil || strings.TrimSpace(head) != commit {
				help = fmt.Sprintf("git switch --detach %.12s && forge merge && git commit, then git merge that commit", commit)
			}
			return &evolve.Finding{Level: evolve.Wrong, Help: help,
				Text: fmt.Sprintf("the merge %.12s lost %s, which one of its branches had, from what the project remembers", commit, lost)}
		}
	}
	return nil
}
