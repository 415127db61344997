package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/forge-go/forge/cmd/forge/internal/prompt"
	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/newdir"
	"github.com/forge-go/forge/generator/txn"
)

// Exit codes; signals add 128 to their number.
const (
	exitDone      = 0
	exitFailed    = 1 // nothing was changed
	exitUsage     = 2 // a wrong or a missing answer
	exitRefused   = 3 // files are protected
	exitConflicts = 4 // changes that can't be merged
	exitOutdated  = 5 // --check
	exitSignal    = 128
)

// usageError is a command line that can't be understood, or lacks an answer.
// hint is the command that helps.
type usageError struct{ message, hint string }

func (e *usageError) Error() string { return e.message }

func exitCode(err error) int {
	var (
		signal  signalError
		usage   *usageError
		name    *generator.NameError
		choice  *generator.ChoiceError
		refused *newdir.RefusedError
		changed *txn.RefusedError
		stop    *stopError
	)
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &signal):
		return exitSignal + int(signal.signal)
	case errors.Is(err, prompt.ErrInterrupted):
		return exitSignal + int(syscall.SIGINT)
	case errors.As(err, &stop):
		return stop.code
	case errors.As(err, &usage), errors.As(err, &name), errors.As(err, &choice), isNone(err):
		return exitUsage
	case errors.As(err, &refused), errors.As(err, &changed), isForeignRefusal(err):
		return exitRefused
	case isForeignUsage(err):
		return exitUsage
	default:
		return exitFailed
	}
}

// explain gives what is printed for an error: what happened, where, why, and
// last the command that helps.
func explain(err error) string {
	var out strings.Builder
	fmt.Fprintf(&out, "forge: %s", err)
	var refused *newdir.RefusedError
	var stop *stopError
	switch {
	case errors.As(err, &refused) && len(refused.InTheWay) > 0:
		out.WriteString("; in the way:\n")
		writeDetails(&out, refused.InTheWay)
	case errors.As(err, &stop) && len(stop.details) > 0:
		out.WriteString(":\n")
		writeDetails(&out, stop.details)
	default:
		out.WriteString("\n")
	}
	switch hint := hintFor(err); {
	case hint == "":
	case strings.HasSuffix(hint, "?"):
		fmt.Fprintf(&out, "Did you mean %s\n", hint)
	default:
		fmt.Fprintf(&out, "Try: %s\n", hint)
	}
	return out.String()
}

func hintFor(err error) string {
	var (
		usage   *usageError
		name    *generator.NameError
		choice  *generator.ChoiceError
		refused *newdir.RefusedError
		git     *gitError
		changed *txn.RefusedError
		stop    *stopError
	)
	switch {
	case errors.As(err, &stop):
		return stop.hint
	case errors.As(err, &changed):
		return "the same command again, once that is settled; nothing was changed"
	case isNone(err):
		return "forge new NAME, or cd into a project"
	case foreignHint(err) != "":
		return foreignHint(err)
	case errors.As(err, &usage):
		return usage.hint
	case errors.As(err, &git):
		return git.hint
	case errors.As(err, &name):
		return nameHint(name)
	case errors.As(err, &choice):
		return choiceHint(choice)
	case errors.As(err, &refused):
		return "forge new NAME --dir OTHER-FOLDER"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return "forge new NAME --dir A-FOLDER-OF-YOURS"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "df -h, then the same command again; nothing was left behind"
	}
	return ""
}

func nameHint(e *generator.NameError) string {
	switch {
	case e.Suggestion != "":
		return "forge new " + e.Suggestion
	case e.What == "module path":
		return "forge new NAME --module example.com/name"
	}
	return "forge new myapi"
}

// choiceHint names the value that was meant, or the first there is.
func choiceHint(e *generator.ChoiceError) string {
	if near := nearest(e.Value, e.Choice.Names()); near != "" {
		return fmt.Sprintf("--%s=%s?", e.Choice.Name, near)
	}
	return fmt.Sprintf("forge new NAME --%s=%s", e.Choice.Name, e.Choice.Default)
}

func writeDetails(out *strings.Builder, entries []string) {
	const most = 20
	for i, entry := range entries {
		if i == most {
			fmt.Fprintf(out, "  and %d more\n", len(entries)-most)
			return
		}
		fmt.Fprintf(out, "  %s\n", entry)
	}
}
