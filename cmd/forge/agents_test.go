package main

import (
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/resource"
	"github.com/forge-go/forge/templates"
)

// TestAgentsFileIsTrue holds every path, target, command, test and name in
// AGENTS.md to what the project has.
func TestAgentsFileIsTrue(t *testing.T) {
	all := generator.Combinations()
	withResources := generator.Options{Auth: "complete", DB: "sqlite", Router: "stdlib", Resources: []project.Resource{
		resourceOf(t, "note", "title:string"), resourceOf(t, "line_item", "text:text"),
	}}
	for _, o := range append(all, withResources) {
		o.Module, o.Program = "example.com/myapi", "myapi"
		t.Run(fmt.Sprintf("%s-%s-%s-%d", o.Auth, o.DB, o.Router, len(o.Resources)), func(t *testing.T) {
			plan, err := generator.NewPlan(templates.FS, o)
			if err != nil {
				t.Fatal(err)
			}
			p := planned{T: t, files: map[string]string{}}
			for _, f := range plan.Files {
				p.files[f.Path] = string(f.Content)
			}
			p.checkAgents()
		})
	}
}

func TestAgentsFileCanBeLeftOut(t *testing.T) {
	plan, err := generator.NewPlan(templates.FS, generator.Options{Module: "m", Program: "m", Auth: "none", DB: "sqlite", Router: "stdlib", WithoutAgents: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range plan.Files {
		if f.Path == "AGENTS.md" || f.Path == "CLAUDE.md" {
			t.Errorf("there is %s", f.Path)
		}
		if f.Path == project.ManifestPath && !strings.Contains(string(f.Content), `"agents": false`) {
			t.Errorf("the manifest does not say so:\n%s", f.Content)
		}
	}
}

func resourceOf(t *testing.T, name string, fields ...string) project.Resource {
	t.Helper()
	r, err := resource.Parse(resource.Asked{Name: name, Specs: fields}, true)
	if err != nil {
		t.Fatal(err)
	}
	r.Migration = "20261129120000_create_" + r.Plural
	return r.Answer()
}

// planned is a project in memory.
type planned struct {
	*testing.T
	files map[string]string
}

var (
	quoted = regexp.MustCompile("`([^`]+)`")
	linked = regexp.MustCompile(`\[[^\]]+\]\(([^)#]+)(?:#([^)]+))?\)`)
)

func (p planned) checkAgents() {
	p.Helper()
	text := p.files["AGENTS.md"]
	if len(text) == 0 || len(text) > 8000 {
		p.Errorf("AGENTS.md has %d bytes, want at most 8,000", len(text))
	}
	if strings.Contains(text, "\n\n\n") || strings.Contains(text, "\n |") {
		p.Errorf("AGENTS.md is laid out badly:\n%s", text)
	}
	if got := p.files["CLAUDE.md"]; got != "@AGENTS.md\n" {
		p.Errorf("CLAUDE.md is %q", got)
	}
	for _, match := range quoted.FindAllStringSubmatch(text, -1) {
		if fault := p.fault(match[1]); fault != "" {
			p.Errorf("AGENTS.md has `%s`, but %s", match[1], fault)
		}
	}
	for _, match := range linked.FindAllStringSubmatch(text, -1) {
		if strings.HasPrefix(match[1], "https://") {
			continue
		}
		page, ok := p.files[match[1]]
		if !ok || match[2] != "" && !slices.Contains(anchors(page), match[2]) {
			p.Errorf("AGENTS.md leads to %s, which is not there", match[0])
		}
	}
}

// fault is what is not true about something in backquotes.
func (p planned) fault(name string) string {
	words := strings.Fields(name)
	switch {
	case words[0] == "make":
		return unless(strings.Contains(p.files["Makefile"], "\n"+words[1]+":"), "there is no such target")
	case words[0] == "forge":
		return commandFault(words[1:])
	case words[0] == "docker":
		return unless(strings.Contains(p.files["compose.yaml"], "\n  "+words[len(words)-1]+":"), "compose.yaml has no such service")
	case words[0] == "go":
		return p.fault(strings.TrimPrefix(words[2], "./")) + p.fault(words[4])
	case strings.HasPrefix(name, "--"):
		return commandFault([]string{"add", "resource", name})
	case strings.HasPrefix(name, "Test"):
		return unless(p.haveText("func "+name+"("), "there is no such test")
	case name == "api/openapi.json":
		return unless(strings.Contains(p.files["Makefile"], name), "make openapi writes another file")
	case name == "try":
		return unless(strings.Contains(failureJSON(), `"try"`), "failures have no such member")
	case strings.ContainsAny(name, "/") || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".md"):
		return unless(p.hasPath(name), "there is no such file or folder")
	}
	return unless(p.haveText(name), "no file has that name in it")
}

func unless(ok bool, fault string) string {
	if ok {
		return ""
	}
	return fault
}

func (p planned) hasPath(name string) bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(p.files)), func(path string) bool {
		return path == name || strings.HasPrefix(path, name+"/")
	})
}

// haveText reports whether a Go file has a text.
func (p planned) haveText(text string) bool {
	for path, content := range p.files {
		if strings.HasSuffix(path, ".go") && strings.Contains(content, text) {
			return true
		}
	}
	return false
}

// commandFault is what is wrong with a command line of forge.
func commandFault(words []string) string {
	root := newRoot(&common{}, strings.NewReader(""), io.Discard, io.Discard)
	cmd, _, err := root.Find(slices.DeleteFunc(slices.Clone(words), func(w string) bool { return strings.HasPrefix(w, "-") }))
	if err != nil || cmd == root || cmd.HasSubCommands() {
		return "forge has no such command"
	}
	for _, word := range words {
		if flag, ok := strings.CutPrefix(word, "--"); ok && !hasFlag(cmd, flag) {
			return "the command has no flag --" + flag
		}
	}
	return ""
}

func hasFlag(cmd *cobra.Command, flag string) bool {
	name, _, _ := strings.Cut(flag, "=")
	return name == "help" || cmd.Flags().Lookup(name) != nil || cmd.InheritedFlags().Lookup(name) != nil
}

func failureJSON() string {
	var out strings.Builder
	if err := (&failure{code: exitFailed, message: "m", hint: "h"}).writeJSON(&out); err != nil {
		return err.Error()
	}
	return out.String()
}

// anchors are those of a page's headings, as GitHub makes them.
func anchors(page string) []string {
	var all []string
	for line := range strings.Lines(page) {
		if !strings.HasPrefix(line, "#") {
			continue
		}
		heading := strings.ToLower(strings.TrimSpace(strings.TrimLeft(line, "#")))
		heading = regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(heading, "")
		all = append(all, strings.ReplaceAll(heading, " ", "-"))
	}
	return all
}
