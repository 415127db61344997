package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/adopt/guard"
	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/shell"
	"github.com/forge-go/forge/generator/txn"
)

type protectOptions struct {
	changeFlags
	route, who, at string
}

func newProtect(flags *common) *cobra.Command {
	o := &protectOptions{changeFlags: changeFlags{common: flags}}
	cmd := &cobra.Command{
		Use:   "protect ROUTE",
		Short: "Let only users reach a route of your program",
		Long: `Put a guard around one of the program's own routes, in a module to which
forge add auth added accounts. ROUTE is a method and a path, or a path alone: that
of a group, of a route for all methods, or the beginning of other routes.

forge finds the calls that add the route by their types, through groups, mounts
and functions, and changes them as their router requires. It shows the change
as a diff and compiles it before it writes it. If it can't find the route, or
finds it in several places, it writes nothing (exit code 3).`,
		Example: `  forge protect 'GET /todos'
  forge protect /admin --for=superusers
  forge protect 'DELETE /todos/{id}' --dry-run`,
		Args:              o.checkArgs,
		RunE:              interruptible(o.run),
		ValidArgsFunction: o.complete,
	}
	o.register(cmd)
	cmd.Flags().StringVar(&o.who, "for", "users", "who may: "+strings.Join(audiences(), ", "))
	cmd.Flags().StringVar(&o.at, "at", "", "only what is registered at FILE:LINE")
	return cmd
}

// guardsByAudience maps those that a guard admits to its name.
func guardsByAudience() map[string]string {
	return map[string]string{"users": "RequireUser", "superusers": "RequireSuperuser", "verified": "RequireVerified", "recent": "RequireRecentLogin"}
}

func audiences() []string { return slices.Sorted(maps.Keys(guardsByAudience())) }

func (o *protectOptions) checkArgs(_ *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return &failure{code: exitUsage, message: "forge protect needs a route", hint: "forge protect 'GET /todos'"}
	case len(args) > 2:
		return &failure{code: exitUsage, message: fmt.Sprintf("forge protect takes one route, but got %q", args), hint: "forge protect 'GET /todos'"}
	case guardsByAudience()[o.who] == "":
		return &failure{code: exitUsage, message: fmt.Sprintf("--for=%s is unknown; there are: %s", o.who, strings.Join(audiences(), ", ")),
			hint: didYouMean("forge protect 'GET /todos' --for=", nearest(o.who, audiences()), "forge protect --help")}
	}
	o.route = strings.Join(args, " ")
	return nil
}

func (o *protectOptions) run(cmd *cobra.Command) error {
	return explainInProject("forge protect", o.protect(cmd, o.route))
}

func (o *protectOptions) protect(cmd *cobra.Command, text string) (err error) {
	target, err := guard.ParseTarget(text)
	if err != nil {
		return &failure{code: exitUsage, message: err.Error(), hint: "forge protect 'GET /todos'"}
	}
	p, err := o.openProject(cmd, o.dryRun)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.root.Close()) }()
	if p.Manifest.Answers.Foreign == nil {
		return ownProject(p.Manifest.Answers)
	}
	if err := o.ready(cmd.Context(), p); err != nil {
		return err
	}
	found, err := findRoutes(cmd.Context(), p.Project)
	if err != nil {
		return err
	}
	name := guardsByAudience()[o.who]
	if !found.has(name) {
		return &failure{code: exitRefused, message: fmt.Sprintf("the module's accounts have no function %s", name), hint: found.without(name)}
	}
	chosen, err := o.choose(found, target, text)
	if err != nil {
		return err
	}
	r := protectReport{facts: protectFacts{Dir: p.Dir, Guard: name, Routes: chosen, Beside: guard.SharedWith(found.routes, chosen), DryRun: o.dryRun}}
	open := slices.DeleteFunc(slices.Clone(chosen), func(r guard.Route) bool { return r.Guard != "" })
	if len(open) == 0 {
		return o.printer(cmd.OutOrStdout()).print(r.already())
	}
	changes, err := guard.Edit(open, found.accounts, name)
	var unguardable *guard.UnguardableError
	if errors.As(err, &unguardable) {
		return &failure{code: exitRefused, message: err.Error(), hint: byHand(p.Manifest.Answers.AccountsDir())}
	}
	if err != nil {
		return err
	}
	return o.write(cmd, p, r, changes)
}

// write compiles the changes, and writes or prints them.
func (o *protectOptions) write(cmd *cobra.Command, p *opened, r protectReport, changes []txn.Change) error {
	if !o.noCheck {
		faults, err := o.faults(cmd, p.Dir, nil, changes)
		if err != nil {
			return err
		}
		if len(faults) > 0 {
			return &failure{code: exitRefused, message: "with the guard, the module would not compile; nothing was written", details: faults,
				hint: byHand(p.Manifest.Answers.AccountsDir())}
		}
	}
	r.changes = changes
	for _, c := range changes {
		r.facts.Changed = append(r.facts.Changed, c.Path)
	}
	out := o.printer(cmd.OutOrStdout())
	if o.dryRun {
		return out.print(r.planned())
	}
	if err := txn.Apply(cmd.Context(), p.Dir, changes); err != nil {
		return err
	}
	return out.print(r.done(undoOf(cmd.Context(), p.Dir, o.wasClean, changes)))
}

// choose returns the routes that match the target, or why it is not clear which do.
func (o *protectOptions) choose(found foundRoutes, target guard.Target, text string) ([]guard.Route, error) {
	chosen := guard.Select(found.routes, target)
	if o.at != "" {
		chosen = slices.DeleteFunc(chosen, func(r guard.Route) bool { return r.Position.String() != o.at })
	}
	if len(chosen) == 0 {
		return nil, notFound(found, target, o.at)
	}
	if twice := guard.Ambiguous(chosen); len(twice) > 0 {
		return nil, &failure{code: exitRefused, message: fmt.Sprintf("%s is registered at more than one place", text), details: listed(twice),
			hint: fmt.Sprintf("forge protect %s --at=%s", shell.Quote(text), shell.Quote(twice[0].Position.String()))}
	}
	return chosen, nil
}

// byHand is the help where forge can't add a guard.
func byHand(accounts string) string { return "an editor; " + accounts + "/README.md shows how" }

// notFound returns the failure for a route that no call registers in a way that
// forge can read.
func notFound(found foundRoutes, target guard.Target, at string) *failure {
	message := "no call registers " + strings.TrimSpace(target.Method+" "+target.Path) + " with a path that is a constant, on a router that forge knows"
	if at != "" {
		message += ", at " + at
	}
	var names []string
	for _, r := range found.routes {
		names = append(names, r.String())
	}
	f := &failure{code: exitRefused, message: message, details: listed(found.routes), hint: byHand(found.dir)}
	if near := nearest(strings.TrimSpace(target.Method+" "+target.Path), names); near != "" {
		f.hint = "forge protect " + shell.Quote(near) + "?"
	}
	return f
}

// listed lists routes with their positions.
func listed(routes []guard.Route) []string {
	var lines []string
	for _, r := range routes {
		line := fmt.Sprintf("%s (%s)", r, r.Position)
		if r.Guard != "" {
			line += " behind " + r.Guard
		}
		lines = append(lines, line)
	}
	return slices.Compact(lines)
}

// ownProject returns the failure for a project that forge made: its routes require
// a user unless they are on the public list.
func ownProject(a project.Answers) *failure {
	if !a.HasAccounts() {
		return &failure{code: exitRefused, message: "the project has no users", hint: "forge add auth --mode=basic"}
	}
	return &failure{code: exitRefused, message: "in a project that forge made, each route requires a user unless the list public in internal/server/routes.go has it",
		hint: "an editor, to take the route out of that list"}
}

// foundRoutes are the routes of a module with accounts.
type foundRoutes struct {
	dir      string // of accounts
	accounts string // the import path of the guards, in that folder
	module   *scan.Module
	routes   []guard.Route
}

// findRoutes finds the routes of a module that forge did not make, except those of
// its accounts.
func findRoutes(ctx context.Context, p *project.Project) (foundRoutes, error) {
	written := make(map[string]bool)
	for _, file := range p.Manifest.Files {
		written[file.Path] = true
	}
	module := p.Manifest.Answers.Module
	m, err := scan.Load(ctx, p.Dir, module, func(path string) bool { return written[path] })
	if err != nil {
		return foundRoutes{}, &failure{code: exitFailed, message: err.Error(), hint: "go list ./..."}
	}
	dir := p.Manifest.Answers.AccountsDir()
	accounts := module + "/" + dir
	return foundRoutes{dir, accounts, m, guard.Find(m, accounts)}, nil
}

// has reports whether the package of accounts has a function of that name.
func (f foundRoutes) has(name string) bool {
	for _, p := range f.module.Packages {
		if p.PkgPath == f.accounts && p.Types != nil {
			return p.Types.Scope().Lookup(name) != nil
		}
	}
	return false
}

// without returns the command that adds a guard that the module's accounts lack.
func (f foundRoutes) without(name string) string {
	if f.has("RequireUser") && name == "RequireVerified" {
		return "forge add auth --mode=complete"
	}
	return "forge upgrade"
}

// complete completes the routes of the module around the working directory.
func (o *protectOptions) complete(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	dir, err := project.Find(".")
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	p, err := project.Open(dir)
	if err != nil || p.Manifest.Answers.Foreign == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	found, err := findRoutes(cmd.Context(), p)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, r := range found.routes {
		if r.Guard == "" {
			names = append(names, r.String())
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
