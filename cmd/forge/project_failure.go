package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/forge-go/forge/cmd/forge/internal/prompt"
	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/adopt"
	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/generator/gomod"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/shell"
	"github.com/forge-go/forge/generator/txn"
)

// explainInProject returns the failure for an error of a command that works on
// the project around the working folder. command is it as the user typed it,
// without flags.
func explainInProject(command string, err error) error {
	var (
		known    *failure
		signal   signalError
		changed  *txn.RefusedError
		inTheWay *project.InTheWayError
	)
	f := &failure{code: exitFailed}
	switch {
	case err == nil, errors.As(err, &known), errors.As(err, &signal):
		return err
	case isNone(err):
		f.code, f.hint = exitUsage, withoutProject()
	case errors.As(err, &inTheWay):
		f.hint = fmt.Sprintf("mv %s %s, then %s again", shell.Quote(inTheWay.Path), shell.Quote(inTheWay.Path+".aside"), command)
	case errors.As(err, &changed):
		f.code, f.hint = exitRefused, fmt.Sprintf("%s again, once %s is as you want it; nothing was changed", command, changed.Path)
	case errors.Is(err, txn.ErrBusy):
		f.hint = command + " again, once the other has ended"
	case errors.Is(err, gomod.ErrMissing):
		f.hint = "git restore go.mod, then " + command + " again"
	case errors.Is(err, prompt.ErrUnanswered):
		f.code, f.message, f.hint = exitUsage, "a question got no answer", command+" --help"
		return f
	default:
		if f = systemFailure(err, workdir(), command); f == nil {
			return err
		}
	}
	f.message = err.Error()
	return f
}

// withoutProject returns the hint for a directory that is in no project of forge's.
func withoutProject() string {
	if _, err := adopt.FindRoot("."); err == nil {
		return "forge add auth gives this module accounts; forge new NAME writes a project"
	}
	return "forge new NAME, or cd into a project"
}

func workdir() string {
	dir, err := os.Getwd()
	if err != nil {
		return "."
	}
	return dir
}

// explainState returns the failure for a project whose own memory can't be read
// or is of no use.
func explainState(err error) error {
	if f := systemFailure(err, workdir(), "the same command"); f != nil {
		return f
	}
	if errors.As(err, new(*project.UnknownError)) {
		return &failure{code: exitFailed, message: err.Error(), hint: "a newer forge; forge version tells which this one is"}
	}
	return &failure{code: exitFailed, message: err.Error(), hint: "git restore .forge"}
}

// checkAnswers refuses a project with answers that this forge does not have.
func checkAnswers(m project.Manifest) error {
	err := generator.OptionsOf(m.Answers, m.Forge).Validate()
	var (
		choice *generator.ChoiceError
		name   *generator.NameError
	)
	switch {
	case errors.As(err, &choice):
		return &project.UnknownError{What: fmt.Sprintf("%q for %s", choice.Value, choice.Choice.Name), Forge: m.Forge}
	case errors.As(err, &name), errors.As(err, new(*feature.ModeError)):
		return fmt.Errorf("%s: %w", project.ManifestPath, err)
	}
	return err
}
