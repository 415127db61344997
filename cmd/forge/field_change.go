package main

import (
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/resource"
	"github.com/forge-go/forge/generator/shell"
	"github.com/forge-go/forge/templates"
)

// fieldChange is the renaming or removal of a field.
type fieldChange struct {
	of      string // the resource; empty for a field of users
	hint    string // what to do where the owner's code uses the field
	request func(p *opened, now time.Time) evolve.Request
	words   func(p *opened) updateWords
}

// changeField changes the field of that name.
func (f *changeFlags) changeField(cmd *cobra.Command, name string, c fieldChange) (err error) {
	p, err := f.openToChange(cmd)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.root.Close()) }()
	if c.of == "" && !p.Manifest.Answers.HasAccounts() {
		return withoutUsers()
	}
	if err := conflictsWait(p, exitConflicts); err != nil {
		return err
	}
	request := c.request(p, time.Now())
	request.Version = readBuildFacts().Version
	u, err := evolve.NewUpdate(templates.FS, p.Project, p.current, request)
	if err != nil {
		return err
	}
	say := c.words(p)
	say.refused = &failure{message: "your code uses the field " + name + "; nothing was written", hint: c.hint + " first, or " + commandLine(cmd) + " --no-check and change them then"}
	mentions, err := evolve.Mentions(p.Project, p.current, name)
	if err != nil {
		return err
	}
	for _, place := range mentions {
		say.next = append(say.next, place+" has the word "+name+": does it mean the column, or the member of requests and responses?")
	}
	if u.Answers.Foreign != nil {
		say.next = append(say.next, hostSteps(u.Answers)...)
	} else {
		say.next = append(say.next, "make test    check that everything works; migrations run when the service starts")
	}
	return f.apply(cmd, p, u, say)
}

func withoutUsers() error {
	return &failure{code: exitRefused, message: "the project has no users", hint: "forge add auth --mode=basic"}
}

// resourceFlag is the flag of a command for fields that names the resource whose
// field is meant; without it, or for "users", it is a field of users.
type resourceFlag struct {
	flag, name string
}

func (r *resourceFlag) register(cmd *cobra.Command, flag string) {
	r.flag = flag
	cmd.Flags().StringVar(&r.name, flag, "", "the `resource` whose field it is (default: a field of users)")
	// It fails only for a flag that the command lacks.
	_ = cmd.RegisterFlagCompletionFunc(flag, completeName(resourceNames, anyNumber))
}

// resource returns the resource; empty for users.
func (r *resourceFlag) resource() string {
	if r.name == "user" || r.name == "users" {
		return ""
	}
	return r.name
}

// set is the flag in a command that names the resource, after a space; empty for
// users.
func (r *resourceFlag) set() string {
	if r.resource() == "" {
		return ""
	}
	return " --" + r.flag + "=" + shell.Quote(r.name)
}

// explain returns the failure of a command for a field that does not exist, can't be
// changed so, or whose column is in the way, or for a resource that does not exist.
func (r *resourceFlag) explain(command, args string, err error) error {
	var (
		none  *evolve.NoFieldError
		left  *evolve.ColumnLeftError
		whose *evolve.NoResourceError
		odd   *resource.Error
	)
	switch {
	case errors.As(err, &none) && none.Where != "":
		return &failure{code: exitRefused, message: err.Error(), hint: "an editor; forge changes the fields that forge add field added"}
	case errors.As(err, &none):
		help := command + " --help"
		if near := nearest(none.Name, none.Known); near != "" {
			help = command + " " + near + r.set() + "?"
		}
		return &failure{code: exitUsage, message: err.Error(), hint: help}
	case errors.As(err, &left):
		from := resourceFlag{flag: "from", name: left.Resource}
		return &failure{code: exitRefused, message: err.Error(), hint: "forge remove field " + left.Name + from.set() + " --drop-column, which loses what is in it"}
	case errors.As(err, &whose):
		again := command + " " + args + " --" + r.flag + "="
		return &failure{code: exitUsage, message: err.Error(), hint: didYouMean(again, nearest(whose.Name, whose.Known), "forge describe, which lists the resources")}
	case errors.As(err, &odd) && !strings.HasPrefix(odd.Hint, "forge remove"):
		return &failure{code: exitUsage, message: err.Error(), hint: odd.Hint}
	case errors.As(err, &odd):
		return &failure{code: exitRefused, message: err.Error(), hint: odd.Hint}
	}
	return err
}
