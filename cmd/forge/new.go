package main

import (
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/newdir"
	"github.com/forge-go/forge/templates"
)

// newOptions are the flags and the argument of "forge new".
type newOptions struct {
	*common
	name, auth, db, router, module, dir string
	git, dryRun                         bool
}

func newNew(flags *common) *cobra.Command {
	o := &newOptions{common: flags}
	cmd := &cobra.Command{
		Use:   "new NAME",
		Short: "Write a new service",
		Long: `Write a new service into a folder that is missing or empty.

NAME is a bare name (myapi), a module path (github.com/acme/myapi), a path with
a folder (work/myapi), or "." for the working folder. What the flags leave out
is asked for on a terminal; --yes takes the defaults.`,
		Example: `  forge new myapi
  forge new github.com/acme/myapi --auth=basic --yes
  forge new myapi --dir . --git`,
		Args: o.takeName,
		RunE: interruptible(o.run),
	}
	set := cmd.Flags()
	set.StringVar(&o.auth, "auth", "", "accounts: "+values(generator.AuthChoice()))
	set.StringVar(&o.db, "db", "", "database: "+values(generator.DBChoice()))
	set.StringVar(&o.router, "router", "", "router: "+values(generator.RouterChoice()))
	set.StringVar(&o.module, "module", "", "module path (default: what NAME says)")
	set.StringVar(&o.dir, "dir", "", "folder to write into (default: what NAME says)")
	set.BoolVar(&o.git, "git", false, "make a git repository with a first commit")
	set.BoolVar(&o.dryRun, "dry-run", false, "print the files, write nothing")
	return cmd
}

func (o *newOptions) takeName(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return &usageError{
			message: fmt.Sprintf("forge new takes one name, but got %d: %q", len(args), args),
			hint:    "forge new " + args[0],
		}
	}
	if len(args) == 1 {
		o.name = args[0]
	}
	return nil
}

func (o *newOptions) run(cmd *cobra.Command) error {
	ctx := cmd.Context()
	names, answers, err := o.answers(cmd)
	if err != nil {
		return err
	}
	shown := newSteps(cmd.ErrOrStderr(), o.common)
	if o.dryRun { // It says itself what is planned.
		shown = steps{}
	}
	var plan *generator.Plan
	if err := shown.do("planning", func() (string, error) {
		plan, err = generator.NewPlan(templates.FS, answers)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("planned %d files", len(plan.Files)), nil
	}); err != nil {
		return err
	}
	out := printer{out: cmd.OutOrStdout(), common: o.common}
	if o.dryRun {
		return out.planned(plan, names.Dir)
	}
	writing := newdir.Writing{Random: rand.Reader}
	if o.git {
		if writing.Finish, err = gitFinish(ctx); err != nil {
			return err
		}
	}
	if err := shown.do("writing", func() (string, error) {
		return "wrote them to " + names.Dir, newdir.Write(ctx, plan.Files, names.Dir, writing)
	}); err != nil {
		return err
	}
	return out.written(plan, names.Dir)
}

// values lists a choice for a flag's help.
func values(c generator.Choice) string {
	return fmt.Sprintf("%s (--yes: %s)", strings.Join(c.Names(), ", "), c.Default)
}
