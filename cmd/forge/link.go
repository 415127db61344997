package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/adopt"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
	"github.com/forge-go/forge/templates"
)

type linkOptions struct {
	changeFlags
	given project.Answers
}

func newLink(flags *common) *cobra.Command {
	o := &linkOptions{changeFlags: changeFlags{common: flags}}
	cmd := &cobra.Command{
		Use:   "link",
		Short: "Rebuild .forge in a project that lost it",
		Long: `Write .forge/ anew in a project that forge made and that has lost it, or never
committed it. Of all projects that this forge can write, it takes the one that
most of the files match, unless flags say which. Files that differ count as changed by
you, and files that are missing as never written.`,
		Example: `  forge link --dry-run
  forge link --auth=basic --db=postgres`,
		Args: noArguments,
		RunE: interruptible(func(cmd *cobra.Command) error { return explainInProject("forge link", o.run(cmd)) }),
	}
	set := cmd.Flags()
	const otherwise = "default: what matches"
	o.registerDryRun(cmd, "what would be remembered")
	registerAnswers(set, (*string)(&o.given.Auth), (*string)(&o.given.DB), (*string)(&o.given.Router), func(generator.Choice) string { return otherwise })
	set.StringVar(&o.given.Program, "program", "", "the program's folder in cmd/ ("+otherwise+")")
	return cmd
}

func (o *linkOptions) run(cmd *cobra.Command) (err error) {
	if err := o.checkGiven(); err != nil {
		return err
	}
	dir, err := adopt.FindRoot(".")
	if err != nil {
		return &failure{code: exitUsage, message: "there is no Go module here or above", hint: "cd into the project"}
	}
	if _, err := endKilled(dir, cmd.ErrOrStderr(), o.dryRun); err != nil {
		return err
	}
	if err := checkMerged(cmd.Context(), dir); err != nil {
		return err
	}
	if _, err := project.Open(dir); err == nil {
		return &failure{code: exitRefused, message: "the project remembers how it was made; there is nothing to link", hint: "forge doctor"}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	linked, err := evolve.Link(templates.FS, root.FS(), o.given, readBuildFacts().Version, time.Now())
	if other := (*evolve.NoMatchError)(nil); errors.As(err, &other) {
		return &failure{code: exitRefused, message: other.Error(), hint: "forge add auth gives any Go module accounts"}
	}
	if err != nil {
		return err
	}
	if !o.dryRun {
		if err := txn.Apply(cmd.Context(), dir, linked.Changes()); err != nil {
			return err
		}
	}
	return o.printer(cmd.OutOrStdout()).print(o.report(dir, linked))
}

func (o *linkOptions) checkGiven() error {
	for _, c := range []struct {
		choice generator.Choice
		value  string
	}{{generator.AuthChoice(), string(o.given.Auth)}, {generator.DBChoice(), string(o.given.DB)}, {generator.RouterChoice(), string(o.given.Router)}} {
		if c.value == "" {
			continue
		}
		if err := c.choice.Check(c.value); err != nil {
			return &failure{code: exitUsage, message: err.Error(), hint: didYouMean("forge link --"+c.choice.Name+"=", nearest(c.value, c.choice.Names()), "forge link --help")}
		}
	}
	return nil
}

// linkFacts are a link as --json prints it.
type linkFacts struct {
	Dir     string          `json:"dir"`
	Answers project.Answers `json:"answers"`
	Same    int             `json:"same"`
	Differ  []string        `json:"differ"`
	Missing []string        `json:"missing"`
	DryRun  bool            `json:"dry_run,omitempty"`
}

func (o *linkOptions) report(dir string, l *evolve.Linked) report {
	a := l.Answers
	var text strings.Builder
	fmt.Fprintf(&text, "accounts %s, %s, %s%s, %s, %s; %s as this forge writes them\n", a.Auth, a.DB, a.Router, withNames(a.Features),
		plural(len(a.Fields), "field", "fields"), plural(len(a.Resources), "resource", "resources"), plural(len(l.Same), "file", "files"))
	for _, list := range []struct {
		names []string
		what  string
	}{{l.Differ, "differs, and counts as your change"}, {l.Missing, "is missing; forge upgrade writes it, or --skip it"}} {
		for _, name := range list.names {
			fmt.Fprintf(&text, "  %s %s\n", name, list.what)
		}
	}
	r := report{facts: linkFacts{Dir: dir, Answers: a, Same: len(l.Same), Differ: l.Differ, Missing: l.Missing, DryRun: o.dryRun}}
	if o.dryRun {
		r.text = "Would remember " + text.String() + nothingWritten
		return r
	}
	r.text = "Remembered " + text.String()
	r.next = []string{"forge doctor", "git add .forge"}
	return r
}
