package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/forge-go/forge/generator/adopt"
	"github.com/forge-go/forge/generator/adopt/notice"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/shell"
	"github.com/forge-go/forge/generator/txn"
)

// foreignReport reports what is added to a module that forge did not make.
type foreignReport struct {
	survey  *adopt.Survey
	plan    *adopt.Plan
	again   string        // the command that was given
	own     time.Duration // forge's own time, without the go command's
	verbose bool
	apart   map[notice.Cure]notice.Notice // what prefixes were chosen for

	announced bool // that the Go version rises
	confirmed bool // what the summary has
}

// foreignFacts are the same for --json.
type foreignFacts struct {
	Dir     string           `json:"dir"`
	Module  string           `json:"module"`
	Mode    project.Mode     `json:"mode"`
	DB      project.Database `json:"db,omitempty"`
	Tables  string           `json:"table_prefix,omitempty"`
	Prefix  string           `json:"prefix,omitempty"`
	Wired   bool             `json:"wired"` // the line is in the program
	DryRun  bool             `json:"dry_run,omitempty"`
	At      string           `json:"at,omitempty"` // file:line of the line
	Import  string           `json:"import,omitempty"`
	Line    string           `json:"line,omitempty"`
	Why     string           `json:"why,omitempty"` // it is left to the user
	Lines   []adopt.Snippet  `json:"lines,omitempty"`
	Notices []notice.Notice  `json:"notices,omitempty"`
	Created []string         `json:"created,omitempty"`
	Changed []string         `json:"changed,omitempty"`
	Tested  []string         `json:"tested,omitempty"` // packages whose own tests pass as before
	Left    []string         `json:"left,omitempty"`   // commands that are left to the user
	Undo    []string         `json:"undo,omitempty"`   // commands that take it all back
	OwnMS   int64            `json:"own_ms"`           // forge's own time, without the go command's
}

func (p foreignReport) alreadyWired() report {
	return report{
		facts: foreignFacts{Dir: p.survey.Root, Module: p.survey.Module, Mode: p.survey.Mode, Wired: true, At: p.survey.Wired.String()},
		text:  fmt.Sprintf("Accounts are on the program's router already (%s): nothing to do\n", p.survey.Wired),
	}
}

// summary describes what is going to happen.
func (p foreignReport) summary() string {
	survey, plan := p.survey, p.plan
	var text strings.Builder
	created, changed := sortedOut(plan.Changes)
	fmt.Fprintf(&text, "Accounts (%s, %s) for %s\n", survey.Mode, plan.Foreign.DB, survey.Module)
	if len(created) > 0 {
		fmt.Fprintf(&text, "  %d new files in %s and %s\n", len(created), plan.Foreign.AccountsDir(), plan.Foreign.AuthDir)
	}
	if plan.Foreign.Migrations != "" {
		fmt.Fprintf(&text, "  the tables join the %s migrations in %s\n", survey.Migrations.Tool, plan.Foreign.Migrations)
	}
	if plan.Foreign.Handle == "none" {
		text.WriteString(p.ownDatabase())
	}
	text.WriteString(p.prefixes())
	if beside := survey.Beside(); len(beside) > 0 {
		fmt.Fprintf(&text, "  beside what is there: %s\n", describe(beside))
	}
	if survey.TooOld != nil && !p.announced {
		text.WriteString(risingGo(survey.TooOld))
	}
	for _, risen := range plan.Risen {
		fmt.Fprintf(&text, "  go.mod: %s rises from %s to %s\n", risen.Want.Path, risen.Have, risen.Want.Version)
	}
	if plan.Edit != nil {
		fmt.Fprintf(&text, "  %s:%d + %s\n", plan.Edit.Path, plan.Edit.Import.Number, plan.Edit.Import.Text)
		for _, change := range plan.Edit.Changed {
			if change.Was != "" {
				fmt.Fprintf(&text, "  %s:%d - %s\n", plan.Edit.Path, change.Number, change.Was)
			}
			fmt.Fprintf(&text, "  %s:%d + %s\n", plan.Edit.Path, change.Number, change.Text)
		}
		fmt.Fprintf(&text, "  and changes in %s\n", strings.Join(without(changed, plan.Edit.Path), ", "))
		if len(plan.Tested) > 0 {
			fmt.Fprintf(&text, "  tests that pass with it as before: %s\n", strings.Join(plan.Tested, ", "))
		}
	}
	return text.String()
}

// ownDatabase reports that accounts open a database of their own, and why.
func (p foreignReport) ownDatabase() string {
	if p.survey.HasDatabase {
		return fmt.Sprintf("  the program's database (%s) is out of reach there: accounts keep theirs apart, in %s, which ACCOUNTS_DATABASE_URL changes;\n  to share the program's, have it open where the router is made, and add accounts there\n", p.survey.Database, p.ownFile())
	}
	return fmt.Sprintf("  no database is in scope: accounts keep theirs in %s, which ACCOUNTS_DATABASE_URL changes\n", p.ownFile())
}

// ownFile is where accounts are kept that have a database of their own.
func (p foreignReport) ownFile() string {
	if p.plan.Foreign.DB == project.SQLite {
		return "var/accounts/accounts.db"
	}
	return "a " + string(p.plan.Foreign.DB) + " database"
}

func without(list []string, one string) []string {
	var kept []string
	for _, s := range list {
		if s != one {
			kept = append(kept, s)
		}
	}
	return kept
}

// sortedOut lists the new files and the changed ones.
func sortedOut(changes []txn.Change) (created, changed []string) {
	for _, change := range changes {
		if change.Old == nil {
			created = append(created, change.Path)
		} else {
			changed = append(changed, change.Path)
		}
	}
	return created, changed
}

// planned has the diff of the user's files and the list of new ones.
func (p foreignReport) planned() report {
	var text strings.Builder
	text.WriteString(p.summary())
	var edits []txn.Change
	for _, change := range p.plan.Changes {
		if change.Old != nil {
			edits = append(edits, change)
		}
	}
	text.WriteString(diffOf(edits))
	for _, change := range p.plan.Changes {
		if change.Old == nil {
			fmt.Fprintf(&text, "new: %s\n", change.Path)
		}
	}
	text.WriteString("Nothing was written (--dry-run)\n")
	text.WriteString(p.byHand(codeAsItWas))
	facts := p.facts()
	facts.DryRun = true
	return report{facts: facts, changes: p.plan.Changes, text: text.String(), failure: p.left()}
}

// refused reports why nothing was written, and what would have been.
func (p foreignReport) refused() report {
	facts := p.facts()
	facts.Created, facts.Changed = nil, nil
	return report{facts: facts, text: p.byHand("Nothing was written."), failure: p.left()}
}

// done reports what was written, what is left to do, and how to undo it.
func (p foreignReport) done(undo []string) report {
	text := p.summary()
	if p.confirmed {
		text = fmt.Sprintf("Accounts are in %s now\n", p.survey.Module)
	}
	if p.verbose {
		text += fmt.Sprintf("  %d packages read; forge's own time %d ms, the go command's %d ms\n",
			p.survey.Packages(), p.own.Milliseconds(), (p.survey.Listing + p.plan.Checking).Milliseconds())
	}
	facts := p.facts()
	facts.Undo = undo
	return report{facts: facts, text: text + p.byHand("\n"+codeAsItWas), next: p.next(), undo: undo, failure: p.left()}
}

// next lists what is left to do in any case.
func (p foreignReport) next() []string {
	if p.plan.Edit == nil {
		return p.plan.Left
	}
	next := append(slices.Clone(p.plan.Left), "start the program with ENVIRONMENT=development; "+p.plan.Foreign.AccountsDir()+"/README.md tells the rest")
	if p.plan.Foreign.DB == project.MySQL && p.plan.Foreign.Handle != "none" && !p.survey.ParsesTime() {
		next = append(next, "the DSN of the program's database needs parseTime=true: without it, accounts stop the program when it starts")
	}
	if route, ok := p.survey.OwnRoute(); ok {
		next = append(next, fmt.Sprintf("your own routes are as open as before; to let only users reach %s (%s):", route, route.Position),
			"forge protect "+shell.Quote(route.String()))
	}
	return next
}

func (p foreignReport) facts() foreignFacts {
	survey, plan := p.survey, p.plan
	f := foreignFacts{
		Dir: survey.Root, Module: survey.Module, Mode: survey.Mode, DB: plan.Foreign.DB, Wired: plan.Edit != nil,
		Tables: plan.Foreign.TablePrefix, Prefix: plan.Foreign.PathPrefix,
		Why: strings.Join(texts(plan.Why), "; "), Lines: plan.Lines, Notices: survey.Notices, Tested: plan.Tested, Left: plan.Left, OwnMS: p.own.Milliseconds(),
	}
	f.Created, f.Changed = sortedOut(plan.Changes)
	if plan.Edit != nil {
		f.At, f.Import, f.Line = fmt.Sprintf("%s:%d", plan.Edit.Path, plan.Edit.Call.Number), plan.Edit.Import.Text, plan.Edit.Call.Text
		f.Why = ""
	}
	return f
}
