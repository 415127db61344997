package main

import (
	"fmt"
	"strings"

	"github.com/forge-go/forge/generator/adopt/guard"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/txn"
)

// protectFacts are what forge protect found and did, as --json prints it.
type protectFacts struct {
	Dir    string        `json:"dir"`
	Guard  string        `json:"guard"`
	Routes []guard.Route `json:"routes"`           // as they were
	Beside []guard.Route `json:"beside,omitempty"` // others that the same calls add
	// Protected reports that the routes were behind a guard already.
	Protected bool     `json:"protected,omitempty"`
	DryRun    bool     `json:"dry_run,omitempty"`
	Changed   []string `json:"changed,omitempty"`
	Undo      []string `json:"undo,omitempty"`
}

// protectReport reports what is done to protect routes.
type protectReport struct {
	facts   protectFacts
	changes []txn.Change
}

func (r protectReport) already() report {
	r.facts.Protected = true
	return report{facts: r.facts, text: "Nothing to do: already protected\n" + indented(listed(r.facts.Routes))}
}

func (r protectReport) planned() report {
	return report{facts: r.facts, changes: r.changes, text: r.text("Would protect with ") + nothingWritten}
}

func (r protectReport) done(undo []string) report {
	r.facts.Undo = undo
	return report{facts: r.facts, text: r.text("Protected with "), undo: undo}
}

func (r protectReport) text(lead string) string {
	text := lead + r.facts.Guard + "\n" + indented(listed(r.facts.Routes))
	if len(r.facts.Beside) > 0 {
		text += "and with them what the same calls add\n" + indented(listed(r.facts.Beside))
	}
	return text + "\n" + diffOf(r.changes)
}

func indented(lines []string) string {
	var text strings.Builder
	for _, line := range lines {
		fmt.Fprintf(&text, "  %s\n", line)
	}
	return text.String()
}

// protectedRoutes returns the finding of which of the module's own routes are behind
// a guard.
func protectedRoutes(routes []guard.Route) evolve.Finding {
	var behind []string
	for _, line := range listed(routes) {
		if strings.Contains(line, " behind ") {
			behind = append(behind, line)
		}
	}
	if len(behind) == 0 {
		return evolve.Finding{Level: evolve.Note, Text: "none of your own routes requires a user", Help: "forge protect ROUTE"}
	}
	return evolve.Finding{Level: evolve.Fine, Text: "your own routes that require a user: " + strings.Join(behind, ", ")}
}
