package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/adopt"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

func newUndo(flags *common) *cobra.Command {
	o := &changeFlags{common: flags}
	cmd := &cobra.Command{
		Use:   "undo",
		Short: "Undo the last change that forge made to a project",
		Long: `Undo the last change that forge made to the project in the working directory,
byte for byte. If files were edited since, nothing is undone. A second undo makes
the change again.`,
		Args: noArguments,
		RunE: interruptible(func(cmd *cobra.Command) error { return explainInProject("forge undo", o.undo(cmd)) }),
	}
	o.registerDryRun(cmd, "the changes")
	return cmd
}

func (f *changeFlags) undo(cmd *cobra.Command) error {
	dir, err := project.Find(".")
	if isNone(err) { // A module that accounts were added to has an undo, too.
		if root, rootErr := adopt.FindRoot("."); rootErr == nil {
			dir, err = root, nil
		}
	}
	if err != nil {
		return err
	}
	done, err := endKilled(dir, cmd.ErrOrStderr(), f.dryRun)
	if err != nil {
		return err
	}
	if done == txn.TakenBack || done == txn.Discarded {
		// The change before that one is another.
		return f.printer(cmd.OutOrStdout()).say("Undid the run that was killed: all files are as before it.")
	}
	if err := checkMerged(cmd.Context(), dir); err != nil {
		return err
	}
	changes, err := txn.Undo(dir, nil)
	if err != nil {
		return err
	}
	return f.takeBack(cmd, dir, changes)
}

func (f *changeFlags) takeBack(cmd *cobra.Command, dir string, changes []txn.Change) error {
	out := f.printer(cmd.OutOrStdout())
	if len(changes) == 0 {
		return &failure{
			code: exitRefused, message: "there is nothing to undo: the files from before a change are kept where it was made, in .forge/undo, and not committed",
			hint: takenBackByGit(cmd.Context(), dir, project.ManifestPath),
		}
	}
	if f.dryRun {
		text := diffOf(changes) + plural(len(changes), "file", "files") + "; " + nothingWritten
		return out.print(report{facts: undoFactsOf(dir, changes, true), changes: changes, text: text})
	}
	if err := txn.Apply(cmd.Context(), dir, changes); err != nil {
		return err
	}
	text := fmt.Sprintf("Undid the last change: %s as before.\n", plural(len(changes), "file is", "files are"))
	return out.print(report{facts: undoFactsOf(dir, changes, false), text: text})
}

// undoFacts are an undo as --json prints it.
type undoFacts struct {
	Dir    string   `json:"dir"`
	DryRun bool     `json:"dry_run,omitempty"`
	Files  []string `json:"files"`
}

func undoFactsOf(dir string, changes []txn.Change, dryRun bool) undoFacts {
	facts := undoFacts{Dir: dir, DryRun: dryRun}
	for _, c := range changes {
		facts.Files = append(facts.Files, c.Path)
	}
	return facts
}
