package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/cmd/forge/internal/prompt"
	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/adopt"
	"github.com/forge-go/forge/generator/inject"
	"github.com/forge-go/forge/generator/txn"
	"github.com/forge-go/forge/templates"
)

// runForeign adds accounts to a module that forge did not make.
func (o *addForeign) runForeign(cmd *cobra.Command) error {
	begin := time.Now()
	ctx, prompter := cmd.Context(), o.prompter(cmd)
	out := foreignPrinter{printer{out: cmd.OutOrStdout(), common: o.common}}
	root, err := adopt.FindRoot(".")
	if err != nil {
		return err
	}
	if o.undo {
		return o.takeBack(ctx, root, out)
	}
	if err := o.finishPending(root); err != nil {
		return err
	}
	if err := o.fillMode(ctx, prompter); err != nil {
		return err
	}
	look, err := adopt.NewLook(ctx, root, adopt.Wishes{Mode: o.mode, Router: o.router, At: o.at})
	if err != nil {
		return err
	}
	if look.IsWired {
		return out.alreadyWired(look)
	}
	if !o.allowDirty && !o.dryRun {
		if err := refuseDirty(ctx, look); err != nil {
			return err
		}
	}
	read := time.Now()
	decision, err := o.decide(ctx, prompter, look)
	if err != nil {
		return err
	}
	decided := time.Now()
	plan, err := look.Plan(ctx, templates.FS, decision)
	if err != nil {
		return err
	}
	own := read.Sub(begin) - look.Listing + time.Since(decided) - plan.Checking
	if o.dryRun {
		return out.dryRun(look, plan, own)
	}
	if prompter != nil {
		if err := out.show(look, plan); err != nil {
			return err
		}
		if err := confirm(ctx, prompter, "Write this?"); err != nil {
			return err
		}
	}
	written := time.Now()
	if err := txn.Apply(ctx, root, plan.Changes); err != nil {
		return err
	}
	return out.done(look, plan, own+time.Since(written))
}

// recover ends what a run that was killed has begun.
func (o *addForeign) finishPending(root string) error {
	if o.dryRun {
		return nil
	}
	_, err := txn.Recover(root)
	return err
}

func (o *addForeign) takeBack(ctx context.Context, root string, out foreignPrinter) error {
	if err := o.finishPending(root); err != nil {
		return err
	}
	changes, err := txn.Undo(root)
	if err != nil {
		return err
	}
	if o.dryRun {
		return out.undone(changes, "would be taken back")
	}
	if err := txn.Apply(ctx, root, changes); err != nil {
		return err
	}
	return out.undone(changes, "taken back")
}

// prompter gives nil where nothing may be asked.
func (o *addForeign) prompter(cmd *cobra.Command) prompt.Prompter {
	ask := newOptions{common: o.common, yes: o.yes || o.json || o.dryRun}
	return ask.prompter(cmd)
}

// fillMode takes the flag, the default or an answer.
func (o *addForeign) fillMode(ctx context.Context, prompter prompt.Prompter) error {
	all := generator.AuthChoice(templates.FS)
	all.Name = "mode"
	all.Values = slices.DeleteFunc(all.Values, func(v generator.Value) bool { return v.Name == "none" })
	if o.mode == "" && prompter == nil && !o.yes && !o.dryRun {
		return &usageError{
			message: "missing --mode, and there is no terminal to ask on (--yes takes the defaults)",
			hint:    "forge add auth --mode=basic --yes",
		}
	}
	if err := (choice{all, "Which accounts does it need?", &o.mode}).fill(ctx, prompter); err != nil {
		return err
	}
	if err := all.Check(o.mode); err != nil {
		return err
	}
	if o.router != "" && !slices.Contains([]string{"stdlib", "chi", "gin", "echo", "fiber"}, o.router) {
		return &usageError{message: fmt.Sprintf("--router=%s is unknown", o.router), hint: "forge add auth --router=stdlib"}
	}
	if !o.yes && !o.dryRun && prompter == nil {
		return &usageError{message: "there is no terminal to confirm on", hint: "forge add auth --mode=" + o.mode + " --yes"}
	}
	return nil
}

// decide settles what the module leaves open, by asking where that is possible
// and by leaving the user's files alone where it is not.
func (o *addForeign) decide(ctx context.Context, prompter prompt.Prompter, look *adopt.Look) (adopt.Decision, error) {
	d := adopt.Decision{Candidate: look.Choice.Taken, Why: look.Choice.Why, Router: o.router}
	if d.Router == "" {
		d.Router = "stdlib"
	}
	if d.Candidate == nil && prompter != nil {
		var err error
		if d.Candidate, err = askCandidate(ctx, prompter, look); err != nil {
			return d, err
		}
	}
	if clash := look.Clash(); clash != nil {
		d.Candidate, d.Why = nil, fmt.Sprintf("there is %s already (%s), where accounts have theirs", clash.Text, clash.Position)
	} else if len(look.Notices) > 0 && d.Candidate != nil && o.at == "" {
		err := confirmBeside(ctx, prompter, look.Notices)
		if errors.Is(err, errDeclined) {
			d.Candidate, d.Why = nil, "there is log-in code already: "+describe(look.Notices)
		} else if err != nil {
			return d, err
		}
	}
	return d, o.fillDB(ctx, prompter, look, &d)
}

// fillDB takes the flag, what the module's driver tells, an answer, or, where
// the wiring opens its own database, the default.
func (o *addForeign) fillDB(ctx context.Context, prompter prompt.Prompter, look *adopt.Look, d *adopt.Decision) error {
	c := generator.DBChoice(templates.FS)
	d.DB = o.db
	if d.DB == "" {
		d.DB = look.DB
	}
	named := d.Candidate != nil && d.Candidate.Handle.Kind != "none"
	if d.DB == "" && named && prompter == nil {
		return &usageError{
			message: fmt.Sprintf("which database %s is can't be told from the module's imports", d.Candidate.Handle.Expr),
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
func askCandidate(ctx context.Context, prompter prompt.Prompter, look *adopt.Look) (*inject.Candidate, error) {
	q := prompt.Question{
		Message: "Which router shall get the routes? (" + look.Choice.Why + ")",
		Default: noCandidate,
	}
	byName := make(map[string]*inject.Candidate)
	for _, c := range look.Candidates {
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
	q.Options = append(q.Options, prompt.Option{Value: noCandidate, Description: "write the packages, and print the lines"})
	answer, err := prompter.Select(ctx, q)
	if err != nil {
		return nil, explainPrompt(err)
	}
	return byName[answer], nil
}

// errDeclined says that the user did not agree.
var errDeclined = errors.New("nothing was written")

func confirm(ctx context.Context, prompter prompt.Prompter, message string) error {
	yes, err := prompter.Confirm(ctx, prompt.Question{Message: message, Default: "no"})
	if err != nil {
		return explainPrompt(err)
	}
	if !yes {
		return errDeclined
	}
	return nil
}

// confirmBeside asks whether accounts shall stand beside what is there. Where
// nobody can be asked, the answer is no.
func confirmBeside(ctx context.Context, prompter prompt.Prompter, notices []inject.Notice) error {
	if prompter == nil {
		return errDeclined
	}
	return confirm(ctx, prompter, "There is log-in code already ("+describe(notices)+"). Add accounts beside it?")
}

// describe names the first notices.
func describe(notices []inject.Notice) string {
	var all []string
	for _, n := range notices[:min(len(notices), 3)] {
		all = append(all, fmt.Sprintf("%s (%s)", n.Text, n.Position))
	}
	if more := len(notices) - len(all); more > 0 {
		all = append(all, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(all, ", ")
}

// refuseDirty refuses a tree with uncommitted changes of the user.
func refuseDirty(ctx context.Context, look *adopt.Look) error {
	changed, err := changedInGit(ctx, look.Root)
	if err != nil {
		return err
	}
	changed = slices.DeleteFunc(changed, look.IsForges)
	if len(changed) > 0 {
		return &dirtyError{changed}
	}
	return nil
}

// dirtyError lists what is not committed.
type dirtyError struct{ paths []string }

func (e *dirtyError) Error() string {
	return fmt.Sprintf("the tree has uncommitted changes, in %s%s; nothing was written",
		strings.Join(e.paths[:min(len(e.paths), 5)], ", "), pick(len(e.paths) > 5, " and more", ""))
}

func pick(condition bool, yes, no string) string {
	if condition {
		return yes
	}
	return no
}

// changedInGit lists the changed files of a folder that git knows, by their
// paths in it. Where there is no git it knows of nothing.
func changedInGit(ctx context.Context, dir string) ([]string, error) {
	output, err := gitOutput(ctx, dir, "status", "--porcelain", "-z", "--untracked-files=all", "--", ".")
	if err != nil || output == "" {
		return nil, err
	}
	prefix, err := gitOutput(ctx, dir, "rev-parse", "--show-prefix")
	if err != nil {
		return nil, err
	}
	prefix = strings.TrimSpace(prefix)
	var paths []string
	for entry := range strings.SplitSeq(output, "\x00") {
		if len(entry) > 3 {
			paths = append(paths, strings.TrimPrefix(entry[3:], prefix))
		}
	}
	return paths, nil
}
