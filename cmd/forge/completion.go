package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator"
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
func completeField(kinds func() []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		name, _, found := strings.Cut(typed, ":")
		if !found {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var specs []string
		for _, t := range kinds() {
			specs = append(specs, name+":"+t, name+":"+t+"?")
		}
		return specs, cobra.ShellCompDirectiveNoFileComp
	}
}

// anyNumber is that of arguments which a name completes, whatever came before.
const anyNumber = 1 << 10

// completeName completes one of the first arguments of a command, or the value of a
// flag, with names among the answers of the project that the command runs in.
func completeName(names func(project.Answers) []string, arguments int) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		const directive = cobra.ShellCompDirectiveNoFileComp
		dir, err := project.Find(".")
		if err != nil || len(args) >= arguments {
			return nil, directive
		}
		p, err := project.Open(dir)
		if err != nil {
			return nil, directive
		}
		return names(p.Manifest.Answers), directive
	}
}

// fieldNames lists the fields that users have beside what all users have, or those of
// the resource.
func (r *resourceFlag) fieldNames(a project.Answers) []string {
	var names []string
	for _, f := range a.Fields {
		if r.resource() == "" && !f.Removed {
			names = append(names, f.Name)
		}
	}
	for _, of := range a.Resources {
		for _, f := range of.Fields {
			if of.Name == r.resource() && !f.Removed {
				names = append(names, f.Name)
			}
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
