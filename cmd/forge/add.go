package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/feature"
)

func newAdd(flags *common) *cobra.Command {
	add := &cobra.Command{
		Use:     "add",
		Short:   "Add accounts, fields of users, resources or features to a project",
		Example: "  forge add auth --mode=complete\n  forge add field 'first_name:string?' 'birthday:date?'\n  forge add resource note title:string 'body:text?'\n  forge add api-keys",
		Args:    noAddition,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	add.AddCommand(newAddAuth(flags), newAddField(flags), newAddResource(flags))
	for _, f := range feature.All() {
		add.AddCommand(newAddFeature(flags, f))
	}
	return add
}

// noAddition refuses the name of something that forge can't add.
func noAddition(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	names, meant := subcommands(cmd, args[0])
	return &failure{
		code:    exitUsage,
		message: fmt.Sprintf("there is no %s to add; there are: %s", args[0], strings.Join(names, ", ")),
		hint:    didYouMean("forge add ", meant, "forge features"),
	}
}
