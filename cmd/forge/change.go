package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/adopt"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/evolve/merge"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// changeFlags are the flags of commands that change a project.
type changeFlags struct {
	*common
	dryRun, allowDirty bool
	noCheck            bool
	conflicts          string
	wasChecked         bool // whether checkCommitted found nothing to refuse
	wasClean           bool // git had committed everything
}

func (f *changeFlags) register(cmd *cobra.Command) {
	f.registerDryRun(cmd, "the changes")
	cmd.Flags().BoolVar(&f.allowDirty, "allow-dirty", false, "change files even if git has not committed all of them")
	f.registerNoCheck(cmd)
}

// registerDryRun adds the flag of a command that prints what it would write.
func (f *changeFlags) registerDryRun(cmd *cobra.Command, what string) {
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "print "+what+" and write nothing")
}

func (f *changeFlags) registerNoCheck(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.noCheck, "no-check", false, "write the changes even if they may not compile with your code")
}

func (f *changeFlags) registerConflicts(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.conflicts, "conflicts", "", "what to do with conflicts: inline writes markers into the files (default: write nothing)")
}

func (f *changeFlags) checkConflicts(cmd *cobra.Command) error {
	command := commandLine(cmd)
	if f.conflicts != "" && f.conflicts != "inline" {
		return &failure{
			code:    exitUsage,
			message: fmt.Sprintf("--conflicts=%s is unknown; there is: inline", f.conflicts),
			hint:    didYouMean(command+" --conflicts=", nearest(f.conflicts, []string{"inline"}), command+" --conflicts=inline"),
		}
	}
	return nil
}

// opened is the project around the working directory.
type opened struct {
	*project.Project
	root    *os.Root
	current fs.FS
}

// openToChange checks the flags of every change, and opens the project around the
// working directory. The caller closes root.
func (f *changeFlags) openToChange(cmd *cobra.Command) (*opened, error) {
	if err := f.checkConflicts(cmd); err != nil {
		return nil, err
	}
	return f.openProject(cmd, f.dryRun)
}

// openProject opens the project around the working directory. It completes or undoes
// what a killed run began, unless the command only reads. The caller closes root.
func (c *common) openProject(cmd *cobra.Command, onlyReads bool) (*opened, error) {
	dir, err := project.Find(".")
	open := project.Open
	if root, ok := adopt.FindBefore("."); ok && isNone(err) {
		dir, err, open = root, nil, adopt.TakeOver
	}
	if err != nil {
		return nil, err
	}
	if _, err := endKilled(dir, cmd.ErrOrStderr(), onlyReads); err != nil {
		return nil, err
	}
	if err := checkMerged(cmd.Context(), dir); err != nil {
		return nil, err
	}
	p, err := open(dir)
	if err == nil {
		err = checkAnswers(p.Manifest)
	}
	if err != nil {
		return nil, explainUnread(cmd.Context(), dir, err)
	}
	if err := p.Manifest.CheckVersion(readBuildFacts().Version); err != nil && !c.allowOlder {
		return nil, newerWrote(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &opened{Project: p, root: root, current: root.FS()}, nil
}

// newerWrote returns the failure for a project that a newer forge wrote.
func newerWrote(err error) *failure {
	return &failure{code: exitRefused, message: err.Error(), hint: "a newer forge, or the same command with --allow-older, which takes out what the newer one brought"}
}

// endKilled completes or undoes what a killed run began, and reports it. It is an
// error for a command that only reads: what is there is neither the old project nor
// the new one.
func endKilled(dir string, stderr io.Writer, onlyReads bool) (txn.Recovery, error) {
	if onlyReads {
		return txn.NothingToDo, checkFinished(dir)
	}
	done, err := txn.Recover(dir)
	if err != nil {
		return done, err
	}
	switch done {
	case txn.Finished:
		fmt.Fprintln(stderr, "forge: an earlier run was killed while it wrote; its changes are complete now (forge undo undoes them)")
	case txn.FinishedUndo:
		fmt.Fprintln(stderr, "forge: an earlier forge undo was killed while it wrote; it is complete now (forge redo makes the change again)")
	case txn.FinishedRedo:
		fmt.Fprintln(stderr, "forge: an earlier forge redo was killed while it wrote; it is complete now (forge undo undoes the change)")
	case txn.TakenBack:
		fmt.Fprintln(stderr, "forge: an earlier run was killed while it wrote, and files were restored since; the rest of its changes is undone too")
	case txn.Discarded:
		fmt.Fprintln(stderr, "forge: an earlier run was killed before it changed anything that still exists; what it had staged is removed")
	}
	return done, nil
}

// checkFinished refuses a project that a run has changed in part.
func checkFinished(dir string) error {
	if !txn.IsUnfinished(dir) {
		return nil
	}
	return &failure{code: exitRefused, message: unfinished, hint: "the command that was killed, again, or forge undo"}
}

// unfinished describes a project that a run has changed in part.
const unfinished = "a run of forge was killed while it changed files here (or is still running): some are old, some new"

// ready refuses to change a project with open conflicts or uncommitted files.
func (f *changeFlags) ready(ctx context.Context, p *opened) error {
	if err := conflictsWait(p, exitConflicts); err != nil {
		return err
	}
	return f.checkCommitted(ctx, p)
}

// checkCommitted refuses files that git has not committed, unless the flags
// allow them.
func (f *changeFlags) checkCommitted(ctx context.Context, p *opened) (err error) {
	if f.wasChecked {
		return nil
	}
	f.wasClean, err = checkCommitted(ctx, p.Dir, f.allowDirty || f.dryRun)
	f.wasChecked = err == nil
	return err
}

// conflictsWait refuses a project with conflicts that are to be resolved first.
func conflictsWait(p *opened, code int) error {
	if len(p.Conflicts) == 0 {
		return nil
	}
	var details []string
	var files []filePlace
	for _, c := range p.Conflicts {
		details, files = append(details, c.At), append(files, filePlace{Path: c.At, Reason: "has conflict markers"})
	}
	return &failure{code: code, message: "conflicts of an earlier run wait to be resolved", details: details, files: files,
		hint: "forge upgrade --continue, or forge upgrade --abort"}
}

// apply writes an update of the project, or prints it.
func (f *changeFlags) apply(cmd *cobra.Command, p *opened, u *evolve.Update, say updateWords) error {
	out, r := f.printer(cmd.OutOrStdout()), updateReport{dir: p.Dir, update: u, words: say, verbose: f.verbose}
	if u.IsEmpty() {
		return out.print(r.nothing())
	}
	if err := f.checkCommitted(cmd.Context(), p); err != nil {
		return err
	}
	if conflicts := u.Conflicts(); len(conflicts) > 0 && f.conflicts == "" && !f.dryRun {
		return out.print(report{facts: r.facts(false), failure: conflictsError(conflicts, commandLine(cmd))})
	}
	changes, err := u.Changes(rand.Reader)
	if err != nil {
		return err
	}
	changes, left, err := tidy(cmd.Context(), p, changes)
	if err != nil {
		return err
	}
	var broken *failure
	if len(u.Conflicts()) == 0 {
		if broken, err = f.checkCompiles(cmd, p, changes); err != nil {
			return err
		}
	}
	if broken != nil && say.refused != nil {
		broken.code, broken.message, broken.hint = exitRefused, say.refused.message, say.refused.hint
	}
	if f.dryRun {
		return out.print(r.planned(changes, commandLine(cmd), broken))
	}
	if broken != nil {
		return out.print(report{facts: r.facts(false), failure: broken})
	}
	steps, err := stepsAround(p, changes)
	if err != nil {
		return err
	}
	if err := txn.Apply(cmd.Context(), p.Dir, changes); err != nil {
		return err
	}
	if left != "" {
		steps = append([]string{left}, steps...)
	}
	r.words.next = append(steps, r.words.next...)
	return out.print(r.done(undoOf(cmd.Context(), p.Dir, f.wasClean, changes)))
}

func conflictsError(conflicts []evolve.Outcome, command string) *failure {
	return &failure{code: exitConflicts, message: plural(len(conflicts), "file", "files") + " can't be merged; nothing was written",
		details: places(conflicts, evolve.Outcome.Where), files: filesOf(conflicts, evolve.Outcome.Where), hint: command + " --conflicts=inline"}
}

// places lists where conflicts are, and why; where is evolve.Outcome.Where before
// the files are written, and evolve.Outcome.Marked then.
func places(conflicts []evolve.Outcome, where func(evolve.Outcome) []merge.Place) []string {
	var lines []string
	for _, d := range conflicts {
		for _, at := range where(d) {
			lines = append(lines, fmt.Sprintf("%s:%d: %s", at.Path, at.Line, d.Reason))
		}
	}
	return lines
}

// filesOf is places for --json.
func filesOf(conflicts []evolve.Outcome, where func(evolve.Outcome) []merge.Place) []filePlace {
	var files []filePlace
	for _, d := range conflicts {
		for _, at := range where(d) {
			files = append(files, filePlace{at.Path, at.Line, d.Reason})
		}
	}
	return files
}

// isNone reports whether there is no project that forge made.
func isNone(err error) bool { return errors.Is(err, project.ErrNone) }
