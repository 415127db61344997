package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/compile"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/shell"
	"github.com/forge-go/forge/generator/txn"
)

// checkCompiles refuses changes with which the owner's code and forge's would not
// compile together. What did not compile before is not blamed on them.
func (f *changeFlags) checkCompiles(cmd *cobra.Command, p *opened, changes []txn.Change) (*failure, error) {
	if f.noCheck {
		return nil, nil
	}
	if meets, err := evolve.MeetsOwnCode(p.Project, p.current, changes); err != nil || !meets {
		return nil, err
	}
	faults, err := f.faults(cmd, p.Dir, nil, changes)
	if err != nil || len(faults) == 0 {
		return nil, err
	}
	return &failure{
		code: exitConflicts, message: "with these changes the project would not compile; nothing was written", details: faults,
		hint: "change these places first, or " + cmd.CommandPath() + " --no-check and change them then",
	}, nil
}

// faults lists what compiles with the changes before, and does not with those after.
// What can't be compiled here at all is reported on stderr.
func (f *changeFlags) faults(cmd *cobra.Command, dir string, before, after []txn.Change) ([]string, error) {
	verdict, err := compile.Check(cmd.Context(), dir, before, after)
	var unknown *compile.UnknownError
	if errors.As(err, &unknown) && context.Cause(cmd.Context()) == nil {
		if !f.quiet {
			fmt.Fprintf(cmd.ErrOrStderr(), "forge: whether the project compiles was not checked (%s); go vet ./... does it\n", unknown.Why)
		}
		return nil, nil
	}
	return verdict.Added, err
}

// checkResolved refuses to end a change whose conflicts are open, or whose files
// are no Go or would not compile where the project did before the change.
func (o *upgradeOptions) checkResolved(cmd *cobra.Command, p *opened, r evolve.Resolution) error {
	again := "an editor, then forge upgrade --continue; or forge upgrade --abort"
	switch {
	case len(r.Open) > 0:
		return &failure{code: exitConflicts, message: plural(len(r.Open), "file still has", "files still have") + " conflict markers", details: r.Open, hint: again}
	case len(r.Gone) > 0:
		return &failure{code: exitConflicts, message: plural(len(r.Gone), "file with a conflict was", "files with conflicts were") + " deleted", details: r.Gone,
			hint: fmt.Sprintf("forge upgrade --continue --ours %s, and it stays deleted; or --theirs %s, and it is what forge writes", shell.Quote(r.Gone[0]), shell.Quote(r.Gone[0]))}
	case len(r.Broken) > 0:
		return &failure{code: exitConflicts, message: plural(len(r.Broken), "file is", "files are") + " not valid Go", details: r.Broken, hint: again}
	case o.noCheck:
		return nil
	}
	isOpen := func(path string) bool {
		return slices.ContainsFunc(p.Conflicts, func(c project.Conflict) bool { return c.At == path })
	}
	before, err := txn.Undo(p.Dir, isOpen)
	unsure := err != nil || len(before.Changes) == 0 // what was before is not there any more
	faults, err := o.faults(cmd, p.Dir, before.Changes, r.Changes)
	if unsure {
		faults = slices.DeleteFunc(faults, func(fault string) bool {
			name, _, _ := strings.Cut(fault, ":")
			return !isOpen(name)
		})
	}
	if err != nil || len(faults) == 0 {
		return err
	}
	return &failure{code: exitConflicts, message: "the project does not compile", details: faults, hint: again + "; or forge upgrade --continue --no-check"}
}
