package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
	"github.com/forge-go/forge/templates"
)

type upgradeOptions struct {
	changeFlags
	goOn, abort bool
	choice      evolve.Choice
}

func newUpgrade(flags *common) *cobra.Command {
	o := &upgradeOptions{changeFlags: changeFlags{common: flags}}
	cmd := &cobra.Command{
		Use:   "upgrade",
		Short: "Update a project to what this forge writes",
		Long: `Update the project in the working directory to what this forge writes, by a
three-way merge of what forge wrote before, your changes, and what forge writes
today. Your changes are kept. If both changed the same place, that is a conflict:
nothing is written, unless --conflicts=inline writes markers.`,
		Example: `  forge upgrade --dry-run
  forge upgrade --conflicts=inline
  forge upgrade --continue`,
		Args: noArguments,
		RunE: interruptible(func(cmd *cobra.Command) error { return explainInProject("forge upgrade", o.run(cmd)) }),
	}
	o.register(cmd)
	o.registerConflicts(cmd)
	set := cmd.Flags()
	set.BoolVar(&o.goOn, "continue", false, "continue after the conflicts are resolved")
	set.BoolVar(&o.abort, "abort", false, "give up a change with conflicts, and restore all files")
	set.StringSliceVar(&o.choice.Only, "only", nil, "upgrade no file but these")
	set.StringSliceVar(&o.choice.Skip, "skip", nil, "never change these files (remembered in "+evolve.SkipPath+")")
	set.StringSliceVar(&o.choice.Ours, "ours", nil, "keep your version of these files")
	set.StringSliceVar(&o.choice.Theirs, "theirs", nil, "take forge's version of these files")
	return cmd
}

func (o *upgradeOptions) run(cmd *cobra.Command) (err error) {
	if err := errors.Join(o.checkConflicts(cmd), o.checkSteps()); err != nil {
		return err
	}
	p, err := o.openProject(cmd, o.dryRun)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.root.Close()) }()
	switch {
	case o.goOn:
		return o.resolve(cmd, p)
	case o.abort:
		return o.giveUp(cmd, p)
	}
	if err := conflictsWait(p, exitConflicts); err != nil {
		return err
	}
	choice, err := o.choiceIn(p.Dir)
	if err != nil {
		return err
	}
	version := readBuildFacts().Version
	u, err := evolve.NewUpdate(templates.FS, p.Project, p.current, evolve.Request{Choice: choice, Version: version, Now: time.Now()})
	if err != nil {
		return o.suggestFile(err, "forge upgrade --dry-run")
	}
	return o.apply(cmd, p, u, updateWords{
		nothing: "Nothing to do: the project is what forge " + version + " writes, with your changes.",
		news:    newsSince(changelog, p.Manifest.Forge, version),
		since:   p.Manifest.Forge,
		done:    "Upgraded to forge " + version,
		next:    []string{"make test    check that everything still works"},
	})
}

// choiceIn returns the choice by paths in the project; they are given as they are
// called in the working folder.
func (o *upgradeOptions) choiceIn(dir string) (evolve.Choice, error) {
	c := o.choice
	for _, list := range []*[]string{&c.Only, &c.Skip, &c.Ours, &c.Theirs} {
		var inside []string
		for _, name := range *list {
			full, err := filepath.Abs(name)
			if err != nil {
				return c, err
			}
			if name, err = filepath.Rel(dir, full); err != nil {
				return c, err
			}
			inside = append(inside, filepath.ToSlash(name))
		}
		*list = inside
	}
	return c, nil
}

func (o *upgradeOptions) checkSteps() error {
	decided := len(o.choice.Ours) + len(o.choice.Theirs)
	others := o.conflicts != "" || o.dryRun || len(o.choice.Only)+len(o.choice.Skip) > 0
	if o.goOn && (o.abort || others) {
		return &failure{code: exitUsage, message: "--continue can be combined with --ours, --theirs and --no-check only", hint: "forge upgrade --continue"}
	}
	if o.abort && (decided > 0 || others) {
		return &failure{code: exitUsage, message: "--abort can't be combined with other flags", hint: "forge upgrade --abort"}
	}
	return nil
}

// resolve ends a change whose conflicts are resolved.
func (o *upgradeOptions) resolve(cmd *cobra.Command, p *opened) error {
	out := o.printer(cmd.OutOrStdout())
	if len(p.Conflicts) == 0 {
		return out.say("There are no conflicts.")
	}
	choice, err := o.choiceIn(p.Dir)
	if err != nil {
		return err
	}
	r, err := evolve.Resolve(p.Project, p.current, p.Manifest.Forge, choice)
	if err != nil {
		return o.suggestFile(err, "forge upgrade --continue")
	}
	if err := o.checkResolved(cmd, p, r); err != nil {
		return err
	}
	if err := txn.Apply(cmd.Context(), p.Dir, r.Changes); err != nil {
		return err
	}
	return out.say(fmt.Sprintf("Resolved: %s up to date now.", plural(len(p.Conflicts), "file is", "files are")))
}

// suggestFile returns the failure for an unknown file, or else the error.
func (o *upgradeOptions) suggestFile(err error, instead string) error {
	var unknown *evolve.UnknownFileError
	if !errors.As(err, &unknown) {
		return err
	}
	return &failure{code: exitUsage, message: unknown.Error(), hint: didYouMean("", nearest(unknown.Path, unknown.Known), instead)}
}

// giveUp takes back a change with conflicts, however far they are resolved.
func (o *upgradeOptions) giveUp(cmd *cobra.Command, p *opened) error {
	if len(p.Conflicts) == 0 {
		return &failure{code: exitRefused, message: "there are no conflicts to give up", hint: "forge undo undoes the last change"}
	}
	step, err := txn.Undo(p.Dir, func(path string) bool {
		return slices.ContainsFunc(p.Conflicts, func(c project.Conflict) bool { return c.At == path })
	})
	if err == nil && len(step.Changes) == 0 {
		return o.giveUpElsewhere(cmd, p)
	}
	if err != nil {
		return err
	}
	return o.takeBack(cmd, p.Dir, step)
}

// giveUpElsewhere abandons the conflicts in another clone, where the earlier
// files are not kept.
func (o *upgradeOptions) giveUpElsewhere(cmd *cobra.Command, p *opened) error {
	changes, lost, err := evolve.GiveUp(p.Project, p.current)
	if err != nil {
		return err
	}
	if len(lost) > 0 {
		return &failure{
			code: exitRefused, details: lost,
			message: "the files from before this change are kept where it was made, and these have been edited since",
			hint:    takenBackByGit(cmd.Context(), p.Dir, project.ConflictsPath) + "; or resolve them, then forge upgrade --continue",
		}
	}
	if err := txn.Apply(cmd.Context(), p.Dir, changes); err != nil {
		return err
	}
	return o.printer(cmd.OutOrStdout()).say(fmt.Sprintf("Gave up the conflicts: %s as before. What else that change brought stays here (to take that back, too: %s).",
		plural(len(p.Conflicts), "file is", "files are"), takenBackByGit(cmd.Context(), p.Dir, project.ConflictsPath)))
}

// takenBackByGit is the command by which git takes back the last change of a
// file of forge's.
func takenBackByGit(ctx context.Context, dir, name string) string {
	commit, err := askGit(ctx, dir, "log", "-1", "--format=%h", "--", name)
	if commit = strings.TrimSpace(commit); err != nil || commit == "" {
		return "git restore ."
	}
	return "git revert " + commit
}
