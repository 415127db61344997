package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
)

// completeChoice completes the values of a flag, except some.
func completeChoice(cmd *cobra.Command, flag string, c generator.Choice, without ...string) {
	var values []string
	for _, v := range c.Values {
		if !slices.Contains(without, v.Name) {
			values = append(values, cobra.CompletionWithDesc(v.Name, v.Description))
		}
	}
	completeValues(cmd, flag, values...)
}

func completeValues(cmd *cobra.Command, flag string, values ...string) {
	// It fails only for a flag that the command lacks; a test completes every flag.
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// completeField completes the type in NAME:TYPE.
func completeField(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	name, _, found := strings.Cut(typed, ":")
	if !found {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var specs []string
	for _, t := range field.KindNames() {
		specs = append(specs, name+":"+t, name+":"+t+"?")
	}
	return specs, cobra.ShellCompDirectiveNoFileComp
}

// completeName completes the one argument of a command, a name among the answers
// of the project that the command runs in.
func completeName(names func(project.Answers) []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		const directive = cobra.ShellCompDirectiveNoFileComp
		dir, err := project.Find(".")
		if err != nil || len(args) > 0 {
			return nil, directive
		}
		p, err := project.Open(dir)
		if err != nil {
			return nil, directive
		}
		return names(p.Manifest.Answers), directive
	}
}

// fieldNames lists the fields that forge add field added.
func fieldNames(a project.Answers) []string {
	var names []string
	for _, f := range a.Fields {
		if !f.Removed {
			names = append(names, f.Name)
		}
	}
	return names
}

// resourceNames lists the resources that are there.
func resourceNames(a project.Answers) []string {
	var names []string
	for _, r := range a.Resources {
		if !r.Removed {
			names = append(names, r.Name)
		}
	}
	return names
}
