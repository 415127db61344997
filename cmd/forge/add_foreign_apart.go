package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/forge-go/forge/cmd/forge/internal/prompt"
	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/adopt"
	"github.com/forge-go/forge/generator/adopt/notice"
)

// setApart chooses prefixes for tables and paths whose names the module has too. On
// a terminal it asks for them.
func (o *addForeign) setApart(ctx context.Context, prompter prompt.Prompter, survey *adopt.Survey, d adopt.Decision) error {
	if !survey.Reaches(d) && (o.db == "" || o.db == "sqlite") {
		survey.KeepDatabase()
	}
	for _, apart := range []struct {
		cure     notice.Cure
		question string
		usual    string
		check    func(string) error
	}{
		{notice.TablePrefix, "What shall the names of the tables of accounts begin with?", generator.DefaultTablePrefix, generator.CheckTablePrefix},
		{notice.PathPrefix, "What shall the paths of the routes of accounts begin with?", generator.DefaultPathPrefix, generator.CheckPathPrefix},
	} {
		taken, ok := survey.Taken(apart.cure)
		if !ok {
			continue
		}
		prefix := apart.usual
		if prompter != nil {
			var err error
			prefix, err = prompter.Input(ctx, prompt.Question{
				Message: fmt.Sprintf("There is %s (%s). %s", taken.Text, taken.Position, apart.question), Default: apart.usual, Validate: apart.check,
			})
			if err != nil {
				return err
			}
		}
		survey.SetApart(apart.cure, prefix)
		o.set(apart.cure, taken)
	}
	return nil
}

// set remembers why a prefix was chosen.
func (o *addForeign) set(cure notice.Cure, taken notice.Notice) {
	if o.apart == nil {
		o.apart = make(map[notice.Cure]notice.Notice)
	}
	o.apart[cure] = taken
}

// prefixes reports the prefixes of accounts, and what in the module called for them.
func (p foreignReport) prefixes() string {
	var text strings.Builder
	for _, apart := range []struct {
		cure           notice.Cure
		what, beginsAs string
	}{
		{notice.TablePrefix, "tables", p.plan.Foreign.TablePrefix},
		{notice.PathPrefix, "paths of the routes", p.plan.Foreign.PathPrefix},
	} {
		if apart.beginsAs == "" {
			continue
		}
		fmt.Fprintf(&text, "  the %s begin with %s", apart.what, apart.beginsAs)
		if taken, ok := p.apart[apart.cure]; ok {
			fmt.Fprintf(&text, ", since there is %s (%s); --%s=… changes that", taken.Text, taken.Position, apart.cure)
		}
		text.WriteString("\n")
	}
	return text.String()
}
