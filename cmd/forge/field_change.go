package main

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/templates"
)

// fieldChange is the renaming or removal of a field of users.
type fieldChange struct {
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
	if !p.Manifest.Answers.HasAccounts() {
		return &failure{code: exitRefused, message: "the project has no users", hint: "forge add auth --mode=basic"}
	}
	if err := f.ready(cmd.Context(), p); err != nil {
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
		say.next = append(say.next, "make test    see that all works; migrations run when the service starts")
	}
	return f.apply(cmd, p, u, say)
}

// explainField returns the failure for a field that does not exist, or whose column
// is in the way.
func explainField(command string, err error) error {
	var (
		none *evolve.NoFieldError
		left *evolve.ColumnLeftError
	)
	switch {
	case errors.As(err, &none) && none.Where != "":
		return &failure{code: exitRefused, message: err.Error(), hint: "an editor; forge changes the fields that forge add field added"}
	case errors.As(err, &none):
		return &failure{code: exitUsage, message: err.Error(), hint: didYouMean(command+" ", nearest(none.Name, none.Known), command+" --help")}
	case errors.As(err, &left):
		return &failure{code: exitRefused, message: err.Error(), hint: "forge remove field " + left.Name + " --drop-column, which loses what users have in it"}
	}
	return err
}
