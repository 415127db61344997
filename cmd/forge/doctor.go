package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

func newDoctor(flags *common) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Examine a project that forge made",
		Long: `Examine the project around the working folder: whether what it remembers is
true, whether conflicts wait, whether the accounts are still wired, and whether
its modules are behind those that this forge writes.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return flags.examine(cmd) },
	}
}

func (c *common) examine(cmd *cobra.Command) error {
	findings, err := c.findings(cmd)
	if err != nil {
		return err
	}
	if err := c.printFindings(cmd, findings); err != nil {
		return err
	}
	bad := 0
	for _, f := range findings {
		if f.Level == evolve.Wrong {
			bad++
		}
	}
	if bad > 0 {
		return &stopError{code: exitFailed, message: plural(bad, "thing is", "things are") + " wrong with this project", hint: "the commands above"}
	}
	return nil
}

// findings examines the project, unless a run has half changed it: nothing else
// can be told then.
func (c *common) findings(cmd *cobra.Command) (found []evolve.Finding, err error) {
	dir, err := project.Find(".")
	if err != nil {
		return nil, err
	}
	var stop *stopError
	if errors.As(checkFinished(dir), &stop) {
		return []evolve.Finding{{Level: evolve.Wrong, Text: stop.message, Help: stop.hint}}, nil
	}
	p, err := openProject(cmd.ErrOrStderr(), true)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.root.Close()) }()
	return evolve.Examine(templates.FS, p.Project, p.current, readBuildFacts().Version)
}

func (c *common) printFindings(cmd *cobra.Command, findings []evolve.Finding) error {
	switch {
	case c.json:
		return writeJSON(cmd.OutOrStdout(), findings)
	case c.quiet:
		return nil
	}
	for _, f := range findings {
		text := f.Text
		if f.Help != "" {
			text += "; try: " + f.Help
		}
		if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%-6s %s\n", f.Level, text); err != nil {
			return err
		}
	}
	return nil
}
