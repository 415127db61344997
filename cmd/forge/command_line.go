package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/forge-go/forge/generator/shell"
)

// commandLine returns the command as it was typed, without the flags that decide
// what is printed and what becomes of conflicts: to be run again with others.
func commandLine(cmd *cobra.Command) string {
	words := []string{cmd.CommandPath()}
	for _, arg := range cmd.Flags().Args() {
		words = append(words, shell.Quote(arg))
	}
	left := []string{"conflicts", "dry-run", "json", "quiet", "verbose", "plain", "no-color"}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if slices.Contains(left, f.Name) {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, value := range values {
			word := "--" + f.Name
			if f.Value.Type() != "bool" || value != "true" {
				word += "=" + shell.Quote(value)
			}
			words = append(words, word)
		}
	})
	return strings.Join(words, " ")
}

// otherCommands is the value of a flag that only other commands have: they call
// this command's flag so.
type otherCommands struct {
	cmd  *cobra.Command
	flag string
}

// refuseFlag lets a command answer to another name of one of its flags, with the
// command that was meant.
func refuseFlag(cmd *cobra.Command, name, flag string) {
	cmd.Flags().Var(otherCommands{cmd, flag}, name, "")
	cmd.Flags().Lookup(name).Hidden = true
}

func (o otherCommands) String() string { return "" }
func (o otherCommands) Type() string   { return "string" }

// Set returns the failure.
func (o otherCommands) Set(value string) error {
	return &failure{code: exitUsage, message: fmt.Sprintf("%s calls it --%s", o.cmd.CommandPath(), o.flag),
		hint: fmt.Sprintf("%s %s --%s=%s", o.cmd.Parent().CommandPath(), o.cmd.Use, o.flag, shell.Quote(value))}
}
