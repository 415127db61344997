package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/forge-go/forge/generator"
)

// printer says on stdout what a command planned or did.
type printer struct {
	out io.Writer
	*common
}

// facts are a project as --json prints it.
type facts struct {
	Dir     string   `json:"dir"` // absolute
	Module  string   `json:"module"`
	Program string   `json:"program"`
	Auth    string   `json:"auth"`
	DB      string   `json:"db"`
	Router  string   `json:"router"`
	DryRun  bool     `json:"dry_run,omitempty"`
	Files   []string `json:"files"`
}

// say prints a line, as a fact with --json.
func (p printer) say(text string) error {
	switch {
	case p.json:
		return json.NewEncoder(p.out).Encode(map[string]string{"message": text})
	case p.quiet:
		return nil
	}
	_, err := fmt.Fprintln(p.out, text)
	return err
}

func (p printer) planned(plan *generator.Plan, dir string) error {
	switch {
	case p.json:
		return p.facts(plan, dir, true)
	case p.quiet:
		return nil
	}
	_, err := fmt.Fprintf(p.out, "%s\n%s\n%d files; nothing was written (--dry-run)\n", dir, tree(plan), len(plan.Files))
	return err
}

func (p printer) written(plan *generator.Plan, dir string) error {
	switch {
	case p.json:
		return p.facts(plan, dir, false)
	case p.quiet:
		return nil
	}
	if p.verbose {
		if _, err := fmt.Fprintln(p.out, tree(plan)); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(p.out, "Wrote %s to %s\n\nNext:\n%s", plan.Options.Module, dir, nextSteps(plan, dir))
	return err
}

func nextSteps(plan *generator.Plan, dir string) string {
	var steps strings.Builder
	if dir != "." {
		fmt.Fprintf(&steps, "  cd %s\n", dir)
	}
	steps.WriteString("  make run     start it on http://127.0.0.1:8000/docs\n")
	steps.WriteString("  make test    run its tests\n")
	if plan.Options.Auth != "none" {
		steps.WriteString("  make superuser email=you@example.com username=you\n")
	}
	return steps.String()
}

func (p printer) facts(plan *generator.Plan, dir string, dryRun bool) error {
	full, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	o := plan.Options
	f := facts{Dir: full, Module: o.Module, Program: o.Program, Auth: o.Auth, DB: o.DB, Router: o.Router, DryRun: dryRun}
	for _, file := range plan.Files {
		f.Files = append(f.Files, file.Path)
	}
	return writeJSON(p.out, f)
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

// writeJSON writes facts as people and programs can read them.
func writeJSON(out io.Writer, facts any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(facts)
}
