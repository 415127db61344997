package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/forge-go/forge/cmd/forge/internal/prompt"
	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/shell"
)

// confirm shows the answers and lets the user change them, one after another, until
// the project is to be written.
func (o *newOptions) confirm(ctx context.Context, prompter prompt.Prompter) error {
	for {
		names, err := o.names()
		if err != nil {
			return err
		}
		action, err := prompter.Select(ctx, o.summary(names))
		if err != nil {
			return err
		}
		switch action {
		case "write":
			return nil
		case "stop":
			return prompt.ErrInterrupted
		case "name":
			o.module = "" // It follows from the name, until it is changed.
			err = o.askName(ctx, prompter)
		case "module":
			err = o.askModule(ctx, prompter)
		case "with":
			o.dropped = nil
			err = o.askFeatures(ctx, prompter)
		case "git":
			o.git = !o.git
		default:
			for _, c := range o.choices() {
				if c.Name == action {
					err = c.ask(ctx, prompter)
				}
			}
			kept := fitting(o.with, o.auth)
			o.dropped = slices.DeleteFunc(o.with, func(name string) bool { return slices.Contains(kept, name) })
			o.with = kept
		}
		if err != nil {
			return err
		}
	}
}

// summary returns the question whose options are the answers so far.
func (o *newOptions) summary(names generator.Names) prompt.Question {
	repository := "no repository"
	if o.git {
		repository = "a repository with a first commit"
	}
	options := []prompt.Option{
		{Value: "write", Description: "into " + names.Dir},
		{Value: "name", Description: names.Program},
		{Value: "module", Description: names.Module},
	}
	for _, c := range o.choices() {
		options = append(options, prompt.Option{Value: c.Name, Description: *c.answer})
	}
	with := cmp.Or(strings.Join(o.with, ", "), "no features")
	if len(o.dropped) > 0 {
		with += "; these accounts can't have " + strings.Join(o.dropped, ", ")
	}
	options = append(options, prompt.Option{Value: "with", Description: with})
	return prompt.Question{
		Message: "Write it, or change an answer?",
		Help:    "The same without questions: " + o.commandLine(),
		Default: "write",
		Options: append(options, prompt.Option{Value: "git", Description: repository}, prompt.Option{Value: "stop", Description: "write nothing"}),
	}
}

// askModule asks for another module path; program and folder stay.
func (o *newOptions) askModule(ctx context.Context, prompter prompt.Prompter) error {
	names, err := o.names()
	if err != nil {
		return err
	}
	o.name = cmp.Or(o.name, o.module)
	o.module, err = prompter.Input(ctx, prompt.Question{
		Message: "What is the module path?", Help: "Where others would import it from, such as github.com/acme/myapi",
		Default: names.Module, Validate: generator.CheckModule,
	})
	return err
}

// commandLine returns the command that has all answers as flags.
func (o *newOptions) commandLine() string {
	words := []string{"forge new"}
	if o.name != "" {
		words = append(words, shell.Quote(o.name))
	}
	for _, flag := range []struct{ name, value string }{
		{"module", o.module}, {"dir", o.dir}, {"answers", o.presetFile}, {"auth", o.auth}, {"db", o.db}, {"router", o.router}, {"with", strings.Join(o.with, ",")},
	} {
		if flag.value != "" {
			words = append(words, "--"+flag.name+"="+shell.Quote(flag.value))
		}
	}
	for _, flag := range []struct {
		name string
		set  bool
	}{{"--git", o.git}, {"--no-agents-md", o.noAgents}} {
		if flag.set {
			words = append(words, flag.name)
		}
	}
	return strings.Join(words, " ")
}
