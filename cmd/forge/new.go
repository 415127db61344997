package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/cmd/forge/internal/prompt"
	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/generator/newdir"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

// newOptions are the flags and the argument of "forge new".
type newOptions struct {
	*common
	name, auth, db, router, module, dir string
	with                                []string // features
	dropped                             []string // features that the accounts chosen since can't have
	presetFile                          string
	preset                              project.Answers // what presetFile has
	git, dryRun, noAgents               bool
	asked                               bool // on the terminal, for some of them
}

func newNew(flags *common) *cobra.Command {
	o := &newOptions{common: flags}
	cmd := &cobra.Command{
		Use:   "new NAME",
		Short: "Write a new service",
		Long: `Write a new service into a folder that does not exist or is empty.

NAME is a bare name (myapi), a module path (github.com/acme/myapi), a path with
a folder (work/myapi), or "." for the working directory. On a terminal, forge asks
for whatever the flags leave open; with --yes, it uses the defaults.`,
		Example: `  forge new myapi
  forge new github.com/acme/myapi --auth=basic --yes
  forge new myapi --auth=complete --with=api-keys
  forge new myapi --dir . --git
  forge new myapi --answers preset.json`,
		Args: o.takeName,
		RunE: interruptible(func(cmd *cobra.Command) error { return o.explain(o.run(cmd)) }),
	}
	set := cmd.Flags()
	registerAnswers(set, &o.auth, &o.db, &o.router, func(c generator.Choice) string { return "--yes: " + c.Default })
	set.StringSliceVar(&o.with, "with", nil, "features, separated by commas, or all (forge features lists them; --yes: none)")
	set.StringVar(&o.module, "module", "", "module path (default: from NAME)")
	set.StringVar(&o.dir, "dir", "", "folder to write into (default: from NAME)")
	set.StringVar(&o.presetFile, "answers", "", "read answers from a `file`, or from stdin (-): the \"answers\" that --json prints; flags win")
	set.BoolVar(&o.git, "git", false, "create a git repository with a first commit")
	set.BoolVar(&o.noAgents, "no-agents-md", false, "leave out AGENTS.md and CLAUDE.md, which tell coding agents about the project")
	set.BoolVar(&o.dryRun, "dry-run", false, "print the files and write nothing")
	refuseFlag(cmd, "mode", "auth")
	completeChoice(cmd, "auth", generator.AuthChoice())
	completeChoice(cmd, "db", generator.DBChoice())
	completeChoice(cmd, "router", generator.RouterChoice())
	completeFeatures(cmd)
	return cmd
}

func (o *newOptions) takeName(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return &failure{
			code:    exitUsage,
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
	if o.dryRun { // Its report is the plan.
		shown = steps{}
	}
	var plan *generator.Plan
	if err := shown.do("planning", func() (string, error) {
		plan, err = generator.NewPlan(templates.FS, answers)
		if err != nil {
			return "", o.ofPreset(err)
		}
		return fmt.Sprintf("planned %d files", len(plan.Files)), nil
	}); err != nil {
		return err
	}
	out := o.printer(cmd.OutOrStdout())
	if o.dryRun {
		r, err := o.planned(plan, names.Dir)
		if err != nil {
			return err
		}
		return out.print(r)
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
	r, err := o.written(plan, names.Dir)
	if err != nil {
		return err
	}
	return out.print(r)
}

// explain returns the failure for an error of "forge new".
func (o *newOptions) explain(err error) error {
	var (
		name    *generator.NameError
		choice  *generator.ChoiceError
		unknown *feature.UnknownError
		mode    *feature.ModeError
		refused *newdir.RefusedError
	)
	f := &failure{code: exitUsage}
	switch {
	case err == nil:
		return nil
	case errors.As(err, &name):
		f.hint = nameHint(name)
	case errors.As(err, &choice):
		f.hint = choiceHint(o.command(), choice)
	case errors.As(err, &unknown):
		f.hint = didYouMean("--with=", meantFeature(unknown.Name), "forge features")
	case errors.As(err, &mode):
		f.hint = o.commandWith(mode.Feature)
	case errors.As(err, &refused):
		f.code, f.details, f.hint = exitRefused, refused.InTheWay, o.command()+" --dir OTHER-FOLDER"
		if len(f.details) > 0 {
			err = fmt.Errorf("%w; in the way", err)
		}
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		f.code, f.hint = exitFailed, o.command()+" --dir A-FOLDER-OF-YOURS"
	case errors.Is(err, prompt.ErrUnanswered):
		return &failure{code: exitUsage, message: "a question got no answer", hint: "forge new --help"}
	default:
		if system := systemFailure(err, workdir(), "the same command"); system != nil {
			return system
		}
		return err
	}
	f.message = err.Error()
	return f
}

// command is the command with the module that was named, as far as one was.
func (o *newOptions) command() string {
	names, err := o.names()
	if err != nil {
		return "forge new NAME"
	}
	return "forge new " + names.Module
}

func nameHint(e *generator.NameError) string {
	switch {
	case e.Suggestion != "":
		return "forge new " + e.Suggestion
	case e.What == "module path":
		return "forge new NAME --module example.com/name"
	}
	return "forge new myapi"
}

// choiceHint is the value that was meant, or a command with the one there is.
func choiceHint(command string, e *generator.ChoiceError) string {
	if near := nearest(e.Value, e.Choice.Names()); near != "" {
		return fmt.Sprintf("--%s=%s?", e.Choice.Name, near)
	}
	return fmt.Sprintf("%s --%s=%s", command, e.Choice.Name, e.Choice.Default)
}
