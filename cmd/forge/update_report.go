package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// updateWords are the words in which a command reports its update.
type updateWords struct {
	nothing string   // when there is nothing to do
	done    string   // when it is done
	next    []string // what the user does then
	refused *failure // replaces the failure of code that would not compile; nil if that stands
	news    []entry  // what has changed in forge, and why
	since   string   // the version after which the news begin
}

// updateReport reports what an update planned or did.
type updateReport struct {
	dir     string
	update  *evolve.Update
	words   updateWords
	verbose bool
}

// updateFacts are an update as --json prints it.
type updateFacts struct {
	Dir      string       `json:"dir"`
	Auth     project.Mode `json:"auth"`
	Features []string     `json:"features,omitempty"`
	Fields   []string     `json:"fields,omitempty"` // that the project's owner added to users
	DryRun   bool         `json:"dry_run,omitempty"`
	Files    []fileFacts  `json:"files"`
	News     []entry      `json:"news,omitempty"`
	Undo     []string     `json:"undo,omitempty"`
}

type fileFacts struct {
	Path   string        `json:"path"`
	From   string        `json:"from,omitempty"` // where forge wrote it
	Action evolve.Action `json:"action"`
	Lines  []int         `json:"lines,omitempty"`  // of conflicts
	Places []string      `json:"places,omitempty"` // of conflicts in files that are part of this one now, as FILE:LINE
	Reason string        `json:"reason,omitempty"`
}

func (p updateReport) nothing() report {
	return report{facts: p.facts(false), text: p.words.nothing + "\n" + p.list(evolve.LeftOut, evolve.Skipped)}
}

// planned reports what would be done, and how that would end.
func (p updateReport) planned(changes []txn.Change, command string, broken *failure) report {
	if conflicts := p.update.Conflicts(); len(conflicts) > 0 {
		broken = conflictsError(conflicts, command)
	}
	text := diffOf(changes) + p.count() + "; " + nothingWritten + p.list(evolve.Conflicting, evolve.LeftOut, evolve.Skipped) + tellNews(p.words.news, p.words.since)
	return report{facts: p.facts(true), changes: changes, text: text, failure: broken}
}

func (p updateReport) done(undo []string) report {
	shown := []evolve.Action{evolve.Merged, evolve.Removed, evolve.Conflicting, evolve.LeftOut, evolve.Skipped}
	if p.verbose {
		shown = append(shown, evolve.Added, evolve.Updated, evolve.Folded)
	}
	facts := p.facts(false)
	facts.Undo = undo
	r := report{facts: facts, text: p.words.done + "\n" + p.count() + "\n" + p.list(shown...) + tellNews(p.words.news, p.words.since), next: p.words.next, undo: undo}
	if conflicts := p.update.Conflicts(); len(conflicts) > 0 {
		r.failure = &failure{
			code: exitConflicts, message: plural(len(conflicts), "file has", "files have") + " conflicts, marked in the text",
			details: places(conflicts, evolve.Outcome.Marked), files: filesOf(conflicts, evolve.Outcome.Marked), hint: "forge upgrade --continue when they are resolved, or forge upgrade --abort",
		}
	}
	return r
}

// count counts the files by action.
func (p updateReport) count() string {
	counts := make(map[evolve.Action]int)
	for _, d := range p.update.Files {
		counts[d.Action]++
	}
	counts[evolve.Updated] += min(1, len(p.update.Secrets))
	var parts []string
	for _, part := range []struct {
		action evolve.Action
		word   string
	}{
		{evolve.Added, "added"}, {evolve.Updated, "updated"}, {evolve.Merged, "merged with your changes"},
		{evolve.Removed, "removed"}, {evolve.Folded, "moved into others"}, {evolve.Conflicting, "in conflict"}, {evolve.LeftOut, "left out"}, {evolve.Skipped, "skipped"}, {evolve.Kept, "kept as you merged them"},
	} {
		if counts[part.action] > 0 {
			number := strconv.Itoa(counts[part.action])
			if len(parts) == 0 {
				number = plural(counts[part.action], "file", "files")
			}
			parts = append(parts, number+" "+part.word)
		}
	}
	if len(parts) == 0 {
		return "no file changed"
	}
	return strings.Join(parts, ", ")
}

// list lists the files of some actions, one per line.
func (p updateReport) list(actions ...evolve.Action) string {
	var out strings.Builder
	for _, d := range p.update.Files {
		for _, action := range actions {
			if d.Action == action {
				fmt.Fprintf(&out, "  %-8s %s%s\n", d.Action, d.Path, because(d))
			}
		}
	}
	return out.String()
}

func because(d evolve.Outcome) string {
	switch {
	case d.Reason != "":
		return ": " + d.Reason
	case d.From != "":
		return " (forge wrote it as " + d.From + ")"
	}
	return ""
}

func (p updateReport) facts(dryRun bool) updateFacts {
	f := updateFacts{Dir: p.dir, Auth: p.update.Answers.Auth, Features: p.update.Answers.Features, DryRun: dryRun, News: p.words.news, Files: []fileFacts{}}
	for _, field := range p.update.Answers.Fields {
		if !field.Removed {
			f.Fields = append(f.Fields, field.Name)
		}
	}
	for _, d := range p.update.Files {
		facts := fileFacts{Path: d.Path, From: d.From, Action: d.Action, Lines: d.Lines, Reason: d.Reason}
		for _, place := range d.Places {
			facts.Places = append(facts.Places, fmt.Sprintf("%s:%d", place.Path, place.Line))
		}
		f.Files = append(f.Files, facts)
	}
	if len(p.update.Secrets) > 0 {
		f.Files = append(f.Files, fileFacts{Path: project.SecretPath, Action: evolve.Updated})
	}
	return f
}
