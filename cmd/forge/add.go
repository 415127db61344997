package main

import (
	"github.com/spf13/cobra"
)

func newAdd(flags *common) *cobra.Command {
	add := &cobra.Command{
		Use:     "add",
		Short:   "Add accounts, or fields of users, to a project",
		Example: "  forge add auth --mode=complete\n  forge add field first_name:string? birthday:date?",
		Args:    noCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	add.AddCommand(newAddAuth(flags), newAddField(flags))
	return add
}
