package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
	"golang.org/x/mod/module"
)

// buildFacts identify this forge.
type buildFacts struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Go      string `json:"go"`
}

func newVersion(flags *common) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print forge's version",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			facts := readBuildFacts()
			return flags.printer(cmd.OutOrStdout()).print(report{facts: facts, text: facts.String() + "\n"})
		},
	}
}

func (f buildFacts) String() string {
	return fmt.Sprintf("forge %s (commit %s, %s)", f.Version, f.Commit, f.Go)
}

func readBuildFacts() buildFacts {
	facts := buildFacts{Version: "(devel)", Commit: "unknown"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return facts
	}
	facts.Go = info.GoVersion
	if info.Main.Version != "" {
		facts.Version = info.Main.Version
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			facts.Commit = setting.Value
		}
	}
	return facts.ofModule()
}

// ofModule completes what "go install module@version" leaves out: such a build
// has no commit, but the version of one that has no tag ends with it.
func (f buildFacts) ofModule() buildFacts {
	if f.Commit != "unknown" || !module.IsPseudoVersion(f.Version) {
		return f
	}
	if commit, err := module.PseudoVersionRev(f.Version); err == nil {
		f.Commit = commit
	}
	return f
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return &failure{
		code:    exitUsage,
		message: fmt.Sprintf("%s takes no argument, but got %q", cmd.CommandPath(), args[0]),
		hint:    cmd.CommandPath() + " --help",
	}
}
