package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/forge-go/forge/generator/merge3"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// printer prints on stdout what a command planned or did.
type printer struct {
	out io.Writer
	*common
}

func (c *common) printer(out io.Writer) printer { return printer{out: out, common: c} }

// report describes the files that a command planned, wrote or changed. All commands
// print theirs alike.
type report struct {
	facts any    // for --json
	text  string // for people, in whole lines
	next  []string
	undo  []string // commands that take it all back
	// changes are what --dry-run plans.
	changes []txn.Change
	// failure, if not nil, is why the command ends with an error all the same.
	failure *failure
}

// print prints the facts, or the text, or nothing, and returns the report's
// failure. With --json, facts and failure are one object, which run prints.
func (p printer) print(r report) error {
	switch {
	case p.json && r.failure == nil:
		return writeJSON(p.out, joined{envelope{Schema: schemaVersion, OK: true}, r.object()})
	case !p.json && !p.quiet:
		if _, err := io.WriteString(p.out, r.forPeople()); err != nil {
			return err
		}
	}
	if r.failure == nil {
		return nil
	}
	r.failure.facts = r.object()
	return r.failure
}

// object is what --json prints of a report.
func (r report) object() any {
	if r.changes == nil {
		return r.facts
	}
	return joined{r.facts, changesOf(r.changes)}
}

func (r report) forPeople() string {
	var out strings.Builder
	out.WriteString(r.text)
	if len(r.next) > 0 {
		fmt.Fprintf(&out, "\nNext:\n  %s\n", strings.Join(r.next, "\n  "))
	}
	if len(r.undo) > 0 {
		fmt.Fprintf(&out, "\nUndo: %s\n", strings.Join(r.undo, "\n  or: "))
	}
	return out.String()
}

// say prints a line.
func (p printer) say(text string) error {
	return p.print(report{facts: map[string]string{"message": text}, text: text + "\n"})
}

// nothingWritten ends what --dry-run prints.
const nothingWritten = "nothing was written (--dry-run)\n"

// diffOf returns the changes as a diff, without forge's own files and secrets.
func diffOf(changes []txn.Change) string {
	var out strings.Builder
	for _, c := range changes {
		switch {
		case strings.HasPrefix(c.Path, ".forge/"):
		case project.ClassOf(c.Path) == project.Secret:
			fmt.Fprintf(&out, "--- %s\n+++ %s\n(values that are made when it is written; not shown)\n", c.Path, c.Path)
		default:
			out.Write(merge3.Unified(c.Path, c.Old, c.New))
		}
	}
	return out.String()
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
