package main

import (
	"github.com/spf13/cobra"
)

func newAdd(flags *common) *cobra.Command {
	add := &cobra.Command{
		Use:     "add",
		Short:   "Add accounts, fields of users, or resources to a project",
		Example: "  forge add auth --mode=complete\n  forge add field first_name:string? birthday:date?\n  forge add resource note title:string body:text?",
		Args:    noCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	add.AddCommand(newAddAuth(flags), newAddField(flags), newAddResource(flags))
	return add
}
