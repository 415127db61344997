package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/forge-go/forge/cmd/forge/internal/prompt"
	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/newdir"
)

// registerAnswers adds the flags of the choices that make a project. otherwise
// describes what a choice is without its flag.
func registerAnswers(set *pflag.FlagSet, auth, db, router *string, otherwise func(generator.Choice) string) {
	for _, c := range []struct {
		choice generator.Choice
		what   string
		value  *string
	}{{generator.AuthChoice(), "accounts", auth}, {generator.DBChoice(), "database", db}, {generator.RouterChoice(), "router", router}} {
		set.StringVar(c.value, c.choice.Name, "", fmt.Sprintf("%s: %s (%s)", c.what, strings.Join(c.choice.Names(), ", "), otherwise(c.choice)))
	}
}

// answers gathers what decides the project: the argument, the flags, and for
// what they leave out the defaults (--yes) or questions (on a terminal). What
// was given is checked before anything is asked.
func (o *newOptions) answers(cmd *cobra.Command) (generator.Names, generator.Options, error) {
	none := generator.Options{}
	if err := o.readPreset(cmd); err != nil {
		return generator.Names{}, none, err
	}
	prompter := o.prompter(cmd)
	o.asked = prompter != nil && (o.isNameless() || o.auth == "" || o.db == "" || o.router == "")
	if o.isNameless() && prompter != nil {
		if err := o.askName(cmd.Context(), prompter); err != nil {
			return generator.Names{}, none, err
		}
	}
	if err := o.checkGiven(prompter != nil); err != nil {
		return generator.Names{}, none, err
	}
	names, err := o.names()
	if err != nil {
		return names, none, err
	}
	if err := newdir.Check(names.Dir); err != nil {
		return names, none, err
	}
	askFeatures := prompter != nil && o.auth == "" && o.with == nil
	for _, choice := range o.choices() {
		if err := choice.fill(cmd.Context(), prompter); err != nil {
			return names, none, err
		}
		if choice.Name == "auth" && askFeatures {
			if err := o.askFeatures(cmd.Context(), prompter); err != nil {
				return names, none, err
			}
		}
	}
	if err := o.checkFeatures(); err != nil {
		return names, none, err
	}
	if o.asked {
		if err := o.confirm(cmd.Context(), prompter); err != nil {
			return names, none, err
		}
		if names, err = o.names(); err != nil {
			return names, none, err
		}
	}
	return names, o.options(names), nil
}

// prompter returns nil where nothing may be asked.
func (o *common) prompter(cmd *cobra.Command) prompt.Prompter {
	in, inIsFile := cmd.InOrStdin().(*os.File)
	out, outIsFile := cmd.ErrOrStderr().(*os.File)
	if o.yes || programsMark() != "" || !inIsFile || !outIsFile || !prompt.Interactive(in, out) {
		return nil
	}
	return prompt.New(in, out, prompt.Look{Plain: o.plain, Colorless: o.noColor || os.Getenv("NO_COLOR") != ""})
}

// programsMark returns the environment variable that tells that a coding agent or a CI
// system runs forge, or "". Some of them provide a terminal, but nobody answers there.
func programsMark() string {
	marks := []string{"CI", "CLAUDECODE", "CURSOR_TRACE_ID", "GEMINI_CLI", "CODEX_SANDBOX"}
	i := slices.IndexFunc(marks, func(name string) bool {
		value := os.Getenv(name)
		return value != "" && value != "false" && value != "0"
	})
	if i < 0 {
		return ""
	}
	return marks[i]
}

// unasked returns the reason why nobody is asked for an answer.
func unasked() string {
	if mark := programsMark(); mark != "" {
		return mark + " is set, so nothing is asked"
	}
	return "there is no terminal to ask on"
}

func (o *newOptions) names() (generator.Names, error) {
	workdir, err := os.Getwd()
	if err != nil {
		return generator.Names{}, fmt.Errorf("finding the working folder: %w", err)
	}
	return generator.ParseName(o.name, o.module, o.dir, workdir)
}

func (o *newOptions) askName(ctx context.Context, prompter prompt.Prompter) error {
	var err error
	o.name, err = prompter.Input(ctx, prompt.Question{
		Message: "What is the service's name?",
		Help:    "A name such as myapi, or a module path such as github.com/acme/myapi",
		Default: cmp.Or(o.name, "myapi"),
		Validate: func(name string) error {
			asked := *o
			asked.name = name
			names, err := asked.names()
			var odd *generator.NameError
			if errors.As(err, &odd) && odd.Suggestion != "" {
				return fmt.Errorf("%w; how about %s?", err, odd.Suggestion)
			}
			if err != nil {
				return err
			}
			return newdir.Check(names.Dir)
		},
	})
	return err
}

// choice is a question and the flag that its answer goes to.
type choice struct {
	generator.Choice
	message string
	answer  *string
}

func (o *newOptions) choices() []choice {
	return []choice{
		{generator.AuthChoice(), "Which accounts does it need?", &o.auth},
		{generator.DBChoice(), "Which database does it use?", &o.db},
		{generator.RouterChoice(), "Which router does it use?", &o.router},
	}
}

func (o *newOptions) isNameless() bool { return o.name == "" && o.module == "" }

// checkGiven refuses flags that can't be met and, where nothing can be asked,
// answers that are missing.
func (o *newOptions) checkGiven(canAsk bool) error {
	var missing, help []string
	var questions []question
	if o.isNameless() {
		missing, help = append(missing, "NAME"), append(help, "myapi")
		questions = append(questions, question{Name: "name", Flag: "NAME", Message: "What is the service's name?"})
	} else {
		help = append(help, o.name)
	}
	for _, c := range o.choices() {
		if *c.answer == "" {
			missing, help = append(missing, "--"+c.Name), append(help, "--"+c.Name+"="+c.Default)
			questions = append(questions, c.question())
		} else if err := c.Check(*c.answer); err != nil {
			return err
		}
	}
	if err := o.checkFeatures(); err != nil {
		return err
	}
	if canAsk || len(missing) == 0 || o.yes && !o.isNameless() {
		return nil
	}
	if o.yes {
		return &failure{code: exitUsage, message: "the service needs a name, and --yes has no default for it", hint: "forge new myapi --yes", questions: questions[:1]}
	}
	return &failure{
		code:      exitUsage,
		message:   fmt.Sprintf("missing %s, and %s (--yes uses the defaults)", strings.Join(missing, ", "), unasked()),
		hint:      "forge new " + strings.TrimSpace(strings.Join(help, " ")),
		questions: questions,
	}
}

// fill keeps an answer that was given; else it takes the default, or asks.
func (c choice) fill(ctx context.Context, prompter prompt.Prompter) error {
	if *c.answer != "" {
		return nil
	}
	if prompter == nil {
		*c.answer = c.Default
		return nil
	}
	return c.ask(ctx, prompter)
}

func (c choice) ask(ctx context.Context, prompter prompt.Prompter) error {
	question := prompt.Question{Message: c.message, Default: cmp.Or(*c.answer, c.Default)}
	for _, value := range c.Values {
		question.Options = append(question.Options, prompt.Option{Value: value.Name, Description: value.Description})
	}
	var err error
	*c.answer, err = prompter.Select(ctx, question)
	return err
}
