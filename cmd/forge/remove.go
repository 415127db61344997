package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/evolve"
)

func newRemove(flags *common) *cobra.Command {
	remove := &cobra.Command{
		Use:     "remove",
		Short:   "Remove a field of users, or a resource, from a project",
		Example: "  forge remove field first_name\n  forge remove resource note",
		Args:    noCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	remove.AddCommand(newRemoveField(flags), newRemoveResource(flags))
	return remove
}

type removeFieldOptions struct {
	changeFlags
	name       string
	dropColumn bool
}

func newRemoveField(flags *common) *cobra.Command {
	o := &removeFieldOptions{changeFlags: changeFlags{common: flags}}
	cmd := &cobra.Command{
		Use:   "field NAME",
		Short: "Remove a field of users",
		Long: `Remove a field that forge add field added to users: from the struct, the SQL,
requests, responses, the OpenAPI document, the README and the tests. Your other
changes stay. If your own code uses the field, the places are listed and nothing
is written.

The column stays in the database, with what users have in it: a release that is
still running reads it, and forge add field brings the field back with its data.
With --drop-column, also later, a migration drops the column.`,
		Example: `  forge remove field first_name --dry-run
  forge remove field first_name
  forge remove field first_name --drop-column`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &failure{code: exitUsage, message: "forge remove field needs the name of one field", hint: "forge remove field first_name"}
			}
			o.name = args[0]
			return nil
		},
		RunE: interruptible(func(cmd *cobra.Command) error {
			return explainInProject("forge remove field", explainField("forge remove field", o.run(cmd)))
		}),
	}
	cmd.ValidArgsFunction = completeName(fieldNames)
	o.register(cmd)
	o.registerConflicts(cmd)
	cmd.Flags().BoolVar(&o.dropColumn, "drop-column", false, "drop the column, and with it what users have in it")
	return cmd
}

func (o *removeFieldOptions) run(cmd *cobra.Command) error {
	return o.changeField(cmd, o.name, fieldChange{
		hint: "change these places",
		request: func(p *opened, now time.Time) evolve.Request {
			return evolve.RemoveField(p.Project, p.current, o.name, o.dropColumn, now)
		},
		words: o.words,
	})
}

func (o *removeFieldOptions) words(p *opened) updateWords {
	say := updateWords{nothing: "Nothing to do: users have no field " + o.name + " any more."}
	if !o.dropColumn {
		say.done = "Removed from users: " + o.name + "; its column stays in the database, with what users have in it"
		say.next = []string{"forge remove field " + o.name + " --drop-column    once no running release reads the column"}
		return say
	}
	say.done = "Removed from users: " + o.name + "; a migration drops its column, with what users have in it"
	for _, f := range p.Manifest.Answers.Fields {
		if f.Name == o.name && f.Removed {
			say.done = "A migration drops the column " + o.name + ", with what users have in it"
			return say
		}
	}
	say.next = []string{"stop running releases before the migration: they read the column"}
	return say
}
