package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/templates"
)

type addFeatureOptions struct {
	changeFlags
	feature feature.Feature
}

func newAddFeature(flags *common, f feature.Feature) *cobra.Command {
	o := &addFeatureOptions{changeFlags: changeFlags{common: flags}, feature: f}
	cmd := &cobra.Command{
		Use:   f.Name,
		Short: "Add " + f.Description,
		Long: fmt.Sprintf(`Add %s to the project in the working directory, or to a module with forge's
accounts: %s.%s

.forge/ remembers the feature, and the files are updated by the merge that forge
upgrade does: your changes stay.`, f.Name, f.Description, needs(f)),
		Example: "  forge add " + f.Name + "\n  forge add " + f.Name + " --dry-run",
		Args:    noArguments,
		RunE: interruptible(func(cmd *cobra.Command) error {
			return explainInProject("forge add "+f.Name, o.add(cmd))
		}),
	}
	o.register(cmd)
	o.registerConflicts(cmd)
	return cmd
}

// needs is a sentence about the accounts that a feature needs; it is empty for none.
func needs(f feature.Feature) string {
	if f.Fits("none") {
		return ""
	}
	return "\nIt needs " + accountsFor(f) + "."
}

// accountsFor names the accounts that a feature needs.
func accountsFor(f feature.Feature) string {
	if f.Fits("basic") {
		return "accounts"
	}
	return "complete accounts"
}

func (o *addFeatureOptions) add(cmd *cobra.Command) (err error) {
	name := o.feature.Name
	p, err := o.openToChange(cmd)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.root.Close()) }()
	answers := p.Manifest.Answers
	if slices.Contains(answers.Features, name) {
		facts := updateFacts{Dir: p.Dir, Auth: answers.Auth, Features: answers.Features, Files: []fileFacts{}}
		return o.printer(cmd.OutOrStdout()).print(report{facts: facts, text: "Nothing to do: the project has " + name + ".\n"})
	}
	if !o.feature.Fits(string(answers.Auth)) {
		message := fmt.Sprintf("%s needs %s: %s", name, accountsFor(o.feature), o.feature.Reason)
		return &failure{code: exitRefused, message: message, hint: fmt.Sprintf("forge add auth --mode=%s, then forge add %s", o.feature.Mode, name)}
	}
	if err := o.ready(cmd.Context(), p); err != nil {
		return err
	}
	if err := evolve.CheckFeature(p.Project, p.current, o.feature); err != nil {
		return o.explain(err)
	}
	u, err := evolve.NewUpdate(templates.FS, p.Project, p.current, evolve.Request{Features: []string{name}, Version: readBuildFacts().Version, Now: time.Now()})
	if err != nil {
		return err
	}
	say := updateWords{done: "Added " + name + ", " + o.feature.Description, next: []string{"make test    check that everything works"}}
	if len(o.feature.Tables) > 0 {
		say.next[0] += "; new migrations run when the service starts"
	}
	if page := o.feature.Page.File; page != "" {
		say.next = append(say.next, "docs/"+page+" shows how to use it")
	} else {
		say.next = append(say.next, "docs/settings.md has its settings")
	}
	if answers.Foreign != nil {
		say.next = hostSteps(u.Answers)
	}
	return o.apply(cmd, p, u, say)
}

// explain returns the failure for a table whose name is taken.
func (o *addFeatureOptions) explain(err error) error {
	if taken, ok := errors.AsType[*evolve.TakenError](err); ok {
		return &failure{code: exitRefused, message: err.Error(), hint: fmt.Sprintf("another name for your table %s, then forge add %s", taken.Table, taken.Feature)}
	}
	return err
}
