package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/cmd/forge/internal/prompt"
	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/adopt"
	"github.com/forge-go/forge/generator/adopt/notice"
	"github.com/forge-go/forge/generator/adopt/wire"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/shell"
	"github.com/forge-go/forge/generator/txn"
	"github.com/forge-go/forge/templates"
)

// addForeign adds accounts to a module that forge did not make.
type addForeign struct {
	changeFlags
	mode, db, router, at  string
	keepGo, writePackages bool
	noTest                bool
	tables, paths         string // prefixes

	apart map[notice.Cure]notice.Notice // why prefixes were chosen
}

func (o *addForeign) run(cmd *cobra.Command) error { return o.explain(o.add(cmd)) }

// explain returns the failure for an error that only this command meets.
func (o *addForeign) explain(err error) error {
	var (
		at       *wire.AtError
		choice   *generator.ChoiceError
		inTheWay *adopt.InTheWayError
		broken   *adopt.UnreadableError
		work     *adopt.WorkTooOldError
		prefix   *generator.PrefixError
	)
	f := &failure{code: exitUsage}
	switch {
	case errors.Is(err, adopt.ErrNoModule):
		f.hint = outsideHint()
	case errors.As(err, &at):
		f.hint = "forge add auth --help"
	case errors.As(err, &choice):
		command := "forge add auth"
		if choice.Choice.Name != "mode" {
			command += " --mode=" + o.mode
		}
		f.hint = choiceHint(command, choice)
	case errors.As(err, &prefix):
		f.hint = "forge add auth --mode=" + o.mode + " --table-prefix=" + generator.DefaultTablePrefix + " --prefix=" + generator.DefaultPathPrefix
	case errors.Is(err, exec.ErrNotFound):
		f.code, f.hint = exitFailed, "go version, once Go is installed and in PATH"
	case errors.As(err, &broken):
		f.code, f.hint = exitFailed, broken.Help
	case errors.As(err, &work):
		f.code, f.hint = exitRefused, fmt.Sprintf("go work edit -go=%s %s, then %s", generator.ModulesGoVersion, shell.Quote(work.Work), o.again())
	case errors.Is(err, errDeclined):
		f.code, f.hint = exitFailed, "forge add auth --mode="+o.mode+" --dry-run"
	case errors.As(err, &inTheWay):
		f.code, f.hint = exitRefused, fmt.Sprintf("mv %s ELSEWHERE, then forge add auth again", shell.QuoteAll(inTheWay.Paths))
	default:
		return err
	}
	f.message = err.Error()
	return f
}

func (o *addForeign) add(cmd *cobra.Command) error {
	begin := time.Now()
	ctx, prompter := cmd.Context(), o.prompter(cmd)
	root, err := adopt.FindRoot(".")
	if err != nil {
		return err
	}
	if _, err := endKilled(root, cmd.ErrOrStderr(), o.dryRun); err != nil {
		return err
	}
	if err := o.fillMode(ctx, prompter); err != nil {
		return err
	}
	if _, err := project.Find(root); isNone(err) { // Without accounts, something would change.
		if err := o.checkConfirmed(prompter); err != nil {
			return err
		}
	}
	shown := newSlowSteps(cmd.ErrOrStderr(), o.common)
	survey, err := o.survey(ctx, shown, root)
	if err != nil {
		return err
	}
	out, r := o.printer(cmd.OutOrStdout()), foreignReport{survey: survey, again: o.again(), verbose: o.verbose}
	if survey.IsWired {
		return out.print(r.alreadyWired())
	}
	if err := o.checkConfirmed(prompter); err != nil {
		return err
	}
	if err := o.checkForeignCommitted(ctx, survey); err != nil {
		return err
	}
	read := time.Now()
	decision, err := o.decide(ctx, prompter, survey)
	if err != nil {
		return err
	}
	if survey.TooOld != nil && o.keepGo {
		return o.keptGo(ctx, survey, texts(decision.Why))
	}
	if r.announced, err = o.announceGo(cmd.ErrOrStderr(), prompter, survey.TooOld); err != nil {
		return err
	}
	decided := time.Now()
	r.apart = o.apart
	if r.plan, err = compiled(ctx, shown, survey, decision); err != nil {
		return err
	}
	r.own = read.Sub(begin) - survey.Listing + time.Since(decided) - r.plan.Checking
	return o.write(ctx, prompter, out, r)
}

// survey reads the module.
func (o *addForeign) survey(ctx context.Context, shown steps, root string) (survey *adopt.Survey, err error) {
	flags := adopt.Flags{
		Mode: project.Mode(o.mode), Router: project.Router(o.router), At: o.at,
		TablePrefix: o.tables, PathPrefix: o.paths, Version: readBuildFacts().Version,
	}
	err = shown.do("reading the module", func() (string, error) {
		survey, err = adopt.NewSurvey(ctx, root, flags)
		return "read the module", err
	})
	return survey, err
}

// compiled plans the changes, and checks that the module compiles with them.
func compiled(ctx context.Context, shown steps, survey *adopt.Survey, decision adopt.Decision) (plan *adopt.Plan, err error) {
	err = shown.do("compiling it with its accounts: the first time, that takes minutes", func() (string, error) {
		plan, err = survey.Plan(ctx, templates.FS, decision)
		return "compiled it with its accounts", err
	})
	return plan, err
}

// write makes the plan's changes, or prints them.
func (o *addForeign) write(ctx context.Context, prompter prompt.Prompter, out printer, r foreignReport) error {
	if o.dryRun {
		return out.print(r.planned())
	}
	if r.plan.Edit == nil && !o.writePackages {
		return out.print(r.refused())
	}
	if prompter != nil {
		if err := out.print(report{text: r.summary()}); err != nil {
			return err
		}
		if err := confirm(ctx, prompter, "Write this?"); err != nil {
			return err
		}
		r.confirmed = true
	}
	begin := time.Now()
	if err := txn.Apply(ctx, r.survey.Root, r.plan.Changes); err != nil {
		return err
	}
	r.own += time.Since(begin)
	return out.print(r.done(undoOf(ctx, r.survey.Root, o.wasClean, r.plan.Changes)))
}
