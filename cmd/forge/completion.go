package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/field"
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
