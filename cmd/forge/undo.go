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
		Short: "Take back the last change that forge made to a project",
		Long: `Take back the last change that forge made to the project around the working
folder, byte for byte. Files that were edited since are protected: then nothing
is taken back. A second undo makes the change again.`,
		Args: noArguments,
		RunE: interruptible(o.undo),
	}
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "print the changes, write nothing")
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
		return printer{out: cmd.OutOrStdout(), common: f.common}.say("Took back the run that was killed: all files are as before it.")
	}
	changes, err := txn.Undo(dir, nil)
	if err != nil {
		return err
	}
	return f.takeBack(cmd, dir, changes)
}

func (f *changeFlags) takeBack(cmd *cobra.Command, dir string, changes []txn.Change) error {
	out := printer{out: cmd.OutOrStdout(), common: f.common}
	if len(changes) == 0 {
		return out.say("There is nothing to undo.")
	}
	if f.dryRun {
		return out.say(diffOf(changes) + plural(len(changes), "file", "files") + "; nothing was written (--dry-run)")
	}
	if err := txn.Apply(cmd.Context(), dir, changes); err != nil {
		return err
	}
	return out.say(fmt.Sprintf("Took back the last change: %s as before.", plural(len(changes), "file is", "files are")))
}
