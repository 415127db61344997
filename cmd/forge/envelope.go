package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/merge3"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// schema is the JSON schema of what --json prints.
//
//go:embed schema.json
var schema string

// schemaVersion is that of what --json prints: a member may be added, but none
// changes its meaning without a new number. "forge help json" prints the schema.
const schemaVersion = 1

// envelope begins every object that --json prints.
type envelope struct {
	Schema int  `json:"schema"`
	OK     bool `json:"ok"`
	Code   int  `json:"code,omitempty"` // the exit code of a failure
}

// errorFacts are a failure as --json prints it.
type errorFacts struct {
	Kind      string      `json:"kind"`
	Message   string      `json:"message"`
	Details   []string    `json:"details,omitempty"`
	Files     []filePlace `json:"files,omitempty"`
	Questions []question  `json:"questions,omitempty"`
	Try       string      `json:"try,omitempty"`
}

// filePlace is a place in a file, and what is the matter there.
type filePlace struct {
	Path   string `json:"path"`
	Line   int    `json:"line,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// question is one that could not be asked.
type question struct {
	Name    string       `json:"name"`
	Flag    string       `json:"flag"` // or the argument
	Message string       `json:"message"`
	Choices []valueFacts `json:"choices,omitempty"`
	Default string       `json:"default,omitempty"`
}

type valueFacts struct {
	Value       string `json:"value"`
	Description string `json:"description"`
}

func (c choice) question() question {
	q := question{Name: c.Name, Flag: "--" + c.Name, Message: c.message, Default: c.Default}
	for _, v := range c.Values {
		q.Choices = append(q.Choices, valueFacts{v.Name, v.Description})
	}
	return q
}

// modeChoice is the choice of accounts where there are to be some.
func modeChoice(mode *string) choice {
	all := generator.AuthChoice()
	all.Name = "mode"
	all.Values = slices.DeleteFunc(all.Values, func(v generator.Value) bool { return v.Name == "none" })
	return choice{all, "Which accounts does it need?", mode}
}

// kind is the failure's exit code as a word.
func (f *failure) kind() string {
	if f.questions != nil {
		return "missing-answer"
	}
	switch f.code {
	case exitUsage:
		return "usage"
	case exitRefused:
		return "refused"
	case exitConflicts:
		return "conflict"
	case exitOutdated:
		return "out-of-date"
	}
	return "failed"
}

// writeJSON writes one object: what the command found out, and the error.
func (f *failure) writeJSON(out io.Writer) error {
	facts := errorFacts{Kind: f.kind(), Message: f.message, Details: f.details, Files: f.files, Questions: f.questions, Try: f.hint}
	return writeJSON(out, joined{envelope{Schema: schemaVersion, Code: f.code}, f.facts, map[string]errorFacts{"error": facts}})
}

// changesFacts are the changes that --dry-run plans.
type changesFacts struct {
	Changes []changeFacts `json:"changes"`
}

type changeFacts struct {
	Path   string        `json:"path"`
	Action evolve.Action `json:"action"`
	Diff   string        `json:"diff,omitempty"` // not of secrets
}

// changesOf leaves out forge's own files.
func changesOf(changes []txn.Change) changesFacts {
	facts := changesFacts{[]changeFacts{}}
	for _, c := range changes {
		if strings.HasPrefix(c.Path, ".forge/") {
			continue
		}
		change := changeFacts{Path: c.Path, Action: evolve.Updated}
		switch {
		case c.Old == nil:
			change.Action = evolve.Added
		case c.New == nil:
			change.Action = evolve.Removed
		}
		if project.ClassOf(c.Path) != project.Secret {
			change.Diff = string(merge3.Unified(c.Path, c.Old, c.New))
		}
		facts.Changes = append(facts.Changes, change)
	}
	return facts
}

// joined is objects as one: the members of all that are not nil.
type joined []any

// MarshalJSON returns the one object.
func (j joined) MarshalJSON() ([]byte, error) {
	var members [][]byte
	for _, part := range j {
		if part == nil {
			continue
		}
		encoded, err := json.Marshal(part)
		if err != nil {
			return nil, err
		}
		if inner := encoded[1 : len(encoded)-1]; len(inner) > 0 {
			members = append(members, inner)
		}
	}
	return slices.Concat([]byte("{"), bytes.Join(members, []byte(",")), []byte("}")), nil
}

// writeJSON writes facts as people and programs can read them.
func writeJSON(out io.Writer, facts any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(facts)
}
