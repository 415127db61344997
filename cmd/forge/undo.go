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
byte for byte. Another undo takes back the change before that one, and forge redo
redoes what was undone last. If files were edited since, nothing is undone.`,
		Args: noArguments,
		RunE: interruptible(func(cmd *cobra.Command) error { return explainInProject("forge undo", o.undo(cmd)) }),
	}
	o.registerDryRun(cmd, "the changes")
	return cmd
}

func newRedo(flags *common) *cobra.Command {
	o := &changeFlags{common: flags}
	cmd := &cobra.Command{
		Use:   "redo",
		Short: "Redo what forge undo undid last",
		Long: `Redo what forge undo undid last in the project in the working directory, byte for
byte. Another redo redoes the change after that one. Once forge has made a new
change, there is nothing left to redo. If files were edited since, nothing is
changed.`,
		Args: noArguments,
		RunE: interruptible(func(cmd *cobra.Command) error { return explainInProject("forge redo", o.redo(cmd)) }),
	}
	o.registerDryRun(cmd, "the changes")
	return cmd
}

// changedBefore finds the project or the module around the working directory, and
// ends what a killed run began there.
func (f *changeFlags) changedBefore(cmd *cobra.Command) (string, txn.Recovery, error) {
	dir, err := project.Find(".")
	if isNone(err) { // A module that accounts were added to has an undo, too.
		if root, rootErr := adopt.FindRoot("."); rootErr == nil {
			dir, err = root, nil
		}
	}
	if err != nil {
		return "", txn.NothingToDo, err
	}
	done, err := endKilled(dir, cmd.ErrOrStderr(), f.dryRun)
	if err != nil {
		return "", done, err
	}
	return dir, done, checkMerged(cmd.Context(), dir)
}

func (f *changeFlags) undo(cmd *cobra.Command) error {
	dir, done, err := f.changedBefore(cmd)
	if err != nil {
		return err
	}
	switch done { // The change before that one is another.
	case txn.TakenBack, txn.Discarded:
		return f.printer(cmd.OutOrStdout()).say("Undid the run that was killed: all files are as before it.")
	case txn.FinishedUndo:
		return f.printer(cmd.OutOrStdout()).say("Completed the undo that was killed.")
	}
	step, err := txn.Undo(dir, nil)
	if err != nil {
		return err
	}
	return f.takeBack(cmd, dir, step)
}

// takeBack makes a step that undoes a change.
func (f *changeFlags) takeBack(cmd *cobra.Command, dir string, step txn.Step) error {
	if len(step.Changes) == 0 {
		return &failure{
			code: exitRefused, message: "there is nothing to undo: the files from before a change are kept where it was made, in .forge/undo, and not committed",
			hint: takenBackByGit(cmd.Context(), dir, project.ManifestPath),
		}
	}
	text := fmt.Sprintf("Undid the last change: %s as before; forge redo makes it again.\n", plural(len(step.Changes), "file is", "files are"))
	if step.Left > 0 {
		text += fmt.Sprintf("forge undo undoes the one before (%s).\n", plural(step.Left, "change is", "changes are")+" left")
	}
	return f.turn(cmd, dir, step, text)
}

func (f *changeFlags) redo(cmd *cobra.Command) error {
	dir, done, err := f.changedBefore(cmd)
	if err != nil {
		return err
	}
	if done == txn.FinishedRedo {
		return f.printer(cmd.OutOrStdout()).say("Completed the redo that was killed.")
	}
	step, err := txn.Redo(dir)
	if err != nil {
		return err
	}
	if len(step.Changes) == 0 {
		return &failure{code: exitRefused, message: "there is nothing to redo: no change was undone since the last one was made", hint: "forge undo undoes the last change"}
	}
	text := fmt.Sprintf("Made the change again: %s; forge undo undoes it.\n", plural(len(step.Changes), "file is as after it", "files are as after it"))
	if step.Left > 0 {
		text += fmt.Sprintf("forge redo makes the next one again (%s).\n", plural(step.Left, "change is", "changes are")+" left")
	}
	return f.turn(cmd, dir, step, text)
}

// turn makes a step, or prints it, and then the text.
func (f *changeFlags) turn(cmd *cobra.Command, dir string, step txn.Step, text string) error {
	out := f.printer(cmd.OutOrStdout())
	if f.dryRun {
		text := diffOf(step.Changes) + plural(len(step.Changes), "file", "files") + "; " + nothingWritten
		return out.print(report{facts: undoFactsOf(dir, step, true), changes: step.Changes, text: text})
	}
	if err := step.Apply(cmd.Context(), dir); err != nil {
		return err
	}
	return out.print(report{facts: undoFactsOf(dir, step, false), text: text})
}

// undoFacts are an undo, or a redo, as --json prints it.
type undoFacts struct {
	Dir    string   `json:"dir"`
	DryRun bool     `json:"dry_run,omitempty"`
	Files  []string `json:"files"`
	Left   int      `json:"left"` // how many changes can still be undone, or made again
}

func undoFactsOf(dir string, step txn.Step, dryRun bool) undoFacts {
	facts := undoFacts{Dir: dir, DryRun: dryRun, Left: step.Left}
	for _, c := range step.Changes {
		facts.Files = append(facts.Files, c.Path)
	}
	return facts
}
