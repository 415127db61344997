package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/shell"
)

// newFacts are a project as --json prints it.
type newFacts struct {
	Dir     string          `json:"dir"` // absolute
	Answers project.Answers `json:"answers"`
	DryRun  bool            `json:"dry_run,omitempty"`
	Files   []string        `json:"files"`
	Changes []changeFacts   `json:"changes,omitempty"` // that --dry-run plans
}

// planned reports what "forge new" would write to dir.
func (o *newOptions) planned(plan *generator.Plan, dir string) (report, error) {
	facts, err := factsOf(plan, dir)
	facts.DryRun = true
	for _, path := range facts.Files {
		facts.Changes = append(facts.Changes, changeFacts{Path: path, Action: evolve.Added})
	}
	return report{facts: facts, text: fmt.Sprintf("%s\n%s\n%d files; %s", dir, tree(plan), len(plan.Files), nothingWritten)}, err
}

// written reports what "forge new" wrote to dir.
func (o *newOptions) written(plan *generator.Plan, dir string) (report, error) {
	facts, err := factsOf(plan, dir)
	a := plan.Options
	text := fmt.Sprintf("Wrote %s%s: accounts %s, %s, %s%s\n", a.Module, placeOf(a.Module, dir), a.Auth, a.DB, a.Router, withNames(a.Features))
	if o.verbose {
		text = tree(plan) + "\n" + text
	}
	if o.asked {
		text += "The same without questions: " + o.commandLine() + "\n"
	}
	return report{facts: facts, text: text, next: nextSteps(plan, dir)}, err
}

// placeOf returns where a module was written; a folder of its own name needs no mention.
func placeOf(module, dir string) string {
	switch dir {
	case module:
		return ""
	case ".":
		return " to this folder"
	}
	return " to " + dir
}

func nextSteps(plan *generator.Plan, dir string) []string {
	var steps []string
	if dir != "." {
		steps = append(steps, "cd "+shell.Quote(dir))
	}
	steps = append(steps, "make run     start it, then open http://localhost:8000", "make test    run its tests")
	if plan.Options.Auth != project.None {
		steps = append(steps, "make superuser email=you@example.com username=you")
	}
	return steps
}

func factsOf(plan *generator.Plan, dir string) (newFacts, error) {
	full, err := filepath.Abs(dir)
	facts := newFacts{Dir: full, Answers: plan.Options.Answers()}
	for _, file := range plan.Files {
		facts.Files = append(facts.Files, file.Path)
	}
	return facts, err
}

// tree draws the plan's files, two blanks for each folder.
func tree(plan *generator.Plan) string {
	var lines []string
	var open []string // the folders of the file before
	for _, file := range plan.Files {
		folders := strings.Split(file.Path, "/")
		name := folders[len(folders)-1]
		folders = folders[:len(folders)-1]
		same := 0
		for same < len(folders) && same < len(open) && folders[same] == open[same] {
			same++
		}
		for depth := same; depth < len(folders); depth++ {
			lines = append(lines, strings.Repeat("  ", depth+1)+folders[depth]+"/")
		}
		lines = append(lines, strings.Repeat("  ", len(folders)+1)+name)
		open = folders
	}
	return strings.Join(lines, "\n")
}
