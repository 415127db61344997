package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// common are the flags of every command.
type common struct {
	json, yes, quiet, verbose, plain, noColor bool
	allowOlder                                bool // to work on what a newer forge wrote
}

// check refuses flags that contradict each other.
func (c *common) check(command string) error {
	if c.quiet && (c.json || c.verbose) {
		return &failure{code: exitUsage, message: "--quiet prints nothing: it can't be combined with --json or --verbose", hint: command + " --quiet"}
	}
	return nil
}

func newRoot(flags *common, stdin io.Reader, stdout, stderr io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "forge",
		Short: "forge writes Go web services with authentication",
		Long: `forge writes Go web services with authentication: yours from the first minute,
with tests, documentation and no run-time dependency on forge.`,
		Example: "  forge new myapi --auth=basic\n  cd myapi && make run",
		Args:    noCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return flags.check(cmd.CommandPath())
		},
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(explainFlag)
	set := root.PersistentFlags()
	set.BoolVar(&flags.json, "json", false, "print the outcome as JSON on stdout")
	set.BoolVarP(&flags.yes, "yes", "y", false, "use the defaults for what is not given, and ask nothing")
	set.BoolVarP(&flags.quiet, "quiet", "q", false, "print nothing but errors")
	set.BoolVarP(&flags.verbose, "verbose", "v", false, "report each step")
	set.BoolVar(&flags.plain, "plain", false, "ask line by line, for screen readers and simple terminals")
	set.BoolVar(&flags.noColor, "no-color", false, "print no colours (as with the variable NO_COLOR)")
	set.BoolVar(&flags.allowOlder, "allow-older", false, "work on a project that a newer forge wrote")
	root.Version = readBuildFacts().String()
	root.SetVersionTemplate("{{ .Version }}\n")
	root.SetHelpCommand(newHelp(root))
	root.SetHelpFunc(flags.help(root.HelpFunc()))
	root.AddCommand(newNew(flags), newAdd(flags), newRemove(flags), newRename(flags), newProtect(flags), newUpgrade(flags), newMerge(flags), newFeatures(flags), newDiff(flags), newDescribe(flags), newDoctor(flags), newUndo(flags), newRedo(flags), newLink(flags), newVersion(flags))
	return root
}

// newHelp returns cobra's help command, except that an unknown topic is an error.
func newHelp(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command; help json prints the schema of what --json prints",
		RunE: func(help *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == "json" {
				_, err := io.WriteString(help.OutOrStdout(), schema)
				return err
			}
			cmd, rest, err := root.Find(args)
			if err != nil || cmd == root {
				if err := noCommand(root, args); err != nil {
					return err
				}
			} else if len(rest) > 0 {
				return noArguments(cmd, rest)
			}
			cmd.InitDefaultHelpFlag()
			return cmd.Help()
		},
	}
}

// help prints the help that show prints, or with --json an object with it.
func (c *common) help(show func(*cobra.Command, []string)) func(*cobra.Command, []string) {
	return func(cmd *cobra.Command, args []string) {
		if !c.json {
			show(cmd, args)
			return
		}
		out := cmd.OutOrStdout()
		var text strings.Builder
		cmd.SetOut(&text)
		show(cmd, args)
		cmd.SetOut(out)
		// Where stdout is closed, there is nowhere to report to.
		_ = c.printer(out).print(report{facts: map[string]string{"help": text.String()}})
	}
}

// subcommands lists the names of a command's own, and the one that was meant by
// a name that is none of them, or "".
func subcommands(cmd *cobra.Command, typed string) (names []string, meant string) {
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	if meant = otherNames()[typed]; !slices.Contains(names, meant) {
		meant = nearest(typed, names)
	}
	return names, meant
}

// noCommand refuses arguments that name no command.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	_, meant := subcommands(cmd, args[0])
	return &failure{
		code:    exitUsage,
		message: fmt.Sprintf("%s has no command %q", cmd.CommandPath(), args[0]),
		hint:    didYouMean(cmd.CommandPath()+" ", meant, strings.TrimSpace("forge help "+strings.TrimPrefix(cmd.CommandPath(), "forge"))),
	}
}

// otherNames maps the names that other tools use to forge's commands.
func otherNames() map[string]string {
	return map[string]string{
		"init": "new", "create": "new", "generate": "new", "start": "new", "scaffold": "new",
		"update": "upgrade", "sync": "upgrade", "pull": "upgrade",
		"status": "diff", "check": "doctor", "revert": "undo", "rollback": "undo", "restore": "undo", "reapply": "redo",
		"column": "field", "attribute": "field", "property": "field", "accounts": "auth", "users": "auth", "login": "auth",
		"crud": "resource", "table": "resource", "model": "resource", "pat": "api-keys", "tokens": "api-keys", "keys": "api-keys", "apikeys": "api-keys", "valkey": "redis", "cache": "redis",
		"cookie": "cookies", "csrf": "cookies", "browser": "cookies", "browsers": "cookies",
		"google": "oauth", "github": "oauth", "apple": "oauth", "oidc": "oauth", "sso": "oauth", "social": "oauth", "openid": "oauth",
		"passkey": "passkeys", "webauthn": "passkeys", "fido": "passkeys", "fido2": "passkeys",
		"2fa": "totp", "mfa": "totp", "otp": "totp", "two-factor": "totp", "second-factor": "totp", "authenticator": "totp",
	}
}

// explainFlag returns the failure for an error of pflag's about a flag.
func explainFlag(cmd *cobra.Command, err error) error {
	if f := (*failure)(nil); errors.As(err, &f) {
		return f
	}
	help := cmd.CommandPath() + " --help"
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || len(unknown.GetSpecifiedName()) < 2 {
		return &failure{code: exitUsage, message: err.Error(), hint: help}
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return &failure{
		code:    exitUsage,
		message: fmt.Sprintf("%s has no flag --%s", cmd.CommandPath(), unknown.GetSpecifiedName()),
		hint:    didYouMean(cmd.CommandPath()+" --", nearest(unknown.GetSpecifiedName(), names), help),
	}
}
