package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/cmd/forge/internal/prompt"
	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/adopt"
	"github.com/forge-go/forge/generator/adopt/notice"
	"github.com/forge-go/forge/generator/adopt/wire"
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

	apart map[notice.Cure]notice.Notice // what the prefixes that were chosen are for
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
		f.code, f.hint = exitRefused, fmt.Sprintf("go work edit -go=%s %s, then %s", generator.ModulesGoVersion, shellQuote(work.Work), o.again())
	case errors.Is(err, errDeclined):
		f.code, f.hint = exitFailed, "forge add auth --mode="+o.mode+" --dry-run"
	case errors.As(err, &inTheWay):
		f.code, f.hint = exitRefused, fmt.Sprintf("mv %s ELSEWHERE, then forge add auth again", strings.Join(inTheWay.Paths, " "))
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
	survey, err := adopt.NewSurvey(ctx, root, adopt.Flags{Mode: o.mode, Router: o.router, At: o.at, TablePrefix: o.tables, PathPrefix: o.paths, Version: readBuildFacts().Version})
	if err != nil {
		return err
	}
	out, r := o.printer(cmd.OutOrStdout()), foreignReport{survey: survey, again: o.again(), verbose: o.verbose}
	if survey.IsWired {
		return out.print(r.alreadyWired())
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
		return o.keptGo(ctx, survey, decision.Why)
	}
	if err := o.announceGo(cmd.ErrOrStderr(), prompter, survey.TooOld); err != nil {
		return err
	}
	decided := time.Now()
	r.apart = o.apart
	r.plan, err = survey.Plan(ctx, templates.FS, decision)
	if err != nil {
		return err
	}
	r.own = read.Sub(begin) - survey.Listing + time.Since(decided) - r.plan.Checking
	return o.write(ctx, prompter, out, r)
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
	}
	begin := time.Now()
	if err := txn.Apply(ctx, r.survey.Root, r.plan.Changes); err != nil {
		return err
	}
	r.own += time.Since(begin)
	return out.print(r.done(undoOf(ctx, r.survey.Root, o.wasClean, r.plan.Changes)))
}

// prompter returns nil where nothing may be asked.
func (o *addForeign) prompter(cmd *cobra.Command) prompt.Prompter {
	if o.json || o.dryRun {
		return nil
	}
	return o.common.prompter(cmd)
}

// fillMode takes the flag, the default or an answer.
func (o *addForeign) fillMode(ctx context.Context, prompter prompt.Prompter) error {
	all := generator.AuthChoice()
	all.Name = "mode"
	all.Values = slices.DeleteFunc(all.Values, func(v generator.Value) bool { return v.Name == "none" })
	if o.mode == "" && prompter == nil && !o.yes && !o.dryRun {
		return &failure{
			code:    exitUsage,
			message: "missing --mode, and there is no terminal to ask on (--yes uses the defaults)",
			hint:    "forge add auth --mode=basic --yes",
		}
	}
	if err := (choice{all, "Which accounts does it need?", &o.mode}).fill(ctx, prompter); err != nil {
		return err
	}
	if err := all.Check(o.mode); err != nil {
		return err
	}
	if o.router != "" && !slices.Contains([]string{"stdlib", "gorilla", "chi", "gin", "echo", "fiber"}, o.router) {
		return &failure{code: exitUsage, message: fmt.Sprintf("--router=%s is unknown", o.router), hint: "forge add auth --router=stdlib"}
	}
	if err := errors.Join(generator.CheckTablePrefix(o.tables), generator.CheckPathPrefix(o.paths)); err != nil {
		return err
	}
	if !o.yes && !o.dryRun && prompter == nil {
		return &failure{code: exitUsage, message: "there is no terminal to confirm on", hint: "forge add auth --mode=" + o.mode + " --yes"}
	}
	return nil
}

// decide settles what the module leaves open, by asking where that is possible
// and by leaving the user's files alone where it is not.
func (o *addForeign) decide(ctx context.Context, prompter prompt.Prompter, survey *adopt.Survey) (adopt.Decision, error) {
	d := adopt.Decision{Candidate: survey.Choice.Taken, Router: o.router, NoTest: o.noTest}
	if d.Router == "" {
		d.Router = "stdlib"
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
		d.Why = append(d.Why, fmt.Sprintf("there is %s already (%s), where accounts have theirs", clash.Text, clash.Position))
	} else if against := survey.Against(); len(against) > 0 && o.at == "" {
		err := o.confirmBeside(ctx, prompter, against, len(d.Why) > 0)
		if errors.Is(err, errDeclined) {
			d.Why = append(d.Why, whatIsThere(against)+": "+describe(against))
		} else if err != nil {
			return d, err
		}
	}
	if len(d.Why) > 0 {
		d.Candidate = nil
	}
	return d, o.fillDB(ctx, prompter, survey, &d)
}

// fillDB takes the flag, what the module's driver tells, an answer, or, where
// the wiring opens its own database, the default.
func (o *addForeign) fillDB(ctx context.Context, prompter prompt.Prompter, survey *adopt.Survey, d *adopt.Decision) error {
	c := generator.DBChoice()
	d.DB = o.db
	switch {
	case d.DB != "":
	case survey.Reaches(*d):
		d.DB = survey.DB
	default: // A file of its own asks nothing of the program.
		d.DB = c.Default
	}
	named := d.Candidate != nil && d.Candidate.Handle.Kind != "none"
	if d.DB == "" && named && prompter == nil {
		return &failure{
			code:    exitUsage,
			message: fmt.Sprintf("which database %s is can't be determined from the module's imports", d.Candidate.Handle.Expr),
			hint:    "forge add auth --mode=" + o.mode + " --db=" + c.Default + " --yes",
		}
	}
	if err := (choice{c, "Which database does it use?", &d.DB}).fill(ctx, prompter); err != nil {
		return err
	}
	return c.Check(d.DB)
}

const noCandidate = "none"

// askCandidate lets the user choose among the likeliest routers.
func askCandidate(ctx context.Context, prompter prompt.Prompter, survey *adopt.Survey) (*wire.Candidate, error) {
	q := prompt.Question{
		Message: "Which router should get the routes? (" + survey.Choice.Why + ")",
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

// confirmBeside asks whether accounts shall stand beside what is there. Where
// nobody can be asked, or the answer would change nothing, it is no.
func (o *addForeign) confirmBeside(ctx context.Context, prompter prompt.Prompter, notices []notice.Notice, refused bool) error {
	if prompter == nil || refused {
		return errDeclined
	}
	return confirm(ctx, prompter, "T"+whatIsThere(notices)[1:]+" ("+describe(notices)+"). Add accounts next to it?")
}

// whatIsThere says what notices have in common.
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

// checkForeignCommitted refuses a module with uncommitted changes of the user.
// What forge itself wrote in an earlier run is not in the way.
func (o *addForeign) checkForeignCommitted(ctx context.Context, survey *adopt.Survey) error {
	output, err := askGit(ctx, survey.Root, "status", "--porcelain", "-z", "--untracked-files=all", "--", ".")
	if err != nil {
		return nil // No git, or no repository.
	}
	prefix, err := askGit(ctx, survey.Root, "rev-parse", "--show-prefix")
	if err != nil {
		return nil
	}
	var changed []string
	for entry := range strings.SplitSeq(output, "\x00") {
		if len(entry) > 3 {
			changed = append(changed, strings.TrimPrefix(entry[3:], strings.TrimSpace(prefix)))
		}
	}
	o.wasClean = len(changed) == 0
	changed = slices.DeleteFunc(changed, survey.IsForges)
	if len(changed) == 0 || o.allowDirty || o.dryRun {
		return nil
	}
	return &failure{code: exitRefused, message: "the tree has uncommitted changes; nothing was written",
		details: changed, hint: "git stash, or the same command with --allow-dirty"}
}
