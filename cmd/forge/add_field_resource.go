package main

import (
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/resource"
	"github.com/forge-go/forge/generator/shell"
	"github.com/forge-go/forge/templates"
)

// addToResource adds the fields to the resource that --to names.
func (o *addFieldOptions) addToResource(cmd *cobra.Command) (err error) {
	if err := o.checkConflicts(cmd); err != nil {
		return err
	}
	var fields []resource.Field
	var names []string
	for _, spec := range o.specs {
		f, err := resource.ParseField(spec)
		if err == nil {
			err = f.Mark(o.unique, o.index)
		}
		if err != nil {
			return err
		}
		fields, names = append(fields, f), append(names, f.Name)
	}
	p, err := o.openProject(cmd, o.dryRun)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.root.Close()) }()
	if err := conflictsWait(p, exitConflicts); err != nil {
		return err
	}
	change := evolve.ResourceChange{Project: p.Project, Current: p.current, Name: o.to.resource(), Now: time.Now()}
	request := change.Add(fields)
	request.Version = readBuildFacts().Version
	u, err := evolve.NewUpdate(templates.FS, p.Project, p.current, request)
	if err != nil {
		return err
	}
	say := updateWords{
		done: "Added to " + o.to.resource() + ": " + strings.Join(names, ", "),
		next: []string{"make test    check that everything works; the migration runs when the service starts"},
	}
	if u.Answers.Foreign != nil {
		say.next = hostSteps(u.Answers)
	}
	return o.apply(cmd, p, u, say)
}

func quotedAll(words []string) []string {
	var all []string
	for _, w := range words {
		all = append(all, shell.Quote(w))
	}
	return all
}
