package main

import (
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/shell"
)

func newRename(flags *common) *cobra.Command {
	rename := &cobra.Command{
		Use:     "rename",
		Short:   "Rename a field in a project",
		Example: "  forge rename field phone mobile\n  forge rename field due deadline --of=note",
		Args:    noCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	rename.AddCommand(newRenameField(flags))
	return rename
}

type renameFieldOptions struct {
	changeFlags
	of       resourceFlag
	from, to string
}

func newRenameField(flags *common) *cobra.Command {
	o := &renameFieldOptions{changeFlags: changeFlags{common: flags}}
	cmd := &cobra.Command{
		Use:   "field OLD NEW",
		Short: "Rename a field of users, or of a resource",
		Long: `Rename a field that forge add field added to users, or a field of a resource: in
the struct, the SQL, requests, responses, the OpenAPI document, the README and the
tests. A migration renames the column and its index; the data stays, and so do
your other changes. If your own code uses the field, the places are listed and
nothing is written.`,
		Example: `  forge rename field phone mobile --dry-run
  forge rename field phone mobile
  forge rename field due deadline --of=note`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 || args[0] == args[1] {
				return &failure{code: exitUsage, message: "forge rename field needs two names, the old and the new one", hint: "forge rename field phone mobile"}
			}
			o.from, o.to = args[0], args[1]
			return nil
		},
		RunE: interruptible(func(cmd *cobra.Command) error { return explainInProject("forge rename field", o.explain(o.run(cmd))) }),
	}
	cmd.ValidArgsFunction = completeName(o.of.fieldNames, 1)
	o.register(cmd)
	o.registerConflicts(cmd)
	o.of.register(cmd, "of")
	return cmd
}

func (o *renameFieldOptions) run(cmd *cobra.Command) error {
	return o.changeField(cmd, o.from, fieldChange{
		of:   o.of.resource(),
		hint: "change these places to " + field.GoName(o.to),
		request: func(p *opened, now time.Time) evolve.Request {
			if of := o.of.resource(); of != "" {
				change := evolve.ResourceChange{Project: p.Project, Current: p.current, Name: of, Now: now}
				return change.Rename(o.from, o.to)
			}
			return evolve.RenameField(p.Project, p.current, o.from, o.to, now)
		},
		words: func(*opened) updateWords {
			return updateWords{
				done: "Renamed: " + o.from + " is " + o.to + ", in requests and responses, too; a migration renames its column and keeps the data",
				next: []string{"stop running releases before the migration: they read the column by its old name"},
			}
		},
	})
}

// explain returns the failure for a name that no field can have, or else that of
// any change of a field.
func (o *renameFieldOptions) explain(err error) error {
	var odd *field.Error
	if !errors.As(err, &odd) {
		return o.of.explain("forge rename field", shell.Quote(o.from)+" "+shell.Quote(o.to), err)
	}
	f := &failure{code: exitUsage, message: "the field can't be named " + o.to + ": " + odd.Reason, hint: "forge rename field --help"}
	if name, _, _ := strings.Cut(odd.Hint, ":"); name != "" && name != o.to {
		f.hint = "forge rename field " + o.from + " " + name + o.of.set()
	}
	return f
}
