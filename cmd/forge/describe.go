package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

func newDescribe(flags *common) *cobra.Command {
	return &cobra.Command{
		Use:   "describe",
		Short: "Describe a project that forge made",
		Long: `Describe the project in the working directory without running it: its answers,
resources, routes, settings and migrations, what its owner has changed, and what
can be added to it, with the commands. --json is made for programs and coding
agents.

Routes are those of api/openapi.json, which "make openapi" writes.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return explainInProject("forge describe", flags.describe(cmd))
		},
	}
}

// describeFacts are a project as --json prints it.
type describeFacts struct {
	Dir     string          `json:"dir"`
	Forge   string          `json:"forge"` // that wrote last
	Answers project.Answers `json:"answers"`
	// Routes are nil where the project keeps no document of its API.
	Routes       []routeFacts   `json:"routes,omitempty"`
	RoutesHint   string         `json:"routes_hint,omitempty"`
	Settings     []settingFacts `json:"settings"`
	Migrations   []string       `json:"migrations"`
	Changed      []string       `json:"changed"`
	Removed      []string       `json:"removed"`
	Conflicts    []string       `json:"conflicts"`
	UpgradeWaits bool           `json:"upgrade_waits"`
	CanAdd       []addFacts     `json:"can_add"`
	Check        string         `json:"check"` // the command that has to pass after a change
}

type routeFacts struct {
	Method  string `json:"method"`
	Path    string `json:"path"`
	Public  bool   `json:"public"` // it needs no user
	Summary string `json:"summary,omitempty"`
}

// settingFacts never have a value: that may be a secret.
type settingFacts struct {
	Name    string   `json:"name"`
	Default string   `json:"default"`
	SetIn   []string `json:"set_in"`
}

type addFacts struct {
	What    string `json:"what"`
	Command string `json:"command"`
}

func (c *common) describe(cmd *cobra.Command) (err error) {
	p, err := c.openProject(cmd, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.root.Close()) }()
	u, err := evolve.NewUpdate(templates.FS, p.Project, p.current, evolve.Request{Version: readBuildFacts().Version, Now: time.Now()})
	if err != nil {
		return err
	}
	differences := diffFacts{Changed: []string{}, Removed: []string{}}
	if _, err := differences.compare(p, u); err != nil {
		return err
	}
	answers := p.Manifest.Answers
	facts := describeFacts{
		Dir: p.Dir, Forge: p.Manifest.Forge, Answers: answers, Changed: differences.Changed, Removed: differences.Removed,
		Conflicts: []string{}, UpgradeWaits: !u.IsEmpty(), CanAdd: canAdd(answers), Check: "make check",
	}
	for _, conflict := range p.Conflicts {
		facts.Conflicts = append(facts.Conflicts, conflict.At)
	}
	if answers.Foreign != nil {
		facts.Check = "go test ./..."
	}
	err = errors.Join(facts.addRoutes(p.current, answers), facts.addSettings(p.current, answers), facts.addMigrations(p.current, answers))
	if err != nil {
		return err
	}
	return c.printer(cmd.OutOrStdout()).print(report{facts: facts, text: facts.text()})
}

// documentPath is where a project keeps the description of its API.
const documentPath = "api/openapi.json"

// addRoutes reads them in the project's own description of its API.
func (f *describeFacts) addRoutes(current fs.FS, answers project.Answers) error {
	if answers.Foreign != nil {
		f.RoutesHint = "forge doctor lists those that require a user"
		return nil
	}
	content, err := project.ReadFile(current, documentPath)
	if err != nil {
		return err
	}
	if content == nil {
		f.RoutesHint = "make openapi"
		return nil
	}
	var document struct {
		Paths map[string]map[string]struct {
			Summary  string `json:"summary"`
			Security []any  `json:"security"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(content, &document); err != nil {
		return &failure{code: exitFailed, message: fmt.Sprintf("reading %s: %v", documentPath, err), hint: "make openapi, then forge describe again"}
	}
	f.Routes = []routeFacts{}
	for _, at := range slices.Sorted(maps.Keys(document.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(document.Paths[at])) {
			operation := document.Paths[at][method]
			f.Routes = append(f.Routes, routeFacts{strings.ToUpper(method), at, len(operation.Security) == 0, operation.Summary})
		}
	}
	return nil
}

// addSettings lists those of .env.example, and the files in which they have a
// value.
func (f *describeFacts) addSettings(current fs.FS, answers project.Answers) error {
	f.Settings = []settingFacts{}
	if answers.Foreign != nil {
		return nil // That file is its owner's.
	}
	example, err := project.ReadFile(current, ".env.example")
	if err != nil {
		return err
	}
	set, err := settingsThatAreSet(current, nil)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(example)) {
		if name, value, ok := setting(line); ok {
			f.Settings = append(f.Settings, settingFacts{name, value, append([]string{}, set[name]...)})
		}
	}
	return nil
}

func (f *describeFacts) addMigrations(current fs.FS, answers project.Answers) error {
	found, err := fs.Glob(current, answers.MigrationsDir()+"/*.sql")
	f.Migrations = []string{}
	for _, name := range found {
		f.Migrations = append(f.Migrations, path.Base(name))
	}
	return err
}

// canAdd lists what this forge can add to a project, as commands in which words
// in capitals are to be replaced.
func canAdd(a project.Answers) []addFacts {
	var all []addFacts
	if !a.HasAccounts() {
		all = append(all, addFacts{"accounts", "forge add auth --mode=basic"})
	}
	if a.Auth != project.Complete {
		all = append(all, addFacts{"e-mail verification, password reset, refresh tokens and sessions", "forge add auth --mode=complete"})
	}
	if a.HasAccounts() {
		all = append(all, addFacts{"a field of users", "forge add field NAME:TYPE"})
	}
	switch {
	case a.HasAccounts():
		all = append(all, addFacts{"a table with an API whose rows belong to users", "forge add resource NAME FIELD:TYPE"})
	default:
		all = append(all, addFacts{"a table with an API", "forge add resource NAME FIELD:TYPE --owner=none"})
	}
	if a.Foreign != nil {
		all = append(all, addFacts{"a guard around one of your own routes", "forge protect ROUTE"})
	}
	if len(resourceNames(a)) > 0 {
		all = append(all, addFacts{"a field of a resource", "forge add field NAME:TYPE --to=RESOURCE"})
	}
	for _, f := range feature.For(string(a.Auth)) {
		if !slices.Contains(a.Features, f.Name) {
			all = append(all, addFacts{f.Description, "forge add " + f.Name})
		}
	}
	return all
}

// text is the description for people, on one screen.
func (f describeFacts) text() string {
	var out strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&out, "%-11s %s\n", name, fmt.Sprintf(format, args...))
	}
	a := f.Answers
	line("module", "%s", a.Module)
	line("accounts", "%s", a.Auth)
	if len(a.Features) > 0 {
		line("features", "%s", strings.Join(a.Features, ", "))
	}
	line("database", "%s", a.DB)
	line("router", "%s", a.Router)
	for _, field := range a.Fields {
		if !field.Removed {
			line("field", "%s:%s", field.Name, field.Type)
		}
	}
	for _, r := range a.Resources {
		if r.Removed {
			continue
		}
		line("resource", "%s", describeResource(r))
	}
	if f.Routes == nil {
		line("routes", "not known; try: %s", f.RoutesHint)
	} else {
		line("routes", "%d, of which %d need no user", len(f.Routes), len(slices.DeleteFunc(slices.Clone(f.Routes), func(r routeFacts) bool { return !r.Public })))
	}
	line("settings", "%d, in .env.example", len(f.Settings))
	line("migrations", "%d", len(f.Migrations))
	line("your files", "%d changed, %d removed", len(f.Changed), len(f.Removed))
	if len(f.Conflicts) > 0 {
		line("conflicts", "%s", strings.Join(f.Conflicts, ", "))
	}
	if f.UpgradeWaits {
		line("upgrade", "forge upgrade brings what this forge writes")
	}
	out.WriteString("\nCan be added:\n")
	for _, add := range f.CanAdd {
		fmt.Fprintf(&out, "  %s\n      %s\n", add.What, add.Command)
	}
	fmt.Fprintf(&out, "\nAfter a change: %s\n", f.Check)
	return out.String()
}

func describeResource(r project.Resource) string {
	var fields []string
	for _, f := range r.Fields {
		if !f.Removed {
			fields = append(fields, f.Name+":"+f.Type)
		}
	}
	whose := "of their users"
	if r.Owner == "none" {
		whose = "of nobody"
	}
	return fmt.Sprintf("%s, %s: %s", r.Plural, whose, strings.Join(fields, " "))
}
