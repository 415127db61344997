package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/cmd/forge/internal/prompt"
	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/adopt"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

type addAuthOptions struct {
	changeFlags
	mode, users    string
	at, db, router string // for a module that forge did not make
	keepGo         bool   // the same
	writePackages  bool   // the same
	noTest         bool   // the same
	tables, paths  string // prefixes, for the same
}

func newAddAuth(flags *common) *cobra.Command {
	o := &addAuthOptions{changeFlags: changeFlags{common: flags}}
	cmd := &cobra.Command{
		Use:   "auth",
		Short: "Add accounts to a project, or to any Go module",
		Long: `Add accounts to the project in the working directory: a project without them gets
those of the mode, and basic ones become complete. Your changes are kept; if you
and forge changed the same place, that is a conflict (see forge upgrade --help).

In a Go module that forge did not make, the new code is in packages of its own,
and the program gets one import and one line, which adds the routes to its
router. If forge can't be sure where they belong, it writes nothing and prints the
lines that it would add (exit code 3). A go.mod for an older Go is raised to the
version that the new code needs, unless you pass --keep-go.

Old migrations are never changed; new ones come after them. In a complete
project, existing users are not verified until they confirm their address,
unless you pass --existing-users=verified.`,
		Example: `  forge add auth --mode=basic
  forge add auth --mode=complete --existing-users=verified --dry-run
  forge add auth --mode=basic --at cmd/shop/main.go:42`,
		Args: noMode,
		RunE: interruptible(func(cmd *cobra.Command) error { return explainInProject("forge add auth", o.run(cmd)) }),
	}
	o.register(cmd)
	o.registerConflicts(cmd)
	set := cmd.Flags()
	set.StringVar(&o.mode, "mode", "", "accounts: basic or complete")
	set.StringVar(&o.users, "existing-users", "", "existing users, in a complete project: verified or unverified (--yes: unverified)")
	set.StringVar(&o.db, "db", "", "in another module: its database, sqlite, postgres or mysql (default: that of its driver)")
	set.StringVar(&o.router, "router", "", "in another module: only routers of this kind, stdlib, gorilla, chi, gin, echo or fiber")
	set.StringVar(&o.at, "at", "", "in another module: add the line after the statement at FILE:LINE")
	set.StringVar(&o.tables, "table-prefix", "", "in another module: begin the names of tables with this (default: accounts_ if it has some of the same names)")
	set.StringVar(&o.paths, "prefix", "", "in another module: begin the paths of routes with this (default: /accounts if it has some of the same paths)")
	set.BoolVar(&o.keepGo, "keep-go", false, "in another module: refuse to raise the Go version in go.mod")
	set.BoolVar(&o.writePackages, "write-packages", false, "in another module: write the new packages even if the line is left to you")
	set.BoolVar(&o.noTest, "no-test", false, "in another module: do not run its tests that reach the line")
	refuseFlag(cmd, "auth", "mode")
	completeChoice(cmd, "mode", generator.AuthChoice(), "none")
	completeChoice(cmd, "db", generator.DBChoice())
	completeChoice(cmd, "router", generator.RouterChoice())
	completeValues(cmd, "existing-users", "verified", "unverified")
	return cmd
}

// noMode refuses arguments, such as a mode without its flag.
func noMode(cmd *cobra.Command, args []string) error {
	if len(args) == 1 && args[0] != "none" && generator.AuthChoice().Check(args[0]) == nil {
		return &failure{code: exitUsage, message: "the mode is a flag: --mode=" + args[0], hint: cmd.CommandPath() + " --mode=" + args[0]}
	}
	return noArguments(cmd, args)
}

func (o *addAuthOptions) run(cmd *cobra.Command) (err error) {
	if err := errors.Join(o.checkConflicts(cmd), o.checkFlags()); err != nil {
		return err
	}
	if ok, err := o.isToBeWired(); err != nil {
		return err
	} else if ok {
		foreign := addForeign{changeFlags: o.changeFlags, mode: o.mode, db: o.db, router: o.router, at: o.at, keepGo: o.keepGo, writePackages: o.writePackages, noTest: o.noTest, tables: o.tables, paths: o.paths}
		return foreign.run(cmd)
	}
	if o.at+o.db+o.router+o.tables+o.paths != "" || o.keepGo || o.writePackages || o.noTest {
		return &failure{code: exitUsage, message: "--at, --db, --router, --table-prefix, --prefix, --keep-go, --write-packages and --no-test are for modules that forge did not make", hint: "forge add auth --mode=complete"}
	}
	p, err := o.openProject(cmd, o.dryRun)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.root.Close()) }()
	before := p.Manifest.Answers.Auth
	if err := o.answer(cmd, before); err != nil {
		return err
	}
	request := evolve.Request{Auth: project.Mode(o.mode), VerifyUsers: o.users == "verified", Version: readBuildFacts().Version, Now: time.Now()}
	say := updateWords{nothing: "Nothing to do: the project has accounts, " + string(before) + ".", done: "Added accounts, " + o.mode}
	if request.Auth == before {
		// Whatever else this forge would change is for forge upgrade.
		return o.printer(cmd.OutOrStdout()).say(say.nothing)
	}
	if err := conflictsWait(p, exitConflicts); err != nil {
		return err
	}
	u, err := evolve.NewUpdate(templates.FS, p.Project, p.current, request)
	if err != nil {
		return err
	}
	say.next = o.nextSteps(before, u.Answers.Example)
	if u.Answers.Foreign != nil {
		say.next = hostSteps(u.Answers)
	}
	return o.apply(cmd, p, u, say)
}

// isToBeWired reports whether the module is one that forge did not make and that
// has no accounts yet, or whose accounts may still lack their line. To change the
// mode of accounts is to change a project like any other.
func (o *addAuthOptions) isToBeWired() (bool, error) {
	dir, err := project.Find(".")
	if isNone(err) {
		root, before := adopt.FindBefore(".")
		if !before {
			return true, nil
		}
		p, err := adopt.TakeOver(root)
		return err == nil && (o.mode == "" || project.Mode(o.mode) == p.Manifest.Answers.Auth), err
	}
	if err != nil {
		return false, err
	}
	p, err := project.Open(dir)
	if err != nil {
		return false, nil // openProject explains it.
	}
	a := p.Manifest.Answers
	return a.Foreign != nil && (o.mode == "" || project.Mode(o.mode) == a.Auth), nil
}

func (o *addAuthOptions) nextSteps(before project.Mode, example bool) []string {
	steps := []string{
		"make test    check that everything still works; the new migrations run when the service starts",
	}
	if before == project.None {
		list := "your own routes now require a user, unless the list public in internal/server/routes.go names them"
		if example {
			list += " (as it names the example)"
		}
		return append(steps, list, "outside development, SECRET_KEY must be set: openssl rand -base64 48")
	}
	users := "existing users are not verified until they confirm their address"
	if o.users == "verified" {
		users = "existing users count as verified"
	}
	return append(steps, users, "outside development, PUBLIC_URL, SMTP_HOST and EMAILS_FROM_EMAIL must be set: see .env.example")
}

// hostSteps are what is left to the owner of a module that forge did not make.
func hostSteps(a project.Answers) []string {
	steps := []string{
		"go test ./internal/...    check that everything still works",
		a.AccountsDir() + "/README.md has the settings that are new",
	}
	if a.Foreign.Migrations != "" {
		steps = append(steps, "migrations that are new are in "+a.Foreign.Migrations+", too, in the form of your tool: run them before the program needs them")
	}
	return steps
}

func (o *addAuthOptions) checkFlags() error {
	for _, flag := range []struct {
		name, value string
		known       []string
	}{
		{"mode", o.mode, []string{"basic", "complete"}},
		{"existing-users", o.users, []string{"verified", "unverified"}},
	} {
		if flag.value == "" || flag.value == flag.known[0] || flag.value == flag.known[1] {
			continue
		}
		return &failure{
			code:    exitUsage,
			message: fmt.Sprintf("--%s=%s is unknown; there are: %s, %s", flag.name, flag.value, flag.known[0], flag.known[1]),
			hint:    didYouMean("--"+flag.name+"=", nearest(flag.value, flag.known), "forge add auth --help"),
		}
	}
	return nil
}

// answer fills what the flags left out, and refuses a mode that takes away.
func (o *addAuthOptions) answer(cmd *cobra.Command, before project.Mode) error {
	prompter := o.prompter(cmd)
	if err := o.answerMode(cmd, prompter); err != nil {
		return err
	}
	if before == project.Complete && o.mode == "basic" {
		return &failure{code: exitRefused, message: "the project has complete accounts, and forge does not remove any",
			hint: "forge new NAME --auth=basic"}
	}
	if before != project.Basic || o.mode != "complete" || o.users != "" {
		return nil
	}
	if prompter == nil {
		o.users = "unverified"
		return nil
	}
	users, err := prompter.Select(cmd.Context(), prompt.Question{Message: "What are the existing users?", Default: "unverified", Options: []prompt.Option{
		{Value: "unverified", Description: "they confirm their address when they need to"},
		{Value: "verified", Description: "you know that their addresses are theirs"},
	}})
	return errors.Join(err, cmd.Flags().Set("existing-users", users))
}

func (o *addAuthOptions) answerMode(cmd *cobra.Command, prompter prompt.Prompter) error {
	switch {
	case o.mode != "":
		return nil
	case o.yes:
		o.mode = "complete"
		return nil
	case prompter == nil:
		return &failure{code: exitUsage, message: "missing --mode, and " + unasked() + " (--yes uses complete)", hint: "forge add auth --mode=complete",
			questions: []question{modeChoice(&o.mode).question()}}
	}
	err := modeChoice(&o.mode).ask(cmd.Context(), prompter)
	return errors.Join(err, cmd.Flags().Set("mode", o.mode)) // as if it had been typed: see commandLine
}
