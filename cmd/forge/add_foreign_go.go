package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/forge-go/forge/cmd/forge/internal/prompt"
	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/adopt"
	"github.com/forge-go/forge/generator/gomod"
	"github.com/forge-go/forge/generator/shell"
)

// announceGo prints that the module's Go version rises, and what that changes,
// before anything is written, and reports whether it did. On a terminal, the plan
// shows it and asks.
func (o *addForeign) announceGo(stderr io.Writer, prompter prompt.Prompter, old *gomod.TooOldError) (announced bool, err error) {
	if old == nil || old.IsSpelling() || prompter != nil || o.quiet || o.json || o.dryRun {
		return false, nil
	}
	_, err = io.WriteString(stderr, risingGo(old))
	return true, err
}

// risingGo reports how the Go version in go.mod changes, and what depends on it.
func risingGo(old *gomod.TooOldError) string {
	var text strings.Builder
	was := "no go line"
	if old.Have != "" {
		was = "go " + old.Have
	}
	fmt.Fprintf(&text, "  go.mod: %s becomes go %s", was, old.Need)
	if old.Toolchain != "" {
		fmt.Fprintf(&text, ", and the line toolchain %s goes", old.Toolchain)
	}
	text.WriteString("\n")
	for _, change := range old.Changes() {
		fmt.Fprintf(&text, "    %s\n", change)
	}
	return text.String()
}

// keptGo refuses to raise the Go version, with all else that speaks against it
// and the commands that raise it.
func (o *addForeign) keptGo(ctx context.Context, survey *adopt.Survey, why []string) error {
	return &failure{
		code: exitRefused, message: "nothing was written", details: append([]string{survey.TooOld.Error()}, why...),
		hint: raiseCommands(ctx, survey.Root, survey.TooOld) + ", then the same command again",
	}
}

// raiseCommands are the commands that raise a module's Go version. Where git has
// everything, it is to have that too: "forge add auth" would take it for an
// uncommitted change.
func raiseCommands(ctx context.Context, root string, old *gomod.TooOldError) string {
	commands := []string{"go mod edit -go=" + old.Need}
	if old.Toolchain != "" {
		commands[0] += " -toolchain=none"
	}
	if gomod.FindWork(root) != "" {
		commands = append(commands, "go work use .")
	}
	commands = append(commands, "go mod tidy")
	add := "git add -u :/"
	if _, err := os.Stat(filepath.Join(root, "vendor", "modules.txt")); err == nil {
		commands = append(commands, "go mod vendor")
		add = "git add vendor && " + add
	}
	if changed, ok := uncommitted(ctx, root); ok && len(changed) == 0 {
		commands = append(commands, add, fmt.Sprintf("git commit -m %s", shell.Quote("Use Go "+old.Need)))
	}
	return strings.Join(commands, " && ")
}

// again is the command that was given, as far as it matters to run it again.
func (o *addForeign) again() string {
	command := "forge add auth --mode=" + o.mode
	for _, flag := range []struct{ name, value string }{{"db", o.db}, {"router", o.router}, {"at", o.at}, {"table-prefix", o.tables}, {"prefix", o.paths}} {
		if flag.value != "" {
			command += " --" + flag.name + "=" + shell.Quote(flag.value)
		}
	}
	for _, flag := range []struct {
		name string
		set  bool
	}{{"no-test", o.noTest}, {"no-check", o.noCheck}, {"allow-dirty", o.allowDirty}} {
		if flag.set {
			command += " --" + flag.name
		}
	}
	return command
}

// outsideHint helps where there is no module: code may only lack its go.mod.
func outsideHint() string {
	if files, err := filepath.Glob("*.go"); err != nil || len(files) == 0 {
		return "forge new NAME, or cd into a module"
	}
	name := "app"
	if dir, err := os.Getwd(); err == nil {
		name = programIn(dir)
	}
	return fmt.Sprintf("go mod init %s && go mod tidy, then the same command again", shell.Quote("example.com/"+name))
}

// programIn is a program's name after a folder's, or app.
func programIn(dir string) string {
	name := filepath.Base(dir)
	var odd *generator.NameError
	switch {
	case !errors.As(generator.CheckProgram(name), &odd):
		return name
	case odd.Suggestion != "":
		return odd.Suggestion
	}
	return "app"
}
