package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

func newDoctor(flags *common) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check a project that forge made",
		Long: `Check the project in the working directory: its record of what forge wrote, open
conflicts, whether the accounts are still wired, code that git ignores, and modules
that are older than those that this forge writes. In a module that forge did not
make, it also names the key, the tables and the settings of the accounts, and which
of your own routes require a user.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return explainInProject("forge doctor", flags.examine(cmd))
		},
	}
}

func (c *common) examine(cmd *cobra.Command) error {
	findings, err := c.findings(cmd)
	if err != nil {
		return err
	}
	r := report{facts: doctorFacts{findings}}
	var wrong []evolve.Finding
	for _, f := range findings {
		r.text += fmt.Sprintf("%-6s %s\n", f.Level, describeFinding(f))
		if f.Level == evolve.Wrong {
			wrong = append(wrong, f)
		}
	}
	if len(wrong) > 0 {
		r.failure = &failure{code: exitFailed, message: plural(len(wrong), "thing is", "things are") + " wrong with this project", hint: wrong[0].Help}
	}
	return c.printer(cmd.OutOrStdout()).print(r)
}

// doctorFacts are an examination as --json prints it.
type doctorFacts struct {
	Findings []evolve.Finding `json:"findings"`
}

func describeFinding(f evolve.Finding) string {
	if f.Help == "" {
		return f.Text
	}
	return f.Text + "; try: " + f.Help
}

// findings examines the project, unless a run has half changed it: nothing else
// can be told then.
func (c *common) findings(cmd *cobra.Command) (found []evolve.Finding, err error) {
	dir, err := project.Find(".")
	if err != nil && !isNone(err) {
		return nil, err
	}
	var stop *failure
	if err == nil && errors.As(checkFinished(dir), &stop) {
		return []evolve.Finding{{Level: evolve.Wrong, Text: stop.message, Help: stop.hint}}, nil
	}
	p, err := c.openProject(cmd, true)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.root.Close()) }()
	if found, err = evolve.Examine(templates.FS, p.Project, p.current, readBuildFacts().Version); err != nil {
		return nil, err
	}
	if p.Manifest.Answers.Foreign != nil {
		routes, err := findRoutes(cmd.Context(), p.Project)
		if err != nil {
			return nil, err
		}
		about, err := foreignFindings(p.current, p.Manifest.Answers, os.Environ())
		if err != nil {
			return nil, err
		}
		found = append(found, append(about, protectedRoutes(routes.routes))...)
	}
	if lost := lostInMerge(cmd.Context(), p); lost != nil {
		found = append(found, *lost)
	}
	found = append(found, neverCommitted(cmd.Context(), p)...)
	mod, err := fs.ReadFile(p.current, "go.mod")
	if err != nil {
		return nil, err
	}
	around, err := inTheWay(p.Dir, p.current, mod)
	return append(found, around...), err
}
