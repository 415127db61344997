package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
	"github.com/forge-go/forge/templates"
)

type mergeOptions struct{ changeFlags }

func newMerge(flags *common) *cobra.Command {
	o := &mergeOptions{changeFlags{common: flags}}
	cmd := &cobra.Command{
		Use:   "merge",
		Short: "Merge two branches that forge changed",
		Long: `Merge what forge and its users changed on two branches of the project in the
working directory, when git merge, git rebase or git cherry-pick has stopped with
conflicts, or has been committed with one side's .forge/ only.

The answers of both branches are united: all features and fields, and the higher
mode. Each branch is updated to these answers by the merge that forge upgrade
does, then both become one project. So this forge must be as new as those that
wrote the branches, and whatever it writes differently comes along. What merges
cleanly is staged; the conflicts that are left get markers, as git's do. Files that
you have merged by hand stay as they are, and git merges your own files.`,
		Example: `  git merge their-branch
  forge merge
  git merge --continue`,
		Args: noArguments,
		RunE: interruptible(func(cmd *cobra.Command) error { return explainInProject("forge merge", o.run(cmd)) }),
	}
	o.registerDryRun(cmd, "the changes")
	o.registerNoCheck(cmd)
	return cmd
}

func (o *mergeOptions) run(cmd *cobra.Command) (err error) {
	ctx := cmd.Context()
	dir, err := project.Find(".")
	if err != nil {
		return err
	}
	if _, err := endKilled(dir, cmd.ErrOrStderr(), o.dryRun); err != nil {
		return err
	}
	m, err := findMerge(ctx, dir)
	if errors.Is(err, errNoMerge) {
		return o.printer(cmd.OutOrStdout()).say("Nothing to merge: " + err.Error() + ".")
	}
	if err != nil {
		return &failure{code: exitRefused, message: "forge merge reads both branches from git, which can't be asked here: " + err.Error(), hint: "install git"}
	}
	b, err := m.branches(ctx)
	if err != nil {
		return o.explainBranch(m, err)
	}
	if err := o.checkBranches(m, b); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	u, err := evolve.Unite(templates.FS, b, root.FS(), readBuildFacts().Version, time.Now())
	var clash *project.ClashError
	if errors.As(err, &clash) {
		return &failure{code: exitRefused, message: clash.Error(), hint: m.giveUp() + ", then take it back on one of the branches (forge undo, or git revert)"}
	}
	if err != nil {
		return err
	}
	return o.apply(cmd, m, u)
}

// giveUp returns the command that abandons the whole merge.
func (m gitMerge) giveUp() string {
	if m.abort == "" {
		return "git reset --keep HEAD^"
	}
	return m.abort
}

func (o *mergeOptions) explainBranch(m gitMerge, err error) error {
	if f := explainState(err); errors.As(err, new(*project.UnknownError)) {
		return f
	}
	return &failure{code: exitRefused, message: "a branch has no .forge/ that can be read: " + err.Error(), hint: m.giveUp() + ", then forge doctor on both branches"}
}

// checkBranches refuses branches that this forge can't update.
func (o *mergeOptions) checkBranches(m gitMerge, b evolve.Branches) error {
	for name, p := range map[string]*project.Project{"this branch": b.Ours.Project, "the other branch": b.Theirs.Project} {
		if err := checkAnswers(p.Manifest); err != nil {
			return explainState(err)
		}
		if err := p.Manifest.CheckVersion(readBuildFacts().Version); err != nil && !o.allowOlder {
			return newerWrote(err)
		}
		if len(p.Conflicts) > 0 {
			return &failure{code: exitRefused, message: name + " has conflicts of an earlier run that wait to be resolved",
				hint: m.giveUp() + ", then forge upgrade --continue there"}
		}
	}
	return nil
}

// apply writes the union, or prints it.
func (o *mergeOptions) apply(cmd *cobra.Command, m gitMerge, u *evolve.Union) error {
	ctx, out := cmd.Context(), o.printer(cmd.OutOrStdout())
	changes, err := u.Changes(rand.Reader)
	if err != nil {
		return err
	}
	open, err := unmerged(ctx, m.dir, ".")
	if err != nil {
		return err
	}
	r := mergeReport{merge: m, union: u, own: ownFiles(open, u)}
	if len(changes) == 0 && len(open) == 0 && len(u.Conflicts()) == 0 {
		return out.say("Nothing to merge: the project is what both branches make together.")
	}
	if len(u.Conflicts()) == 0 && len(r.own) == 0 && !o.noCheck {
		before, err := u.BackToOurs()
		if err != nil {
			return err
		}
		if r.broken, err = o.faults(cmd, m.dir, before, changes); err != nil {
			return err
		}
	}
	if o.dryRun || len(r.broken) > 0 {
		return out.print(r.planned(changes, o.dryRun))
	}
	if err := txn.Apply(ctx, m.dir, changes); err != nil {
		return err
	}
	if err := o.tellGit(ctx, m, u, open); err != nil {
		return err
	}
	return out.print(r.done())
}

// ownFiles returns the files that forge did not write.
func ownFiles(names []string, u *evolve.Union) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return strings.HasPrefix(name, ".forge/") || slices.Contains(u.Places, name)
	})
}

// tellGit stages what is merged, and marks the rest as unmerged.
func (o *mergeOptions) tellGit(ctx context.Context, m gitMerge, u *evolve.Union, open []string) error {
	var conflicts []string
	for _, c := range u.Conflicts() {
		conflicts = append(conflicts, c.Path)
	}
	tracked, err := askGit(ctx, m.dir, "ls-files", "-z", "--", ".")
	if err != nil {
		return err
	}
	known := strings.Split(tracked, "\x00")
	slices.Sort(known)
	var clean []string
	for _, name := range slices.Concat(u.Places, []string{project.ManifestPath, project.BasePath, project.AttributesPath, project.ConflictsPath, evolve.SkipPath}) {
		_, missing := os.Lstat(m.dir + "/" + name)
		if _, isKnown := slices.BinarySearch(known, name); !slices.Contains(conflicts, name) && (missing == nil || isKnown) {
			clean = append(clean, name)
		}
	}
	if err := m.stage(ctx, clean); err != nil {
		return err
	}
	return m.leaveOpen(ctx, slices.DeleteFunc(conflicts, func(name string) bool { return slices.Contains(open, name) }))
}

// mergeReport reports what a merge planned or did.
type mergeReport struct {
	merge  gitMerge
	union  *evolve.Union
	own    []string // the user's own files, which git has not merged
	broken []string // what would not compile
}

// mergeFacts are a merge as --json prints it.
type mergeFacts struct {
	updateFacts
	Own  []string `json:"own_conflicts"` // the user's own files, which git has not merged
	Next string   `json:"next"`          // the command that ends the merge
	// Renumbered are migrations that databases of the other branch have run by another number.
	Renumbered []evolve.Renumbered `json:"renumbered,omitempty"`
}

func (r mergeReport) facts(dryRun bool) mergeFacts {
	return mergeFacts{updateFacts: r.asUpdate().facts(dryRun), Own: append([]string{}, r.own...), Next: r.merge.goOn, Renumbered: r.union.Renumbered}
}

// renumbered tells which migrations have another number, and what to do where one
// has run by its former number.
func (r mergeReport) renumbered() string {
	table := "goose_db_version"
	if r.union.Answers.Foreign != nil {
		table = "accounts_migrations"
	}
	var text strings.Builder
	for _, m := range r.union.Renumbered {
		reason := "both branches had its number, or that of one before it"
		if m.IsOnBoth {
			reason = "one branch had it by that number"
		}
		fmt.Fprintf(&text, "  renumber %s is %s now: %s\n", m.From, path.Base(m.To), reason)
		fmt.Fprintf(&text, "           a database that has run it needs UPDATE %s SET version_id = %d WHERE version_id = %d before the service starts\n", table, m.ToVersion, m.FromVersion)
	}
	return text.String()
}

// asUpdate returns the report of an update with the same outcome.
func (r mergeReport) asUpdate() updateReport {
	return updateReport{dir: r.merge.dir, update: &evolve.Update{Answers: r.union.Answers, Files: r.union.Files, Secrets: r.union.Secrets}}
}

func (r mergeReport) planned(changes []txn.Change, dryRun bool) report {
	text, shown := "", []txn.Change(nil)
	if dryRun {
		shown = changes
		text = diffOf(changes) + r.asUpdate().count() + "; " + nothingWritten + r.asUpdate().list(evolve.Conflicting, evolve.Kept) + r.renumbered()
	}
	return report{facts: r.facts(dryRun), changes: shown, text: text, failure: r.failure()}
}

func (r mergeReport) done() report {
	text := "Merged both branches (" + describeAnswers(r.union.Answers) + "): " + r.asUpdate().count() + "\n" +
		r.asUpdate().list(evolve.Conflicting, evolve.Kept) + r.renumbered()
	rep := report{facts: r.facts(false), text: text, undo: []string{"forge undo"}, failure: r.failure()}
	if r.merge.abort != "" {
		rep.undo = append(rep.undo, r.merge.abort)
	}
	if rep.failure == nil {
		rep.next = []string{"make test    check that everything works together", r.merge.goOn}
		if r.union.Answers.Foreign != nil {
			rep.next = append(hostSteps(r.union.Answers), r.merge.goOn)
		}
	}
	return rep
}

func describeAnswers(a project.Answers) string {
	text := "accounts " + string(a.Auth)
	if len(a.Features) > 0 {
		text += "; features " + strings.Join(a.Features, ", ")
	}
	if len(a.Fields) > 0 {
		var names []string
		for _, f := range a.Fields {
			names = append(names, pastName(f.Name, f.Removed))
		}
		text += "; fields " + strings.Join(names, ", ")
	}
	if len(a.Resources) > 0 {
		var names []string
		for _, r := range a.Resources {
			names = append(names, pastName(r.Plural, r.Removed))
		}
		text += "; resources " + strings.Join(names, ", ")
	}
	return text
}

// pastName is the name of a field or a resource that may have been removed.
func pastName(name string, removed bool) string {
	if removed {
		return name + " (removed)"
	}
	return name
}

// failure returns why the merge is not complete, or nil.
func (r mergeReport) failure() *failure {
	conflicts := r.union.Conflicts()
	switch {
	case len(r.broken) > 0:
		return &failure{code: exitConflicts, message: "the branches together would not compile; nothing was written", details: r.broken,
			hint: "forge merge --no-check, then change these places"}
	case len(conflicts) == 0 && len(r.own) == 0:
		return nil
	}
	details, files := places(conflicts, evolve.Outcome.Marked), filesOf(conflicts, evolve.Outcome.Marked)
	for _, name := range r.own {
		const reason = "your own file, which git could not merge"
		details, files = append(details, name+": "+reason), append(files, filePlace{Path: name, Reason: reason})
	}
	return &failure{code: exitConflicts, message: plural(len(conflicts)+len(r.own), "file has", "files have") + " conflicts; the rest is merged and staged", details: details, files: files,
		hint: fmt.Sprintf("an editor, then git add these files and %s; or %s", r.merge.goOn, r.merge.giveUp())}
}
