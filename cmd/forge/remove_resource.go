package main

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

type removeResourceOptions struct {
	changeFlags
	name      string
	dropTable bool
}

func newRemoveResource(flags *common) *cobra.Command {
	o := &removeResourceOptions{changeFlags: changeFlags{common: flags}}
	cmd := &cobra.Command{
		Use:   "resource NAME",
		Short: "Take a resource out of the project",
		Long: `Take out of the project a resource that forge add resource added: its packages,
its routes, and what the OpenAPI document and the README say of it. Files that
you changed are conflicts. If your own code uses the resource, the places are
listed and nothing is written.

The table stays in the database, with its rows: a release that is still running
reads it, and forge add resource brings the resource back with them. With
--drop-table, also later, a migration drops the table.`,
		Example: `  forge remove resource note --dry-run
  forge remove resource note
  forge remove resource note --drop-table`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &failure{code: exitUsage, message: "forge remove resource takes the name of one resource", hint: "forge remove resource note"}
			}
			o.name = args[0]
			return nil
		},
		RunE: interruptible(func(cmd *cobra.Command) error {
			return explainInProject("forge remove resource", o.explain(o.run(cmd)))
		}),
	}
	cmd.ValidArgsFunction = completeName(resourceNames, 1)
	o.register(cmd)
	o.registerConflicts(cmd)
	cmd.Flags().BoolVar(&o.dropTable, "drop-table", false, "drop the table, and with it all rows")
	return cmd
}

func (o *removeResourceOptions) run(cmd *cobra.Command) (err error) {
	p, err := o.openToChange(cmd)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.root.Close()) }()
	if err := conflictsWait(p, exitConflicts); err != nil {
		return err
	}
	request := evolve.RemoveResource(p.Project, p.current, o.name, o.dropTable, time.Now())
	request.Version = readBuildFacts().Version
	u, err := evolve.NewUpdate(templates.FS, p.Project, p.current, request)
	if err != nil {
		return err
	}
	say := o.words(p.Manifest.Answers)
	if u.Answers.Foreign != nil { // It has no Makefile of forge's.
		say.next = slices.DeleteFunc(say.next, func(step string) bool { return strings.HasPrefix(step, "make ") })
		say.next = append(say.next, hostSteps(u.Answers)...)
	}
	say.refused = &failure{message: "your code uses the resource " + o.name + "; nothing was written", hint: "change these places first, or " + commandLine(cmd) + " --no-check and change them then"}
	return o.apply(cmd, p, u, say)
}

func (o *removeResourceOptions) words(before project.Answers) updateWords {
	say := updateWords{nothing: "Nothing to do: there is no resource " + o.name + " any more."}
	if !o.dropTable {
		say.done = "Removed the resource " + o.name + "; its table stays in the database, with its rows"
		say.next = []string{
			"make test    check that everything works",
			"forge remove resource " + o.name + " --drop-table    once no running release reads the table",
		}
		return say
	}
	say.done = "Removed the resource " + o.name + "; a migration drops its table, with all rows"
	for _, r := range before.Resources {
		if r.Removed && (r.Name == o.name || r.Plural == o.name) {
			say.done = "A migration drops the table " + r.Plural + ", with all rows"
		}
	}
	say.next = []string{
		"stop running releases before the migration: they read the table",
		"make test    check that everything works; migrations run when the service starts",
	}
	return say
}

// explain returns the failure for a resource that is not there, or that another
// one leads to.
func (o *removeResourceOptions) explain(err error) error {
	var (
		none *evolve.NoResourceError
		led  *evolve.LedToError
	)
	switch {
	case errors.As(err, &none):
		return &failure{code: exitUsage, message: err.Error(), hint: didYouMean("forge remove resource ", nearest(none.Name, none.Known), "forge describe, which lists the resources")}
	case errors.As(err, &led) && o.dropTable:
		return &failure{code: exitRefused, message: err.Error(), hint: "forge remove field " + led.Field + " --from=" + led.FromName + " --drop-column first, or forge remove resource " + led.FromName + " --drop-table"}
	case errors.As(err, &led):
		return &failure{code: exitRefused, message: err.Error(), hint: "forge remove resource " + led.FromName + " first, or forge remove field " + led.Field + " --from=" + led.FromName}
	}
	return err
}
