package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/merge3"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

type diffOptions struct {
	*common
	check bool
}

// diffFacts are a project's differences as --json prints them.
type diffFacts struct {
	Dir      string   `json:"dir"`
	Forge    string   `json:"forge"` // that wrote last
	Changed  []string `json:"changed"`
	Moved    []string `json:"moved"` // where they are now
	Removed  []string `json:"removed"`
	Outdated []string `json:"outdated"` // what forge upgrade would change
}

func newDiff(flags *common) *cobra.Command {
	o := &diffOptions{common: flags}
	cmd := &cobra.Command{
		Use:   "diff",
		Short: "Show how a project differs from what forge wrote",
		Long: `Show how the project in the working directory differs from what forge wrote,
and whether this forge would write anything else today (see forge upgrade).
Your own files, migrations and secrets are not shown.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return explainInProject("forge diff", o.run(cmd)) },
	}
	cmd.Flags().BoolVar(&o.check, "check", false, "exit with 5 if there is something to upgrade")
	return cmd
}

func (o *diffOptions) run(cmd *cobra.Command) (err error) {
	p, err := o.openProject(cmd, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.root.Close()) }()
	u, err := evolve.NewUpdate(templates.FS, p.Project, p.current, evolve.Request{Version: readBuildFacts().Version, Now: time.Now()})
	if err != nil {
		return err
	}
	facts := diffFacts{Dir: p.Dir, Forge: p.Manifest.Forge, Changed: []string{}, Moved: []string{}, Removed: []string{}, Outdated: []string{}}
	text, err := facts.compare(p, u)
	if err != nil {
		return err
	}
	for _, d := range u.Files {
		if d.IsChange() {
			facts.Outdated = append(facts.Outdated, d.Path)
		}
	}
	if len(facts.Outdated) == 0 && !u.IsEmpty() { // what the project remembers, or a secret it lacks
		facts.Outdated = append(facts.Outdated, project.ManifestPath)
	}
	return o.printer(cmd.OutOrStdout()).print(report{facts: facts, text: text + facts.summary(), failure: o.outdated(cmd.Context(), p, u, facts)})
}

// outdated is the failure of --check, or nil.
func (o *diffOptions) outdated(ctx context.Context, p *opened, u *evolve.Update, facts diffFacts) *failure {
	if !o.check {
		return nil
	}
	var waiting *failure
	lost := lostInMerge(ctx, p)
	switch {
	case errors.As(conflictsWait(p, exitOutdated), &waiting):
		return waiting
	case lost != nil:
		return &failure{code: exitOutdated, message: lost.Text, hint: lost.Help}
	case !u.IsEmpty():
		return &failure{code: exitOutdated, message: "the project is not what this forge would write today", details: facts.Outdated, hint: "forge upgrade"}
	}
	return nil
}

// compare fills the facts, and returns the differences as a diff.
func (f *diffFacts) compare(p *opened, u *evolve.Update) (string, error) {
	var text strings.Builder
	for _, e := range p.Manifest.Files {
		if e.Class != project.Owned {
			continue
		}
		written, at := u.Written(e.Path)
		content, err := project.ReadFile(p.current, at)
		if err != nil {
			return "", fmt.Errorf("comparing %s: %w", at, err)
		}
		if content == nil {
			f.Removed = append(f.Removed, e.Path)
			continue
		}
		if at != e.Path {
			f.Moved = append(f.Moved, at)
		}
		// Line ends are git's to choose, and no change.
		if diff := merge3.Unified(at, written, bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))); diff != nil {
			f.Changed = append(f.Changed, at)
			text.Write(diff)
		}
	}
	return text.String(), nil
}

// summary is the text after the diff.
func (f diffFacts) summary() string {
	var out strings.Builder
	for _, path := range f.Removed {
		fmt.Fprintf(&out, "removed: %s\n", path)
	}
	for _, path := range f.Moved {
		fmt.Fprintf(&out, "moved: %s\n", path)
	}
	fmt.Fprintf(&out, "%s changed by you, ", plural(len(f.Changed), "file", "files"))
	if len(f.Moved) > 0 {
		fmt.Fprintf(&out, "%d moved, ", len(f.Moved))
	}
	fmt.Fprintf(&out, "%d removed; ", len(f.Removed))
	if len(f.Outdated) == 0 {
		out.WriteString("up to date with this forge\n")
	} else {
		fmt.Fprintf(&out, "forge upgrade would change %s\n", plural(len(f.Outdated), "file", "files"))
	}
	return out.String()
}
