package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/forge-go/forge/cmd/forge/internal/prompt"
	"github.com/forge-go/forge/generator/shell"
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

// failure is why a command fails: its exit code, what happened and where, a line
// for each detail, and last the command that helps in this situation. Every
// command makes its own of the errors that it meets; nobody after it guesses.
type failure struct {
	code    int
	message string
	details []string
	hint    string

	facts     any         // what the command found out, for --json
	files     []filePlace // of conflicts
	questions []question  // that have no answer
}

func (f *failure) Error() string { return f.message }

// failureOf returns the failure that an error is or wraps. What no command has
// expected is one without a hint.
func failureOf(err error) *failure {
	var (
		signal signalError
		known  *failure
	)
	switch {
	case errors.As(err, &signal):
		return &failure{code: exitSignal + int(signal.signal), message: err.Error()}
	case errors.Is(err, prompt.ErrInterrupted):
		return &failure{code: exitSignal + int(syscall.SIGINT), message: err.Error()}
	case errors.As(err, &known):
		whole := *known
		whole.message = err.Error()
		return &whole
	}
	return &failure{code: exitFailed, message: err.Error()}
}

// text is the failure for people.
func (f *failure) text() string {
	var out strings.Builder
	fmt.Fprintf(&out, "forge: %s", f.message)
	if len(f.details) > 0 {
		out.WriteString(":")
	}
	out.WriteString("\n")
	writeDetails(&out, f.details)
	switch {
	case f.hint == "":
	case strings.HasSuffix(f.hint, "?"):
		fmt.Fprintf(&out, "Did you mean %s\n", f.hint)
	default:
		fmt.Fprintf(&out, "Try: %s\n", f.hint)
	}
	return out.String()
}

// systemFailure returns the failure for what the system refused in a folder, or
// nil if err is nothing of the kind. again is the command that was given.
func systemFailure(err error, dir, again string) *failure {
	f := &failure{code: exitFailed, message: err.Error()}
	switch {
	case errors.Is(err, fs.ErrPermission):
		f.hint = fmt.Sprintf("ls -ld %s, then %s as a user who may read and write there", shell.Quote(dir), again)
	case errors.Is(err, syscall.EROFS):
		f.hint = fmt.Sprintf("cp -R %s A-FOLDER-OF-YOURS, then %s there", shell.Quote(dir), again)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		f.hint = fmt.Sprintf("df -h %s, then %s again; nothing was left behind", shell.Quote(dir), again)
	default:
		return nil
	}
	return f
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
