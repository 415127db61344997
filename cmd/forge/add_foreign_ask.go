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
	"github.com/forge-go/forge/generator/adopt"
	"github.com/forge-go/forge/generator/adopt/notice"
	"github.com/forge-go/forge/generator/adopt/wire"
	"github.com/forge-go/forge/generator/project"
)

// prompter returns nil if no questions may be asked.
func (o *addForeign) prompter(cmd *cobra.Command) prompt.Prompter {
	if o.json || o.dryRun {
		return nil
	}
	return o.common.prompter(cmd)
}

// fillMode sets the mode, from the flag, by asking, or to the default, and checks the
// other flags.
func (o *addForeign) fillMode(ctx context.Context, prompter prompt.Prompter) error {
	mode := modeChoice(&o.mode)
	if o.mode == "" && prompter == nil && !o.yes && !o.dryRun {
		return &failure{
			code:      exitUsage,
			message:   "missing --mode, and " + unasked() + " (--yes uses the defaults)",
			hint:      "forge add auth --mode=basic --yes",
			questions: []question{mode.question()},
		}
	}
	if err := mode.fill(ctx, prompter); err != nil {
		return err
	}
	if err := mode.Check(o.mode); err != nil {
		return err
	}
	if o.router != "" && !slices.Contains([]string{"stdlib", "gorilla", "chi", "gin", "echo", "fiber"}, o.router) {
		return &failure{code: exitUsage, message: fmt.Sprintf("--router=%s is unknown", o.router), hint: "forge add auth --router=stdlib"}
	}
	if err := errors.Join(generator.CheckTablePrefix(o.tables), generator.CheckPathPrefix(o.paths)); err != nil {
		return err
	}
	return nil
}

// checkConfirmed refuses to change the module where nobody can be asked and nothing
// was said.
func (o *addForeign) checkConfirmed(prompter prompt.Prompter) error {
	if o.yes || o.dryRun || prompter != nil {
		return nil
	}
	return &failure{code: exitUsage, message: "there is no terminal to confirm on", hint: o.again() + " --yes",
		questions: []question{{Name: "yes", Flag: "--yes", Message: "Change this module, whose code is not forge's?"}}}
}

// decide resolves what the module leaves open, by asking if that is possible, and
// by leaving the user's files alone if it is not.
func (o *addForeign) decide(ctx context.Context, prompter prompt.Prompter, survey *adopt.Survey) (adopt.Decision, error) {
	d := adopt.Decision{Candidate: survey.Choice.Taken, Router: project.Router(o.router), NoTest: o.noTest}
	if d.Router == "" {
		d.Router = project.Stdlib
		if len(survey.Candidates) == 0 {
			d.Router = project.Handler
		}
	}
	if d.Candidate == nil && prompter != nil {
		var err error
		if d.Candidate, err = askCandidate(ctx, prompter, survey); err != nil {
			return d, err
		}
	}
	if d.Candidate == nil {
		d.Why = append(d.Why, survey.Choice.Why)
	}
	if err := o.setApart(ctx, prompter, survey, d); err != nil {
		return d, err
	}
	if clash := survey.Clash(); clash != nil {
		d.Why = append(d.Why, wire.Reason{Text: fmt.Sprintf("there is %s already (%s), where accounts have theirs", clash.Text, clash.Position)})
	} else if against := survey.Against(); len(against) > 0 && o.at == "" {
		err := o.confirmBeside(ctx, prompter, against, len(d.Why) > 0)
		if errors.Is(err, errDeclined) {
			d.Why = append(d.Why, wire.Reason{Text: whatIsThere(against) + ": " + describe(against)})
		} else if err != nil {
			return d, err
		}
	}
	if len(d.Why) > 0 {
		d.Candidate = nil
	}
	return d, o.fillDB(ctx, prompter, survey, &d)
}

// fillDB sets the database, from the flag, from the module's driver or by asking. It
// is the default where the accounts open a database of their own.
func (o *addForeign) fillDB(ctx context.Context, prompter prompt.Prompter, survey *adopt.Survey, d *adopt.Decision) error {
	c := generator.DBChoice()
	d.DB = project.Database(o.db)
	switch {
	case d.DB != "":
	case survey.Reaches(*d):
		d.DB = survey.DB
	default: // The accounts open a file of their own.
		d.DB = project.Database(c.Default)
	}
	named := d.Candidate != nil && d.Candidate.Handle.Kind != "none"
	if d.DB == "" && named && prompter == nil {
		return &failure{
			code:      exitUsage,
			message:   fmt.Sprintf("which database %s is can't be determined from the module's imports", d.Candidate.Handle.Expr),
			hint:      o.again() + " --db=" + c.Default + " --yes",
			questions: []question{choice{c, "Which database does it use?", (*string)(&d.DB)}.question()},
		}
	}
	if err := (choice{c, "Which database does it use?", (*string)(&d.DB)}).fill(ctx, prompter); err != nil {
		return err
	}
	return c.Check(string(d.DB))
}

const noCandidate = "none"

// askCandidate lets the user choose among the likeliest routers.
func askCandidate(ctx context.Context, prompter prompt.Prompter, survey *adopt.Survey) (*wire.Candidate, error) {
	q := prompt.Question{
		Message: "Which router should get the routes? (" + survey.Choice.Why.Text + ")",
		Default: noCandidate,
	}
	byName := make(map[string]*wire.Candidate)
	for _, c := range survey.Candidates {
		if c.Score <= 0 || len(byName) == 5 {
			break
		}
		name := fmt.Sprintf("%s after %s", c.Expr, c.After)
		if byName[name] == nil {
			byName[name] = c
			q.Options = append(q.Options, prompt.Option{Value: name, Description: "in " + c.Function})
		}
	}
	if len(byName) == 0 {
		return nil, nil
	}
	q.Options = append(q.Options, prompt.Option{Value: noCandidate, Description: "write nothing, and print the lines"})
	answer, err := prompter.Select(ctx, q)
	if err != nil {
		return nil, err
	}
	return byName[answer], nil
}

// errDeclined reports that the user did not agree.
var errDeclined = errors.New("nothing was written")

func confirm(ctx context.Context, prompter prompt.Prompter, message string) error {
	yes, err := prompter.Confirm(ctx, prompt.Question{Message: message, Default: "no"})
	if err != nil {
		return err
	}
	if !yes {
		return errDeclined
	}
	return nil
}

// confirmBeside asks whether to add accounts next to what is there. Without a
// terminal, or if the answer would change nothing, it is no.
func (o *addForeign) confirmBeside(ctx context.Context, prompter prompt.Prompter, notices []notice.Notice, refused bool) error {
	if prompter == nil || refused {
		return errDeclined
	}
	return confirm(ctx, prompter, "T"+whatIsThere(notices)[1:]+" ("+describe(notices)+"). Add accounts next to it?")
}

// whatIsThere sums up notices.
func whatIsThere(notices []notice.Notice) string {
	if slices.ContainsFunc(notices, func(n notice.Notice) bool { return n.Grade == notice.LogIn }) {
		return "there is log-in code already"
	}
	return "there is what may get in the way of accounts"
}

// describe names the first notices.
func describe(notices []notice.Notice) string {
	var all []string
	for _, n := range notices[:min(len(notices), 3)] {
		all = append(all, fmt.Sprintf("%s (%s)", n.Text, n.Position))
	}
	if more := len(notices) - len(all); more > 0 {
		all = append(all, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(all, ", ")
}
