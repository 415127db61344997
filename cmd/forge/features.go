package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/cmd/forge/internal/prompt"
	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/generator/project"
)

func newFeatures(flags *common) *cobra.Command {
	return &cobra.Command{
		Use:   "features",
		Short: "List what a service may have besides its accounts",
		Long: `List the features: what each is, the accounts that it needs, its tables and
settings, and, inside a project, whether the project has it. forge new --with makes
a project with features, and forge add brings one to a project that is there.`,
		Example: "  forge features\n  forge features --json",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return explainInProject("forge features", listFeatures(cmd, flags))
		},
	}
}

// featureFacts are a feature as --json prints it.
type featureFacts struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Auth        string   `json:"auth"` // the least that it needs
	Tables      []string `json:"tables"`
	Settings    []string `json:"settings"`
	Added       bool     `json:"added"` // to the project around the working folder
}

func listFeatures(cmd *cobra.Command, flags *common) (err error) {
	var added []string
	_, noProject := project.Find(".")
	if noProject == nil {
		p, err := flags.openProject(cmd, true)
		if err != nil {
			return err
		}
		added = p.Manifest.Answers.Features
		if err := p.root.Close(); err != nil {
			return err
		}
	} else if !errors.Is(noProject, project.ErrNone) {
		return noProject
	}
	facts := struct {
		Features []featureFacts `json:"features"`
	}{[]featureFacts{}}
	var text strings.Builder
	for _, f := range feature.All() {
		has := slices.Contains(added, f.Name)
		facts.Features = append(facts.Features, featureFacts{f.Name, f.Description, f.Mode, f.TableNames(), f.SettingNames(), has})
		fmt.Fprintf(&text, "%s: %s\n", f.Name, f.Description)
		for _, line := range describeFeature(f, has, noProject == nil) {
			text.WriteString("  " + line + "\n")
		}
	}
	return flags.printer(cmd.OutOrStdout()).print(report{facts: facts, text: text.String()})
}

func describeFeature(f feature.Feature, has, inProject bool) []string {
	var lines []string
	if f.Mode != "none" {
		lines = append(lines, "needs     "+accountsFor(f))
	}
	if names := f.TableNames(); len(names) > 0 {
		lines = append(lines, "tables    "+strings.Join(names, ", "))
	}
	if names := f.SettingNames(); len(names) > 0 {
		lines = append(lines, "settings  "+strings.Join(names, ", "))
	}
	switch {
	case has:
		lines = append(lines, "this project has it")
	case inProject:
		lines = append(lines, "forge add "+f.Name)
	}
	return lines
}

// checkFeatures refuses features that there are not, or that the mode can't have,
// and puts the names of all that it can have in the place of "all".
func (o *newOptions) checkFeatures() error {
	named := slices.DeleteFunc(slices.Clone(o.with), func(name string) bool { return name == "all" })
	if o.auth == "" { // It is asked for, or the default.
		return feature.Check(named, generator.AuthChoice().Default)
	}
	if len(named) < len(o.with) {
		named = append(named, feature.Names(feature.For(o.auth))...)
	}
	if o.with != nil {
		o.with = feature.Join(named)
	}
	return feature.Check(named, o.auth)
}

// askFeatures asks which of the features that the mode can have are wanted.
func (o *newOptions) askFeatures(ctx context.Context, prompter prompt.Prompter) error {
	question := prompt.Question{Message: "Which features does it need?", Help: "forge add brings one later, too", Default: strings.Join(o.with, ",")}
	for _, f := range feature.For(o.auth) {
		question.Options = append(question.Options, prompt.Option{Value: f.Name, Description: f.Description})
	}
	var err error
	o.with, err = prompter.MultiSelect(ctx, question)
	return err
}

// fitting are the features of names that a project of a mode can have.
func fitting(names []string, mode string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		f, ok := feature.Find(name)
		return ok && !f.Fits(mode)
	})
}

// meantFeature is the feature that a name was probably meant to be, or "".
func meantFeature(name string) string {
	names := feature.Names(feature.All())
	if meant := otherNames()[name]; slices.Contains(names, meant) {
		return meant
	}
	return nearest(name, names)
}

// commandWith is the command line with the mode that a feature needs.
func (o *newOptions) commandWith(f feature.Feature) string {
	again := *o
	again.auth, again.with = f.Mode, o.with
	line := again.commandLine()
	if o.yes {
		line += " --yes"
	}
	return line
}

// withNames lists features after what comes before them; it is empty for none.
func withNames(features []string) string {
	if len(features) == 0 {
		return ""
	}
	return ", with " + strings.Join(features, ", ")
}

func completeFeatures(cmd *cobra.Command) {
	values := []string{cobra.CompletionWithDesc("all", "every feature that the mode can have")}
	for _, f := range feature.All() {
		values = append(values, cobra.CompletionWithDesc(f.Name, f.Description))
	}
	completeValues(cmd, "with", values...)
}
