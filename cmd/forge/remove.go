package main

import (
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
)

func newRemove(flags *common) *cobra.Command {
	remove := &cobra.Command{
		Use:     "remove",
		Short:   "Remove a field or a resource from a project",
		Example: "  forge remove field first_name\n  forge remove field due --from=note\n  forge remove resource note",
		Args:    noCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	remove.AddCommand(newRemoveField(flags), newRemoveResource(flags))
	return remove
}

type removeFieldOptions struct {
	changeFlags
	from       resourceFlag
	name       string
	dropColumn bool
}

func newRemoveField(flags *common) *cobra.Command {
	o := &removeFieldOptions{changeFlags: changeFlags{common: flags}}
	cmd := &cobra.Command{
		Use:   "field NAME",
		Short: "Remove a field of users, or of a resource",
		Long: `Remove a field that forge add field added to users, or a field of a resource: from
the struct, the SQL, requests, responses, the OpenAPI document, the README and the
tests. Your other changes stay. If your own code uses the field, the places are
listed and nothing is written.

The column stays in the database, with what is in it: a release that is still
running reads it, and forge add field brings the field back with its data. With
--drop-column, also later, a migration drops the column. A field of a resource
that is neither optional nor has a default goes with its column only: the database
would refuse rows without it.`,
		Example: `  forge remove field first_name --dry-run
  forge remove field first_name
  forge remove field first_name --drop-column
  forge remove field due --from=note`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &failure{code: exitUsage, message: "forge remove field needs the name of one field", hint: "forge remove field first_name"}
			}
			o.name = args[0]
			return nil
		},
		RunE: interruptible(func(cmd *cobra.Command) error {
			return explainInProject("forge remove field", o.from.explain("forge remove field", o.name, o.run(cmd)))
		}),
	}
	cmd.ValidArgsFunction = completeName(o.from.fieldNames, 1)
	o.register(cmd)
	o.registerConflicts(cmd)
	o.from.register(cmd, "from")
	cmd.Flags().BoolVar(&o.dropColumn, "drop-column", false, "drop the column, and with it what is in it")
	return cmd
}

func (o *removeFieldOptions) run(cmd *cobra.Command) error {
	return o.changeField(cmd, o.name, fieldChange{
		of:   o.from.resource(),
		hint: "change these places",
		request: func(p *opened, now time.Time) evolve.Request {
			if of := o.from.resource(); of != "" {
				change := evolve.ResourceChange{Project: p.Project, Current: p.current, Name: of, Now: now}
				return change.Remove(o.name, o.dropColumn)
			}
			return evolve.RemoveField(p.Project, p.current, o.name, o.dropColumn, now)
		},
		words: o.words,
	})
}

func (o *removeFieldOptions) words(p *opened) updateWords {
	whose, has := "users", "users have"
	if of := o.from.resource(); of != "" {
		whose, has = of, "rows have"
	}
	say := updateWords{nothing: "Nothing to do: " + whose + " have no field " + o.name + " any more."}
	if whose != "users" {
		say.nothing = "Nothing to do: " + whose + " has no field " + o.name + " any more."
	}
	if !o.dropColumn {
		say.done = "Removed from " + whose + ": " + o.name + "; its column stays in the database, with what " + has + " in it"
		say.next = []string{"forge remove field " + o.name + o.from.set() + " --drop-column    once no running release reads the column"}
		return say
	}
	say.done = "Removed from " + whose + ": " + o.name + "; a migration drops its column, with what " + has + " in it"
	if o.isGone(p.Manifest.Answers) {
		say.done = "A migration drops the column " + o.name + ", with what " + has + " in it"
		return say
	}
	say.next = []string{"stop running releases before the migration: they read the column"}
	return say
}

// isGone reports whether the field was removed before, and its column stayed.
func (o *removeFieldOptions) isGone(a project.Answers) bool {
	if of := o.from.resource(); of != "" {
		return slices.ContainsFunc(a.Resources, func(r project.Resource) bool {
			return (r.Name == of || r.Plural == of) && slices.ContainsFunc(r.Fields, func(f project.ResourceField) bool { return f.Name == o.name && f.Removed })
		})
	}
	return slices.ContainsFunc(a.Fields, func(f project.Field) bool { return f.Name == o.name && f.Removed })
}
